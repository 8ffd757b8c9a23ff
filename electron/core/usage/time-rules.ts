/** Which durations and speeds of a server are believed, and what follows from the clock instead. */
import { formatDuration, formatRate, formatTokens } from '../../../shared/format.ts';
import type { Provenance, Rates, Timing, Usage } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import { micros } from './micros.ts';
import type { Clock, Observations } from './observations.ts';

/** No server is believed to be faster, in tokens per second, be it at prompts or at answers. */
const FASTEST = 100_000;
/** A window carries a speed from so many arrivals and milliseconds on. */
const MIN_ARRIVALS = 4;
const MIN_WINDOW_MS = 20;
/** More tokens an arrival than this, on average, came in bursts. */
const BURST_TOKENS = 8;

/**
 * The server's durations. One clock told them all: if one of them cannot be, none is taken, and
 * neither are the speeds that the server reckoned with it.
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

/** A part of an exchange cannot last longer than the whole. */
function tooLong(times: Times, { clock }: Observations): string | null {
  const { queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs } = times;
  const told = [queueMs, loadMs, prefillMs, decodeMs, timeToFirstTokenMs].map((ms) => ms ?? 0);
  const longest = Math.max(...told);
  if (clock === null || longest <= clock.endMs * 1.1 + 100) return null;
  return `server said ${formatDuration(longest)}, the exchange took ${formatDuration(clock.endMs)}`;
}

/** Nor can tokens be generated much faster than they kept arriving, one by one. */
function tooShort(times: Times, usage: Usage, seen: Observations): string | null {
  const told = statedOutputRate(usage, times);
  const tokens = usage.outputTokens;
  if (told === null || tokens === null) return null;
  const said = `server said ${formatRate(told)}`;
  if (told > FASTEST) return `${said}, more than any server reaches`;
  const steady = steadyMs(seen);
  if (steady === null || steady <= (3 * tokens * 1_000) / told + 50) return null;
  return `${said}, ${formatTokens(tokens)} came over ${formatDuration(steady)}`;
}

/**
 * How long content kept arriving, pauses aside. Null where it came in bursts: then the wire, or a
 * client that reads slowly, says nothing about the server's pace.
 */
function steadyMs({ clock, contentChunks }: Observations): number | null {
  const windowMs = contentWindow(clock);
  const { arrivals = 0, gapP50Ms = null } = clock ?? {};
  if (gapP50Ms === null || windowMs === null || arrivals < MIN_ARRIVALS) return null;
  if ((contentChunks ?? 0) > 4 * arrivals) return null;
  return Math.min(windowMs, gapP50Ms * (arrivals - 1));
}

/** From the first content to the last, in milliseconds. */
function contentWindow(clock: Clock | null): number | null {
  const { firstContentMs: first = null, lastContentMs: last = null } = clock ?? {};
  return first === null || last === null ? null : last - first;
}

/** Whether the answer came over a stretch of time that says how fast it was generated. */
function carriesSpeed({ clock }: Observations, tokens: number): boolean {
  const windowMs = contentWindow(clock);
  if (clock === null || windowMs === null) return false;
  const isSpread = tokens <= BURST_TOKENS * clock.arrivals || windowMs >= clock.endMs / 4;
  return clock.arrivals >= MIN_ARRIVALS && windowMs >= MIN_WINDOW_MS && isSpread;
}

/** Where the time of an exchange went. */
export function timings(server: Times, usage: Usage, seen: Observations): Timing {
  const { clock } = seen;
  const measuredDecode = carriesSpeed(seen, usage.outputTokens ?? 0) ? contentWindow(clock) : null;
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

/** The speeds of an exchange that asked a model for tokens. */
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

/** As the server states it, else by its own decode time. */
function statedOutputRate({ outputTokens: tokens }: Usage, times: Times): number | null {
  const decoded = tokens === null || tokens < 2 ? null : tokens - (times.decodeFromFirst ? 1 : 0);
  return times.outputRate ?? perSecond(decoded, times.decodeMs);
}

/**
 * The server's own speed, else what follows from the clock: the first token ends the prefill, so the
 * others share the time after it. An answer in one piece only gives a lower bound: its whole duration.
 */
function outputSpeed(times: Times, seen: Observations, usage: Usage): Speed {
  const { clock, contentChunks } = seen;
  const tokens = usage.outputTokens;
  const mark = usage.provenance.output === 'estimated' ? 'estimated' : 'derived';
  const stated = statedOutputRate(usage, times);
  if (stated !== null) return { rate: stated, mark: times.outputRate === null ? mark : 'reported' };
  if (tokens === null || clock === null) return { rate: null, mark };
  if (carriesSpeed(seen, tokens))
    return { rate: perSecond(tokens - 1, contentWindow(clock)), mark };
  const isOnePiece = contentChunks === null || tokens > BURST_TOKENS * clock.arrivals;
  return { rate: isOnePiece ? perSecond(tokens, clock.endMs) : null, mark: 'estimated' };
}

/**
 * Only tokens that were evaluated count, so there is no speed where the cached part is unknown.
 * Time to first token holds queue and load too: an estimate from below.
 */
function promptSpeed(
  { inputOnly }: Claims,
  times: Times,
  { clock }: Observations,
  { inputTokens: input, cachedInputTokens, provenance }: Usage,
  timing: Timing,
): Speed {
  if (times.promptRate !== null) return { rate: times.promptRate, mark: 'reported' };
  // Nothing is cached where nothing is generated.
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
