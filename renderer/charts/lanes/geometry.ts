import type { Phase } from '../../../shared/phases.ts';

/** Pixels. */
export const LEFT = 0;
export const RIGHT = 8;
/** Room for the key of the phases. */
export const TOP = 24;
export const LANE = 16;
export const BAR = 10;
const AXIS = 20;

export const PHASE_COLORS: Readonly<Record<Phase, string>> = {
  queue: 'var(--phase-queue)',
  load: 'var(--phase-load)',
  prefill: 'var(--phase-prefill)',
  decode: 'var(--phase-decode)',
};

export function heightOf(lanes: number): number {
  return TOP + lanes * LANE + AXIS;
}
