/**
 * The hues of charts as they are stored for a client: the values of `--series-1` … `--series-8` in
 * the light scheme. A stored hue is shown as the variable, so that it follows the scheme.
 */
export const PALETTE = [
  '#2d3f9a',
  '#c17f21',
  '#8e71d6',
  '#359792',
  '#800902',
  '#73621c',
  '#5f2e55',
  '#046f87',
] as const;

/** A stored colour as a CSS value. */
export function cssColor(colour: string): string {
  const index = PALETTE.findIndex((hue) => hue === colour.toLowerCase());
  return index === -1 ? colour : `var(--series-${index + 1})`;
}
