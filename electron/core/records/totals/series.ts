import * as v from 'valibot';
import type { ActivityRecord, Provenance, Usage } from '../../../../shared/usage.ts';
import { amount, count } from './tally.ts';

/**
 * Most combinations with their own line. Further ones share one line for each upstream and
 * operation.
 */
const LIMIT = 200;
/** Names that no record has, for shared lines. Readers show their own text for them. */
export const REST_OF_MODELS = 'other models';
export const UNKNOWN_MODEL = 'unknown model';

/** The kinds do not overlap: `input` excludes `cached`, `output` excludes `reasoning`. */
const kindsSchema = v.object({
  input: v.optional(amount),
  cached: v.optional(amount),
  output: v.optional(amount),
  reasoning: v.optional(amount),
});

export const seriesSchema = v.object({
  upstream: v.string(),
  model: v.string(),
  operation: v.string(),
  /** Requests by `ok` or the kind of error. */
  outcomes: v.record(v.string(), count),
  /** A kind that no server reported is missing. */
  tokens: kindsSchema,
  estimatedTokens: kindsSchema,
});

/**
 * The totals of one combination of upstream, model and operation since the first start. This is the
 * finest grain that is kept between runs.
 */
export type Series = v.InferOutput<typeof seriesSchema>;
export type TokenKind = keyof Series['tokens'];

/** Returns the list with one more exchange. Exchanges without inference are ignored. */
export function foldSeries(all: Series[], record: ActivityRecord): Series[] {
  if (!record.inference) return all;
  const name = record.countedModel ?? UNKNOWN_MODEL;
  const find = (model: string): number =>
    all.findIndex(
      (line) =>
        line.model === model &&
        line.upstream === record.upstream &&
        line.operation === record.operation,
    );
  const own = find(name);
  const hasRoom = own !== -1 || all.length < LIMIT;
  const at = hasRoom ? own : find(REST_OF_MODELS);
  const { upstream, operation } = record;
  const line = all[at] ?? {
    ...{ upstream, model: hasRoom ? name : REST_OF_MODELS, operation },
    ...{ outcomes: {}, tokens: {}, estimatedTokens: {} },
  };
  const next = foldLine(line, record);
  return at === -1 ? [...all, next] : all.map((each, i) => (i === at ? next : each));
}

function foldLine(line: Series, { error, usage }: ActivityRecord): Series {
  const outcome = error ?? 'ok';
  const tokens = { ...line.tokens };
  const estimatedTokens = { ...line.estimatedTokens };
  for (const { kind, amount: tokensOfKind, estimated } of tokenKinds(usage)) {
    if (tokensOfKind === null || !Number.isFinite(tokensOfKind) || tokensOfKind < 0) continue;
    const sums = estimated ? estimatedTokens : tokens;
    sums[kind] = (sums[kind] ?? 0) + tokensOfKind;
  }
  return {
    ...line,
    outcomes: { ...line.outcomes, [outcome]: (line.outcomes[outcome] ?? 0) + 1 },
    tokens,
    estimatedTokens,
  };
}

interface KindAmount {
  readonly kind: TokenKind;
  readonly amount: number | null;
  readonly estimated: boolean;
}

/**
 * Splits the counts into parts that do not overlap. Each part is marked if it contains an estimate.
 */
function tokenKinds({ provenance, ...usage }: Usage): KindAmount[] {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  const of = (
    kind: TokenKind,
    tokens: number | null,
    ...from: readonly (Provenance | null)[]
  ): KindAmount => ({ kind, amount: tokens, estimated: from.includes('estimated') });
  const { input, cachedInput, output, reasoning } = provenance;
  return [
    of('input', without(inputTokens, cachedInputTokens), input, cachedInput),
    of('cached', partOf(cachedInputTokens, inputTokens), cachedInput),
    of('output', without(outputTokens, reasoningTokens), output, reasoning),
    of('reasoning', partOf(reasoningTokens, outputTokens), reasoning),
  ];
}

function without(whole: number | null, part: number | null): number | null {
  return whole === null ? null : Math.max(0, whole - (part ?? 0));
}

/**
 * If a server reports more cached tokens than input tokens, the input count is used as the limit.
 */
function partOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? part : Math.min(part, whole);
}
