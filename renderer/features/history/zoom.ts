/** Zooming: the ranges to go back to are in the address, the last one first. */
import type { TimeRange } from '../../state/range.ts';
import { rangeText } from '../../state/range.ts';
import { FALLBACK } from './view.ts';

type Changes = Readonly<Record<string, string | null>>;
/** So that an address stays short. */
const MOST_STEPS = 8;
const SEPARATOR = ',';
/** Shorter ranges show nothing, milliseconds. */
const LEAST_MS = 60_000;

function outer(params: URLSearchParams): string[] {
  return (params.get('out') ?? '').split(SEPARATOR).filter((text) => text !== '');
}

/** The changes of the address that zoom to a range. */
export function zoomed(params: URLSearchParams, { from, to }: TimeRange): Changes {
  const missing = Math.max(0, LEAST_MS - (to - from)) / 2;
  const steps = [params.get('range') ?? FALLBACK, ...outer(params)].slice(0, MOST_STEPS);
  return {
    range: rangeText({ from: from - missing, to: to + missing }),
    out: steps.join(SEPARATOR),
  };
}

/** The changes that go back to the range before the last zoom; null if there is none. */
export function zoomedOut(params: URLSearchParams): Changes | null {
  const [range, ...rest] = outer(params);
  if (range === undefined) return null;
  return {
    range: range === FALLBACK ? null : range,
    out: rest.length === 0 ? null : rest.join(SEPARATOR),
  };
}
