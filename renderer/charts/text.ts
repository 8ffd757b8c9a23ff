/** Widths of text in charts, which place labels themselves. */

/** Pixels. */
export const LABEL_SIZE = 11;

let context: CanvasRenderingContext2D | null = null;
const widths = new Map<string, number>();
const MOST_WIDTHS = 2_000;

/** The width of a text of `LABEL_SIZE`, pixels. */
export function textWidth(text: string): number {
  const kept = widths.get(text);
  if (kept !== undefined) return kept;
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * LABEL_SIZE * 0.55;
  context.font = `${LABEL_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  const width = context.measureText(text).width;
  if (widths.size >= MOST_WIDTHS) widths.clear();
  widths.set(text, width);
  return width;
}

/** The text, or its beginning and an ellipsis if it is wider than `room`. */
export function fitText(text: string, room: number, widthOf = textWidth): string {
  if (widthOf(text) <= room) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(`${text.slice(0, middle)}…`) <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}
