/** Decides which of a server's durations and speeds are accepted. */
import { formatDuration, formatRate, formatTokens } from '../../../shared/format.ts';
import type { Usage } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import type { Observations } from './observations.ts';
import { FASTEST, perSecond, statedOutputRate } from './stated-rates.ts';
import { contentWindow } from './window-tokens.ts';

/**
 * No server reads so many tokens per second, so durations that say it are in another unit. Between
 * the two limits, only the prompt's figures are rejected: a wrong count of cached tokens has the
 * same effect.
 */
const FASTEST_PROMPT = 1_000_000;
/**
 * Highest credible speed of output in an exchange that took much longer, tokens per second.
 * Recordings of models with less than a million parameters reach 6,000.
 */
const FASTEST_TOLD = 20_000;
/**
 * A server's durations explain at least this part of an exchange longer than that (milliseconds),
 * unless it waited for something that the server does not tell.
 */
const EXPLAINED = 0.05;
const LONG_MS = 300;
/** Fewest arrivals from which a steady speed is known. */
const MIN_ARRIVALS = 4;

/**
 * The server's durations. They come from one clock: if one is impossible, all of them are rejected,
 * and with them the speeds that the server computed from them.
 */
export function believedTimes(
  { times, parts }: Claims,
  usage: Usage,
  seen: Observations,
  refusals: string[],
): Times {
  if (parts.length > 1) return NO_TIMES;
  const objection =
    tooLong(times, seen) ??
    tooShort(times, usage, seen) ??
    unexplained(times, usage, seen) ??
    tooShortPrefill(times, usage);
  if (objection === null) return times;
  refusals.push(objection);
  return NO_TIMES;
}

/** Checks for a duration longer than the whole exchange. */
function tooLong(times: Times, { clock }: Observations): string | null {
  const { queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs } = times;
  const reported = [queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs].map((ms) => ms ?? 0);
  const longest = Math.max(...reported);
  if (clock === null || longest <= clock.endMs * 1.1 + 100) return null;
  return `server said ${formatDuration(longest)}, the exchange took ${formatDuration(clock.endMs)}`;
}

/** Checks for a speed much higher than the rate at which tokens steadily arrived. */
function tooShort(times: Times, usage: Usage, seen: Observations): string | null {
  const reported = statedOutputRate(usage, times);
  const tokens = usage.outputTokens;
  if (reported === null || tokens === null) return null;
  const said = `server said ${formatRate(reported)}`;
  if (reported > FASTEST) return `${said}, more than any server reaches`;
  const steady = steadyMs(seen);
  if (steady === null || steady <= (3 * tokens * 1_000) / reported + 50) return null;
  return `${said}, ${formatTokens(tokens)} came over ${formatDuration(steady)}`;
}

/**
 * Checks for durations in a smaller unit: a speed that no model reaches, in an exchange that took
 * many times longer than the durations together. Either alone is credible: a server may not tell
 * how long a request waited, and a small answer may come at once.
 */
function unexplained(times: Times, usage: Usage, { clock }: Observations): string | null {
  const rate = statedOutputRate(usage, times);
  const { outputTokens: tokens } = usage;
  if (rate === null || rate <= FASTEST_TOLD || tokens === null || clock === null) return null;
  const decodeMs = times.decodeMs ?? (tokens * 1_000) / rate;
  const beforeOutput = Math.max(times.prefillMs ?? 0, times.timeToFirstTokenMs ?? 0);
  const told = (times.queueMs ?? 0) + (times.loadMs ?? 0) + beforeOutput + decodeMs;
  if (clock.endMs <= LONG_MS || told >= EXPLAINED * clock.endMs) return null;
  return `server said ${formatRate(rate)}, the exchange took ${formatDuration(clock.endMs)}`;
}

/**
 * Checks for a prefill shorter than any. If the cached part is unknown, almost all of the prompt
 * may have been cached, but a prefill takes at least as long as one token of output.
 */
function tooShortPrefill({ prefillMs }: Times, usage: Usage): string | null {
  const { inputTokens: input, cachedInputTokens: cached } = usage;
  const fresh = input === null ? null : input - (cached ?? 0);
  const rate = perSecond(fresh, prefillMs);
  if (rate === null || prefillMs === null || rate <= FASTEST_PROMPT) return null;
  if (cached === null && prefillMs >= 1_000 / FASTEST_TOLD) return null;
  return `server said ${formatRate(rate)} of prompt, more than any server reaches`;
}

/**
 * How long content kept arriving, without pauses, milliseconds. Null if it came in bursts, because
 * then the network or a slow client hides the server's pace.
 */
function steadyMs({ clock, contentChunks }: Observations): number | null {
  const windowMs = contentWindow(clock);
  const { arrivals = 0, gapP50Ms = null } = clock ?? {};
  if (gapP50Ms === null || windowMs === null || arrivals < MIN_ARRIVALS) return null;
  if ((contentChunks ?? 0) > 4 * arrivals) return null;
  return Math.min(windowMs, gapP50Ms * (arrivals - 1));
}
