/** Formats of energy. */
import { UNKNOWN, known, threeFigures } from './format.ts';

/** Energy in watt-hours, for columns with the unit in their header: `0.42`, `12.3`, `1,240`. */
export function formatWattHours(joules: number | null): string {
  return known(joules) ? threeFigures(joules / 3_600) : UNKNOWN;
}

/** Energy in joules: `0.42 J`, `12.3 J`, `1,240 J`. */
export function formatJoules(joules: number | null): string {
  return known(joules) ? `${threeFigures(joules)} J` : UNKNOWN;
}

/** Energy for each token, joules: `0.42 J per token`, `12.3 J per token`. */
export function formatJoulesPerToken(joules: number | null): string {
  return known(joules) ? `${threeFigures(joules)} J per token` : UNKNOWN;
}
