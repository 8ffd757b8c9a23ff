import type { UpstreamHealth, UpstreamState } from '../../../shared/slices.ts';

const ORDER: Readonly<Record<UpstreamHealth, number>> = { down: 0, unknown: 1, up: 2 };
/** So many are shown in the order of the settings. */
const ALL_SHOWN = 4;
/** More problems than these would push the figures off the screen. */
const MOST_PROBLEMS = 6;

export interface UpstreamChoice {
  readonly shown: readonly UpstreamState[];
  readonly hidden: readonly UpstreamState[];
}

/** The upstreams to show: all of a few; of many, those with problems first. */
export function chooseUpstreams(upstreams: readonly UpstreamState[]): UpstreamChoice {
  if (upstreams.length <= ALL_SHOWN) return { shown: upstreams, hidden: [] };
  const sorted = [...upstreams].sort((a, b) => ORDER[a.health] - ORDER[b.health]);
  const problems = sorted.filter(({ health }) => health === 'down').length;
  const count = Math.max(ALL_SHOWN - 2, Math.min(problems, MOST_PROBLEMS));
  return { shown: sorted.slice(0, count), hidden: sorted.slice(count) };
}
