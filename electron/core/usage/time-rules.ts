/** The durations and speeds of a record: the server's, if they are accepted, else the clock's. */
import { formatRate } from '../../../shared/format.ts';
import type { Provenance, Rates, Timing, Usage } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { micros } from './micros.ts';
import type { Observations } from './observations.ts';
import {
  FASTEST,
  freshTokens,
  perSecond,
  statedOutputRate,
  statedPromptRate,
} from './stated-rates.ts';
import { contentWindow, windowTokens } from './window-tokens.ts';

/** Fewest arrivals and shortest window (milliseconds) from which a speed is derived. */
const MIN_ARRIVALS = 4;
const MIN_WINDOW_MS = 20;
/** If more tokens than this arrive at a time, on average, they came in bursts. */
const BURST_TOKENS = 8;

/** True if so many tokens arrived over a period long enough to derive their speed. */
function carriesSpeed({ clock }: Observations, tokens: number): boolean {
  const windowMs = contentWindow(clock);
  if (clock === null || windowMs === null) return false;
  const isSpread = tokens <= BURST_TOKENS * clock.arrivals || windowMs >= clock.endMs / 4;
  return clock.arrivals >= MIN_ARRIVALS && windowMs >= MIN_WINDOW_MS && isSpread;
}

/** The durations of an exchange's phases. */
export function timings(
  { inputOnly }: Claims,
  server: Times,
  usage: Usage,
  seen: Observations,
): Timing {
  const isPrefillCredible = (statedPromptRate(server, usage, inputOnly) ?? 0) <= FASTEST;
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
    prefillMs: micros(isPrefillCredible ? server.prefillMs : null),
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
    const isStated = statedPromptRate(times, usage, claims.inputOnly) !== null;
    const rate = `${formatRate(prompt.rate)} of prompt`;
    refusals.push(
      isStated
        ? `server said ${rate}, more than any server reaches`
        : `${rate} would be needed, more than any server reaches`,
    );
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
  usage: Usage,
  timing: Timing,
): Speed {
  const stated = statedPromptRate(times, usage, inputOnly);
  if (times.promptRate !== null) return { rate: stated, mark: 'reported' };
  const mark = usage.provenance.input === 'estimated' ? 'estimated' : 'derived';
  if (stated !== null || clock === null) return { rate: stated, mark };
  const fresh = freshTokens(usage, inputOnly);
  return { rate: perSecond(fresh, timing.timeToFirstTokenMs), mark: 'estimated' };
}
