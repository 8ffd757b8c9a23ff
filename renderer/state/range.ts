/**
 * The time range of a page, in its address: `24h`, `1764201600000~1764205200000` for a chosen one,
 * or `1764201600000~` from a time until now.
 */
import { useParam } from './address.ts';
import { useTick } from './clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const OPEN_REFRESH_MS = 15_000;

/** Ranges that end now, by their names in addresses. */
export const PRESETS = {
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '6h': 6 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '90d': 90 * DAY,
  '1y': 365 * DAY,
} as const;
export type Preset = keyof typeof PRESETS;

/** Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** A range as chosen. One that ends now moves on. */
export interface ChosenRange {
  /** Null for a range between two chosen times, and for one from a chosen time until now. */
  readonly preset: Preset | null;
  /** The begin of a range from a chosen time until now; null for any other. */
  readonly since: number | null;
  readonly at: (now: number) => TimeRange;
}

/** Reads a range from an address. An unreadable one is `fallback`. */
export function parseRange(text: string, fallback: Preset): ChosenRange {
  if (Object.hasOwn(PRESETS, text)) return presetRange(text as Preset);
  const open = /^(\d{1,15})~$/.exec(text)?.[1];
  if (open !== undefined) return openRange(Number(open));
  const [from, to] = text.split('~').map(Number);
  if (from !== undefined && to !== undefined && from < to) {
    return { preset: null, since: null, at: () => ({ from, to }) };
  }
  return presetRange(fallback);
}

function openRange(since: number): ChosenRange {
  return { preset: null, since, at: (now) => ({ from: since, to: Math.max(now, since + 1) }) };
}

function presetRange(preset: Preset): ChosenRange {
  return { preset, since: null, at: (now) => ({ from: now - PRESETS[preset], to: now }) };
}

/** The text of a range between two times in an address. */
export function rangeText({ from, to }: TimeRange): string {
  return `${Math.round(from)}~${Math.round(to)}`;
}

/** How often data of a range that ends now is read again, milliseconds; never for a chosen one. */
export function refreshMs({ preset, since }: ChosenRange): number | undefined {
  if (since !== null) return OPEN_REFRESH_MS;
  if (preset === null) return undefined;
  return Math.min(Math.max(PRESETS[preset] / 600, 5_000), 5 * MINUTE);
}

/** The end of a range that ends now, rounded up so that a question repeats until the next step. */
export function roundedNow(range: ChosenRange, now: number): number {
  const step = refreshMs(range) ?? 1;
  return Math.ceil(now / step) * step;
}

/** The end of the range, which moves on while the page is visible. See {@link roundedNow}. */
export function useRangeEnd(range: ChosenRange): number {
  return useTick(refreshMs(range) !== undefined, (now) => roundedNow(range, now));
}

/** The range in the address, and the function that changes it. */
export function useRange(fallback: Preset): [ChosenRange, (text: string) => void] {
  const [text, setText] = useParam('range', fallback);
  return [parseRange(text, fallback), setText];
}
