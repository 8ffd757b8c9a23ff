/**
 * The only place where numbers are formatted, with their units. An unknown value is shown as a
 * dash, never as 0. `format-locale.ts` has the locale.
 */
import { clockText } from './clock-text.ts';
import { formatFixed, formatWhole } from './format-locale.ts';
import { localTime } from './local-time.ts';
import type { Tally } from './tally.ts';
import type { Provenance } from './usage.ts';

/** Shown for an unknown value. */
export const UNKNOWN = '–';

/** Precedes every estimated value. */
export const ESTIMATE_MARK = '≈';

/** True for a value that can be shown. */
export function known(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** A count in full: `1,234,567`. */
export function formatCount(value: number | null): string {
  return known(value) ? formatWhole(value) : UNKNOWN;
}

/** A count in at most four figures: `987`, `1.23k`, `45.6k`, `7.89M`. */
export function formatCompact(value: number | null): string {
  if (!known(value)) return UNKNOWN;
  const units = ['', 'k', 'M', 'G', 'T'];
  let scaled = value;
  let unit = 0;
  // 999.5 would round up to a fourth figure, so it already belongs to the next unit.
  while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  if (unit === 0) return formatWhole(scaled);
  const digits = Math.abs(scaled) < 9.995 ? 2 : Math.abs(scaled) < 99.95 ? 1 : 0;
  return `${formatFixed(scaled, digits)}${units[unit] ?? ''}`;
}

/** A count with its noun: `1 token`, `1.23k tokens`. */
export function formatTokens(value: number | null): string {
  return withNoun(formatCompact(value), value, 'token');
}

/** The length of a text: `1 character`, `856 characters`. */
export function formatCharacters(value: number | null): string {
  return withNoun(formatCount(value), value, 'character');
}

/** Pieces of a stream: `1 chunk`, `214 chunks`. */
export function formatChunks(value: number | null): string {
  return withNoun(formatCount(value), value, 'chunk');
}

function withNoun(text: string, value: number | null, noun: string): string {
  return text === UNKNOWN ? UNKNOWN : `${text} ${noun}${value === 1 ? '' : 's'}`;
}

/** A speed without its unit, for columns with the unit in their header: `4.21`, `42.1`, `421`. */
export function formatRateValue(perSecond: number | null): string {
  return known(perSecond) ? threeFigures(perSecond) : UNKNOWN;
}

/** Three significant figures: `4.21`, `42.1`, `421`, `1.23M`. */
export function threeFigures(value: number): string {
  if (value === 0) return '0';
  if (value >= 9_999.5) return formatCompact(value);
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return formatFixed(value, digits);
}

/** A figure without its unit, for charts and columns that name it: `0.31`, `4.21`, `421`. */
export function formatFigure(value: number | null): string {
  return known(value) ? threeFigures(value) : UNKNOWN;
}

/** A speed: `42.1 tok/s`. */
export function formatRate(perSecond: number | null): string {
  return known(perSecond) ? `${formatRateValue(perSecond)} tok/s` : UNKNOWN;
}

/** Bytes in binary units: `512 MiB`, `22.9 GiB`. */
export function formatBytes(bytes: number | null): string {
  if (!known(bytes)) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let scaled = bytes;
  let unit = 0;
  while (Math.abs(scaled) >= 1023.5 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = unit < 3 || Math.abs(scaled) >= 99.95 ? 0 : 1;
  return `${formatFixed(scaled, digits)} ${units[unit] ?? ''}`;
}

/** A part of a whole, with their unit once if it is the same: `14.2 / 24.0 GiB`, `512 MiB / 24.0 GiB`. */
export function formatBytesOf(part: number | null, whole: number | null): string {
  const shown = formatBytes(part);
  const end = formatBytes(whole);
  if (shown === UNKNOWN || end === UNKNOWN) return shown;
  const [figure = '', unit] = shown.split(' ');
  return `${end.endsWith(` ${unit ?? ''}`) ? figure : shown} / ${end}`;
}

/** A share given as 0 to 100: `37 %`. */
export function formatPercent(percent: number | null): string {
  return known(percent) ? `${formatFixed(percent, 0)} %` : UNKNOWN;
}

/** A duration in its natural unit: `85 ms`, `1.24 s`, `12.3 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(ms: number | null): string {
  if (!known(ms)) return UNKNOWN;
  if (ms < 999.5) return `${formatFixed(ms, 0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${formatFixed(seconds, 2)} s`;
  if (seconds < 59.95) return `${formatFixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/**
 * A running time in whole seconds, because fractions would flicker: `0 s`, `59 s`, `3 min 05 s`, `2
 * h 07 min`. Never negative, even if clocks disagree.
 */
export function formatElapsed(ms: number | null): string {
  if (!known(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A long running time in its largest units: `42 min`, `3 h 07 min`, `3 d 4 h`. */
export function formatUptime(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A duration for an axis: `30 s`, `3 min`, `2 h`. Uneven ones look like {@link formatElapsed}. */
export function formatSpan(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return formatElapsed(ms);
}

/** Watts: `16.8 W`, `318 W`. */
export function formatPower(watts: number | null): string {
  return known(watts) ? `${formatFixed(watts, watts < 99.95 ? 1 : 0)} W` : UNKNOWN;
}

/** A clock rate: `1,410 MHz`. */
export function formatClockRate(megahertz: number | null): string {
  return known(megahertz) ? `${formatCount(megahertz)} MHz` : UNKNOWN;
}

/** A mean of counts: `2.4`. */
export function formatMean(value: number | null): string {
  return known(value) ? formatFixed(value, 1) : UNKNOWN;
}

/** A ratio: `2.4 ×`. */
export function formatFactor(factor: number | null): string {
  return known(factor) ? `${formatFixed(factor, factor < 9.95 ? 1 : 0)} ×` : UNKNOWN;
}

/** Adds the mark to a formatted value if it is an estimate: `≈1,234`. */
export function formatMarked(text: string, provenance: Provenance | null): string {
  return provenance === 'estimated' && text !== UNKNOWN ? `${ESTIMATE_MARK}${text}` : text;
}

/** A count with its mark and, where it is known, its expected error: `≈1,234 ±8 %`. */
export function formatEstimated(
  value: number | null,
  provenance: Provenance | null,
  error: number | null,
): string {
  const text = formatMarked(formatCount(value), provenance);
  if (provenance !== 'estimated' || !known(error) || text === UNKNOWN) return text;
  return `${text} ±${formatPercent(Math.max(1, Math.ceil(error * 100)))}`;
}

/**
 * One count of a sum over exchanges. It is marked if a part is estimated, and unknown if no
 * exchange has known counts. `format` shortens it where space is limited.
 */
export function formatTotal(
  value: number,
  { requests, unmeteredRequests, estimatedTokens }: Tally,
  format: (value: number) => string = formatCount,
): string {
  if (requests > 0 && requests === unmeteredRequests) return UNKNOWN;
  return formatMarked(format(value), estimatedTokens > 0 ? 'estimated' : null);
}

/** The share of a loaded model outside GPU memory: `38 % on CPU`; null if none or unknown. */
export function formatSpill(sizeBytes: number | null, vramBytes: number | null): string | null {
  if (!known(sizeBytes) || !known(vramBytes) || sizeBytes <= 0 || vramBytes >= sizeBytes) {
    return null;
  }
  // A spill below half a percent is still shown.
  const percent = Math.max(1, Math.round((1 - vramBytes / sizeBytes) * 100));
  return `${formatPercent(percent)} on CPU`;
}

/** A time of day in local time: `14:03:07`, or `2:03:07 PM`. */
export function formatClock(unixMs: number | null): string {
  return known(unixMs) ? clockText(localTime(unixMs), 'second') : UNKNOWN;
}

/** A time of day without its seconds: `14:03`, or `2:03 PM`. */
export function formatClockMinute(unixMs: number): string {
  return clockText(localTime(unixMs), 'minute');
}

/** When something happened, relative to `nowMs`: the time for today, otherwise the day. */
export function formatMoment(unixMs: number, nowMs: number): string {
  return localDate(unixMs) === localDate(nowMs) ? formatClock(unixMs) : localDate(unixMs);
}

/** The local calendar day of a time: `2026-11-21`. */
export function localDate(unixMs: number): string {
  const date = localTime(unixMs);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** A local day with its time: `2026-11-21 14:03`, or `2026-11-21 2:03 PM`. */
export function localMinute(unixMs: number): string {
  return `${localDate(unixMs)} ${formatClockMinute(unixMs)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
