/** A piece of text and its replacement. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Replaces the spans in a text. They must ascend and not overlap. */
export function withReplaced(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, by } of spans) {
    pieces.push(text.slice(from, start), by);
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

/** Moves the spans by `by` characters. */
export function moved(spans: readonly Span[], by: number): Span[] {
  return spans.map((span) => ({ ...span, start: span.start + by, end: span.end + by }));
}
