/**
 * Decides which of a server's durations and speeds are accepted, and derives the others from the
 * clock.
 */
import { formatDuration, formatRate, formatTokens } from '../../../shared/format.ts';
import type { Provenance, Rates, Timing, Usage } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import { micros } from './micros.ts';
import type { Clock, Observations } from './observations.ts';
import { windowTokens } from './window-tokens.ts';

/** Highest credible speed in tokens per second, for prompts and for output. */
const FASTEST = 100_000;
/** Fewest arrivals and shortest window (milliseconds) from which a speed is derived. */
const MIN_ARRIVALS = 4;
const MIN_WINDOW_MS = 20;
/** If more tokens than this arrive at a time, on average, they came in bursts. */
const BURST_TOKENS = 8;

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
  const objection = tooLong(times, seen) ?? tooShort(times, usage, seen);
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

/** Time from the first content to the last, milliseconds. */
function contentWindow(clock: Clock | null): number | null {
  const { firstContentMs: first = null, lastContentMs: last = null } = clock ?? {};
  return first === null || last === null ? null : last - first;
}

/** True if so many tokens arrived over a period long enough to derive their speed. */
function carriesSpeed({ clock }: Observations, tokens: number): boolean {
  const windowMs = contentWindow(clock);
  if (clock === null || windowMs === null) return false;
  const isSpread = tokens <= BURST_TOKENS * clock.arrivals || windowMs >= clock.endMs / 4;
  return clock.arrivals >= MIN_ARRIVALS && windowMs >= MIN_WINDOW_MS && isSpread;
}

/** The durations of an exchange's phases. */
export function timings(server: Times, usage: Usage, seen: Observations): Timing {
  const { clock } = seen;
  const { outputTokens: tokens } = usage;
  // If a part of the output did not arrive, its generation took longer than the content's arrival.
  const isWhole = tokens === null || windowTokens(usage, seen) === tokens;
  const measuredDecode = isWhole && carriesSpeed(seen, tokens ?? 0) ? contentWindow(clock) : null;
  return {
    durationMs: micros(clock?.endMs ?? 0),
    timeToFirstTokenMs: micros(clock?.firstContentMs ?? server.timeToFirstTokenMs),
    timeToFirstTextMs: micros(clock?.firstTextMs ?? null),
    queueMs: micros(server.queueMs),
    loadMs: micros(server.loadMs),
    prefillMs: micros(server.prefillMs),
    decodeMs: micros(server.decodeMs ?? measuredDecode),
    interTokenP50Ms: micros(clock?.gapP50Ms ?? null),
    interTokenMaxMs: micros(clock?.gapMaxMs ?? null),
  };
}

interface Speed {
  readonly rate: number | null;
  readonly mark: Provenance;
}

/** The speeds of an inference exchange. */
export function speeds(
  claims: Claims,
  times: Times,
  seen: Observations,
  usage: Usage,
  timing: Timing,
  refusals: string[],
): Rates {
  const output = outputSpeed(times, seen, usage);
  const prompt = promptSpeed(claims, times, seen, usage, timing);
  if ((prompt.rate ?? 0) > FASTEST) {
    refusals.push(`server said ${formatRate(prompt.rate)} of prompt, more than any server reaches`);
  }
  const [promptRate, outputRate] = [prompt, output].map(({ rate }) =>
    rate === null || rate > FASTEST ? null : rate,
  ) as [number | null, number | null];
  return {
    promptTokensPerSecond: promptRate,
    outputTokensPerSecond: outputRate,
    provenance: {
      prompt: promptRate === null ? null : prompt.mark,
      output: outputRate === null ? null : output.mark,
    },
  };
}

/** The speed that the server states, else one from its decode time. */
function statedOutputRate({ outputTokens: tokens }: Usage, times: Times): number | null {
  const decoded = tokens === null || tokens < 2 ? null : tokens - (times.decodeFromFirst ? 1 : 0);
  return times.outputRate ?? perSecond(decoded, times.decodeMs);
}

/**
 * The server's own speed, else one derived from the clock. The first token ends the prefill, so the
 * other tokens share the time after it. Only tokens that arrived count there, see `windowTokens`.
 * For an answer in one piece, the whole duration gives a lower bound.
 */
function outputSpeed(times: Times, seen: Observations, usage: Usage): Speed {
  const { clock, contentChunks } = seen;
  const tokens = usage.outputTokens;
  const mark = usage.provenance.output === 'estimated' ? 'estimated' : 'derived';
  const stated = statedOutputRate(usage, times);
  if (stated !== null) return { rate: stated, mark: times.outputRate === null ? mark : 'reported' };
  if (tokens === null || clock === null) return { rate: null, mark };
  const arrived = windowTokens(usage, seen);
  if (carriesSpeed(seen, arrived ?? tokens)) {
    const later = arrived === null ? null : arrived - 1;
    return { rate: perSecond(later, contentWindow(clock)), mark };
  }
  const isOnePiece = contentChunks === null || tokens > BURST_TOKENS * clock.arrivals;
  return { rate: isOnePiece ? perSecond(tokens, clock.endMs) : null, mark: 'estimated' };
}

/**
 * Counts only evaluated tokens, so the speed is unknown if the cached part is. Time to first token
 * includes queueing and loading, so a speed from it is a lower estimate.
 */
function promptSpeed(
  { inputOnly }: Claims,
  times: Times,
  { clock }: Observations,
  { inputTokens: input, cachedInputTokens, provenance }: Usage,
  timing: Timing,
): Speed {
  if (times.promptRate !== null) return { rate: times.promptRate, mark: 'reported' };
  // Operations without output have no prompt cache.
  const cached = cachedInputTokens ?? (inputOnly ? 0 : null);
  const fresh = input === null || cached === null ? null : input - cached;
  const stated = perSecond(fresh, times.prefillMs);
  const mark = provenance.input === 'estimated' ? 'estimated' : 'derived';
  if (stated !== null || clock === null) return { rate: stated, mark };
  return { rate: perSecond(fresh, timing.timeToFirstTokenMs), mark: 'estimated' };
}

function perSecond(tokens: number | null, ms: number | null): number | null {
  return tokens === null || ms === null || tokens <= 0 || ms <= 0 ? null : (tokens / ms) * 1_000;
}
