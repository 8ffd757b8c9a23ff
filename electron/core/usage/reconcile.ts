/**
 * The one judge: what a server claims and what was seen become the figures of a record. Its rules
 * stand, with their sources, in docs/metering.md.
 */
import type { Rates, Timing, Usage } from '../../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Claims, Times } from './claims.ts';
import { NO_TIMES } from './claims.ts';
import type { EstimateRules } from './estimate.ts';
import { fillBlanks } from './estimate.ts';
import { micros } from './micros.ts';
import type { Observations } from './observations.ts';
import { isInformative, sumOf, usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The figures of an exchange's record. */
export interface Verdict {
  readonly usage: Usage;
  readonly rates: Rates;
  readonly timing: Timing;
}

/**
 * Weighs what a server said against what was seen. Pure, and never throws.
 *
 * @param rules how blanks are estimated; null leaves them blank
 */
export function reconcile(
  claims: Claims,
  seen: Observations,
  rules: EstimateRules | null,
): Verdict {
  const usage = seen.inference ? countedUsage(claims, seen, rules) : UNKNOWN_USAGE;
  const times = claims.parts.length > 1 ? NO_TIMES : claims.times;
  const timing = timings(times, seen);
  return { usage, timing, rates: rates(claims, times, seen, usage, timing) };
}

/** Everything told about the counts, one figure filling the blanks of another. */
export function toldUsage({ parts, aside, progress }: Claims): Usage {
  let usage = sumOf(parts);
  if (aside !== null) usage = withBlanksFrom(usage, aside);
  if (progress !== null) usage = withBlanksFrom(usage, progress);
  return usage;
}

function finalUsage(claims: Claims, { ended }: Observations): Usage {
  const usage = toldUsage(claims);
  if (!ended) return usage;
  // Input-only operations report zeros where nothing was counted (LM Studio's embeddings).
  if (claims.inputOnly) return withBlanksFrom(usage, usageOf({ output: 0 }, 'derived'));
  // An explicit zero stays zero, once it is certain that nothing better came.
  return isInformative(usage) ? usage : (claims.zeros ?? usage);
}

function countedUsage(claims: Claims, seen: Observations, rules: EstimateRules | null): Usage {
  const usage = finalUsage(claims, seen);
  // A refused or failed request spent nothing that could be estimated; one whose answer cannot
  // be read is not cut off, and guessing at it would be no better than saying so.
  if (rules === null || seen.completed || !seen.answered || !seen.readable) return usage;
  return fillBlanks(usage, seen, rules);
}

function timings(server: Times, { clock }: Observations): Timing {
  const first = clock?.firstContentMs ?? null;
  const last = clock?.lastContentMs ?? null;
  const measuredDecode = first === null || last === null || last === first ? null : last - first;
  return {
    durationMs: micros(clock?.endMs ?? 0),
    timeToFirstTokenMs: micros(first ?? server.timeToFirstTokenMs),
    queueMs: micros(server.queueMs),
    loadMs: micros(server.loadMs),
    prefillMs: micros(server.prefillMs),
    decodeMs: micros(server.decodeMs ?? measuredDecode),
    interTokenP50Ms: micros(clock?.gapP50Ms ?? null),
    interTokenMaxMs: micros(clock?.gapMaxMs ?? null),
  };
}

/** The server's speeds where it gives them; else what follows from the clock, and marked so. */
function rates(
  claims: Claims,
  times: Times,
  seen: Observations,
  usage: Usage,
  timing: Timing,
): Rates {
  const given = seen.inference ? statedRates(finalUsage(claims, seen), times) : null;
  const output = given?.outputTokensPerSecond ?? null;
  const prompt = given?.promptTokensPerSecond ?? null;
  const derivedOutput = output === null && seen.inference ? outputRate(usage, seen) : null;
  const derivedPrompt = prompt === null && seen.inference ? promptRate(usage, timing, seen) : null;
  return {
    promptTokensPerSecond: prompt ?? derivedPrompt,
    outputTokensPerSecond: output ?? derivedOutput,
    provenance: {
      prompt: given?.provenance.prompt ?? (derivedPrompt === null ? null : 'estimated'),
      output:
        given?.provenance.output ??
        (derivedOutput === null ? null : seen.contentChunks === null ? 'estimated' : 'derived'),
    },
  };
}

/**
 * Speeds as the server states them, else from its counts and durations. The prompt's speed counts
 * only what was evaluated; where the cached part is unknown the whole prompt is taken and the figure
 * is an estimate.
 */
function statedRates(usage: Usage, times: Times): Rates {
  const { inputTokens: input, cachedInputTokens: cached, outputTokens: output } = usage;
  const fresh = input === null ? null : input - (cached ?? 0);
  const prompt = times.promptRate ?? perSecond(fresh, times.prefillMs);
  const decoded = output === null || output < 2 ? null : output - (times.decodeFromFirst ? 1 : 0);
  const generated = times.outputRate ?? perSecond(decoded, times.decodeMs);
  const promptMark =
    times.promptRate !== null ? 'reported' : cached === null ? 'estimated' : 'derived';
  const outputMark = times.outputRate !== null ? 'reported' : 'derived';
  return {
    promptTokensPerSecond: prompt,
    outputTokensPerSecond: generated,
    provenance: {
      prompt: prompt === null ? null : promptMark,
      output: generated === null ? null : outputMark,
    },
  };
}

/**
 * The first token ends the prefill, so the others share the time after it. An answer in one piece
 * only gives a lower bound: its whole duration.
 */
function outputRate(usage: Usage, { clock, contentChunks }: Observations): number | null {
  const tokens = usage.outputTokens;
  if (tokens === null || tokens === 0 || clock === null) return null;
  if (contentChunks === null) return perSecond(tokens, clock.endMs);
  if (clock.firstContentMs === null || clock.lastContentMs === null) return null;
  return perSecond(tokens - 1, clock.lastContentMs - clock.firstContentMs);
}

/** Time to first token holds queue and load too: an estimate from below. */
function promptRate(usage: Usage, timing: Timing, { clock }: Observations): number | null {
  if (usage.inputTokens === null || timing.timeToFirstTokenMs === null || clock === null)
    return null;
  return perSecond(usage.inputTokens - (usage.cachedInputTokens ?? 0), timing.timeToFirstTokenMs);
}

function perSecond(tokens: number | null, ms: number | null): number | null {
  return tokens === null || ms === null || tokens <= 0 || ms <= 0 ? null : (tokens / ms) * 1_000;
}
