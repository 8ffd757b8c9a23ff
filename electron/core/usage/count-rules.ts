/** Which token counts are believed, and how the others are estimated. */
import { formatChunks, formatTokens } from '../../../shared/format.ts';
import type { Usage } from '../../../shared/usage.ts';
import type { Claims } from './claims.ts';
import { NOTHING_COUNTED, fillBlanks } from './estimate.ts';
import type { Counted, EstimateRules } from './estimate.ts';
import type { Observations } from './observations.ts';
import { isInformative, sumOf, usageOf, withBlanksFrom } from './usage-shapes.ts';

/** Everything told about the counts, one figure filling the blanks of another. */
export function toldUsage({ parts, aside, progress }: Claims): Usage {
  let usage = sumOf(parts.map((part) => part.usage));
  if (aside !== null) usage = withBlanksFrom(usage, aside.usage);
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

/** The usage of an exchange that asked a model for tokens. */
export function countedUsage(
  claims: Claims,
  seen: Observations,
  rules: EstimateRules | null,
  refusals: string[],
): Usage {
  const told = finalUsage(claims, seen);
  const early = tooEarly(claims, seen);
  if (early !== null) refusals.push(early.reason);
  const usage = early === null ? told : withoutOutput(told);
  // A refused or failed request spent nothing that could be estimated; one whose answer cannot
  // be read is not cut off, and guessing at it would be no better than saying so.
  if (rules === null || !seen.answered || !seen.readable) return usage;
  if (seen.completed && early === null) return usage;
  return fillBlanks(usage, seen, rules, early ?? NOTHING_COUNTED);
}

/**
 * An output that was told before more content came counts that up to its place, and no more; told
 * before any, it is no count. Null where the claim covers what was seen.
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

function withoutOutput(usage: Usage): Usage {
  return {
    ...usage,
    outputTokens: null,
    reasoningTokens: null,
    provenance: { ...usage.provenance, output: null, reasoning: null },
  };
}
