/** Decides which token counts are accepted, and estimates the others. */
import {
  formatBytes,
  formatCharacters,
  formatChunks,
  formatCount,
  formatDuration,
  formatTokens,
} from '../../../shared/format.ts';
import type { Usage } from '../../../shared/usage.ts';
import type { Claims, FirstOnly } from './claims.ts';
import { NOTHING_COUNTED, NO_ERRORS, fillBlanks } from './estimate.ts';
import type { Counted, Estimator, FilledUsage } from './estimate.ts';
import type { Observations } from './observations.ts';
import { isInformative, sumOf, usageOf, withBlanksFrom, withoutInput } from './usage-shapes.ts';

/**
 * Most characters per token, on average over an answer. English has 4 to 5, code has fewer; only
 * long runs of one character have more.
 */
const MOST_CHARACTERS = 16;
/**
 * The limit for answers with fewer tokens than chunks. A chunk usually has at least one token, so
 * such a count is suspicious.
 */
const MOST_CHARACTERS_BELOW_CHUNKS = 8;
/** Added to the limit, because a single token can be a long word. */
const SPARE_CHARACTERS = 16;
/** A larger count is an overflow, such as -1 written as an unsigned number. */
const MOST_TOKENS = 2 ** 31;
/**
 * Most output tokens per millisecond of an exchange. A cache may send an answer at once, so more
 * are accepted if the text can have them or if they are few.
 */
const MOST_PER_MS = 100;
const FEW_TOKENS = 10_000;
/** A larger request, including its JSON names, has a prompt of more than one token. */
const LONG_REQUEST_BYTES = 1_024;

/** Combines all claimed counts. Later sources only fill unknown fields. */
export function reportedUsage({ parts, aside, progress }: Claims): Usage {
  let usage = sumOf(parts.map((part) => part.usage));
  if (aside !== null) usage = withBlanksFrom(usage, aside.usage);
  if (progress !== null) usage = withBlanksFrom(usage, progress);
  return usage;
}

function finalUsage(claims: Claims, { ended }: Observations): Usage {
  const usage = reportedUsage(claims);
  if (!ended) return usage;
  // A zero is accepted only at the end of an answer, when nothing better can follow.
  const final = isInformative(usage) || claims.zeros === null ? usage : claims.zeros;
  return claims.inputOnly ? withBlanksFrom(final, usageOf({ output: 0 }, 'derived')) : final;
}

/** The usage of an inference exchange. Without an estimator, unknown counts stay unknown. */
export function countedUsage(
  claims: Claims,
  seen: Observations,
  estimator: Estimator | null,
  refusals: string[],
): FilledUsage {
  const reported = finalUsage(claims, seen);
  const early = tooEarly(claims, seen);
  const { firstOnly } = claims;
  const output =
    early?.reason ??
    oneOf(firstOnly?.answers, 'answers') ??
    tooFewTokens(reported, seen) ??
    tooManyTokens(reported, seen);
  const input = oneOf(firstOnly?.prompts, 'prompts') ?? wrongPrompt(reported, seen);
  let usage = reported;
  if (output !== null) usage = withoutOutput(usage);
  if (input !== null) usage = withoutInput(usage);
  const objections = [output, input, ...largeParts(usage)].filter((said) => said !== null);
  refusals.push(...objections);
  usage = withoutLargeParts(usage);
  // No estimate for a failed request, which generated nothing.
  if (estimator === null || !seen.answered) return { usage, errors: NO_ERRORS };
  if (firstOnly !== null) usage = withBlanksFrom(usage, likeTheFirst(reported, firstOnly));
  return fillBlanks(usage, seen, estimator, early ?? NOTHING_COUNTED);
}

/** An estimate that takes all prompts and answers to be as long as the first. */
function likeTheFirst(reported: Usage, { prompts, answers }: FirstOnly): Usage {
  const times = (tokens: number | null, count: number): number | null =>
    tokens === null ? null : tokens * count;
  const input = times(reported.inputTokens, prompts);
  return usageOf({ input, output: times(reported.outputTokens, answers) }, 'estimated');
}

/**
 * Checks for an output count that came before the last content. Such a count covers only the
 * content before it; one that came before any content is no count at all. Null if the count covers
 * all the content seen.
 */
function tooEarly(
  { parts, aside }: Claims,
  { contentChunks }: Observations,
): (Counted & { readonly reason: string }) | null {
  const [part = null, ...others] = parts;
  const claim =
    [part, aside].find((one) => one !== null && one.usage.outputTokens !== null) ?? null;
  const tokens = claim?.usage.outputTokens ?? null;
  if (claim === null || tokens === null || others.length > 0 || claim.isFinal) return null;
  const later = (contentChunks ?? 0) - claim.chunks;
  if (later <= 0) return null;
  const said = `server said ${formatTokens(tokens)}`;
  return claim.chunks === 0
    ? { ...NOTHING_COUNTED, reason: `${said} before the answer, ${formatChunks(later)} seen` }
    : { tokens, chunks: claim.chunks, reason: `${said}, ${formatChunks(later)} came after` };
}

/** Checks for counts that cover only the first of several answers or prompts. */
function oneOf(count: number | undefined, what: string): string | null {
  return count === undefined || count < 2 ? null : `server counted 1 of ${count} ${what}`;
}

/** Checks for an output count that is too low for the text, such as 0, or 1 throughout a stream. */
function tooFewTokens({ outputTokens: tokens }: Usage, seen: Observations): string | null {
  const { contentChunks: chunks, characters } = seen;
  if (tokens === null || characters === 0) return null;
  const isBelowChunks = (chunks ?? 0) > tokens;
  const most = isBelowChunks ? MOST_CHARACTERS_BELOW_CHUNKS : MOST_CHARACTERS;
  if (tokens > 0 && characters <= most * tokens + SPARE_CHARACTERS) return null;
  const saw = isBelowChunks ? formatChunks(chunks) : formatCharacters(characters);
  return `server said ${formatTokens(tokens)}, ${saw} seen`;
}

/** Checks for an output count that no server can generate in the time of the exchange. */
function tooManyTokens({ outputTokens: tokens }: Usage, seen: Observations): string | null {
  const { clock, characters } = seen;
  if (tokens === null) return null;
  const said = `server said ${formatTokens(tokens)}`;
  if (tokens >= MOST_TOKENS) return `${said}, more than any answer has`;
  if (clock === null || tokens <= Math.max(FEW_TOKENS, characters, MOST_PER_MS * clock.endMs)) {
    return null;
  }
  return `${said}, the exchange took ${formatDuration(clock.endMs)}`;
}

/** Checks for an input count of 0, of 1 with a long request, or of more than any model reads. */
function wrongPrompt({ inputTokens: tokens }: Usage, seen: Observations): string | null {
  if (tokens !== null && tokens >= MOST_TOKENS) {
    return `server said ${formatTokens(tokens)} of prompt, more than any model reads`;
  }
  if (tokens === null || !seen.isText || tokens > 1) return null;
  if (tokens === 1 && seen.requestBytes <= LONG_REQUEST_BYTES) return null;
  return `server said ${formatTokens(tokens)} of prompt, the request has ${formatBytes(seen.requestBytes)}`;
}

/** Checks for parts that are larger than their whole. */
function largeParts(usage: Usage): string[] {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  const said = (part: number | null, word: string, whole: number | null): string[] =>
    part !== null && whole !== null && part > whole
      ? [`server said ${formatCount(part)} ${word} of ${formatTokens(whole)}`]
      : [];
  return [
    ...said(cachedInputTokens, 'cached', inputTokens),
    ...said(reasoningTokens, 'of reasoning', outputTokens),
  ];
}

function withoutLargeParts(usage: Usage): Usage {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens, provenance } = usage;
  const isCacheLarge = (cachedInputTokens ?? 0) > (inputTokens ?? Infinity);
  const isReasoningLarge = (reasoningTokens ?? 0) > (outputTokens ?? Infinity);
  if (!isCacheLarge && !isReasoningLarge) return usage;
  return {
    ...usage,
    cachedInputTokens: isCacheLarge ? null : cachedInputTokens,
    reasoningTokens: isReasoningLarge ? null : reasoningTokens,
    provenance: {
      ...provenance,
      cachedInput: isCacheLarge ? null : provenance.cachedInput,
      reasoning: isReasoningLarge ? null : provenance.reasoning,
    },
  };
}

function withoutOutput(usage: Usage): Usage {
  return {
    ...usage,
    outputTokens: null,
    reasoningTokens: null,
    provenance: { ...usage.provenance, output: null, reasoning: null },
  };
}
