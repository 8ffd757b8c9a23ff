/** Prompts and contexts. */
import type { Evidence } from '../../../../shared/insights.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { adviceFor } from '../advice.ts';
import type { ContextFinding } from '../context-rules.ts';
import { advised, fact, factIfKnown, modelWords, saidFact, titled } from '../said.ts';
import { evaluatedTokens } from '../usual.ts';
import { exchangesOf, groupedBy, modelSubject } from './waste-facts.ts';
import type { ContextCase, Finding, ListedModel, WasteFacts, WasteRule } from './waste-facts.ts';

const HOUR_MS = 3_600_000;
/** The time looked back, and the longest pause inside one conversation. */
const WINDOW_MS = 2 * HOUR_MS;
const MAX_PAUSE_MS = HOUR_MS / 2;
const MIN_REPEATS = 5;
const MIN_TOKENS = 10_000;
/** A prompt that grows by more is another text. */
const MAX_GROWTH = 1.5;
const GROWTH_TOKENS = 2_000;
/** Below this share of the prompt before, the cache missed. */
const MISS = 0.5;
/** The most prompts of the series that may have hit. */
const MOST_HITS = 0.4;

/**
 * Source: cached tokens of the rows, where the server reports them. A series of growing prompts of
 * one client for one model is a conversation, and each prompt contains the one before.
 */
export const REPEATED_PREFIX: WasteRule = {
  kind: 'repeated_prefix',
  passed: 'passed_prefix',
  needs: 'needs_prefix',
  find: ({ now, records }) => {
    const recent = records.filter(
      ({ completedAt, error, usage }) =>
        now - completedAt <= WINDOW_MS && error === null && usage.cachedInputTokens !== null,
    );
    if (recent.length === 0) return null;
    const groups = groupedBy([...recent].reverse(), ({ upstream, countedModel, client }) =>
      JSON.stringify([upstream, countedModel, client.application, client.key, client.address]),
    );
    return groups.flatMap(repeatedPrefix);
  },
};

interface Pair {
  readonly record: ActivityRecord;
  /** Tokens of the prompt before that were evaluated again. */
  readonly again: number;
  readonly isMiss: boolean;
}

const SLOT_SETTINGS = {
  parallel: '--parallel',
  similarity: '--slot-prompt-similarity',
  ollama: 'OLLAMA_NUM_PARALLEL',
};

function repeatedPrefix(series: readonly ActivityRecord[]): Finding[] {
  const pairs = series.flatMap((record, index) => pairOf(series[index - 1], record));
  const misses = pairs.filter(({ isMiss }) => isMiss);
  const tokens = misses.reduce((sum, { again }) => sum + again, 0);
  const [first] = series;
  if (first === undefined || misses.length < MIN_REPEATS || tokens < MIN_TOKENS) return [];
  if (misses.length < pairs.length * (1 - MOST_HITS)) return [];
  const ms = misses.reduce((sum, { record, again }) => sum + (timeFor(record, again) ?? 0), 0);
  const again = {
    client: first.client.application ?? { text: 'some_client' },
    model: modelWords(first.countedModel),
    tokens: amount(tokens, 'compact'),
    count: amount(misses.length, 'count'),
  };
  return [
    {
      kind: 'repeated_prefix',
      scope: 'model',
      subject: modelSubject({ upstream: first.upstream, name: first.countedModel }),
      ...titled(
        ms > 0
          ? sentence('repeated_prefix_took', { ...again, time: amount(ms, 'ms') })
          : sentence('repeated_prefix', again),
      ),
      figure: ms > 0 ? { value: ms, unit: 'ms' } : { value: tokens, unit: 'tokens' },
      evidence: [
        fact(sentence('fact_read_again'), tokens, 'tokens'),
        fact(sentence('fact_requests'), misses.length, 'count'),
        fact(sentence('fact_cache_hits'), pairs.length - misses.length, 'count'),
      ],
      ...advised(sentence('advise_repeated_prefix', SLOT_SETTINGS)),
      saving: ms > 0 ? { value: ms, unit: 'ms' } : { value: tokens, unit: 'tokens' },
    },
  ];
}

function pairOf(before: ActivityRecord | undefined, record: ActivityRecord): Pair[] {
  const previous = before?.usage.inputTokens ?? null;
  const { inputTokens: input, cachedInputTokens: cached } = record.usage;
  if (before === undefined || previous === null || input === null || cached === null) return [];
  const isNext =
    record.startedAt >= before.completedAt && record.startedAt - before.completedAt <= MAX_PAUSE_MS;
  const isGrown = input > previous && input <= previous * MAX_GROWTH + GROWTH_TOKENS;
  if (!isNext || !isGrown) return [];
  return [{ record, again: Math.max(0, previous - cached), isMiss: cached < previous * MISS }];
}

/** The time for a part of the prompt, at the speed of this exchange, milliseconds. */
function timeFor(record: ActivityRecord, tokens: number): number | null {
  const evaluated = evaluatedTokens(record);
  const { prefillMs } = record.timing;
  if (prefillMs === null || evaluated === null || evaluated <= 0) return null;
  return (prefillMs * Math.min(tokens, evaluated)) / evaluated;
}

/** Fewer exchanges do not show what is ever used. */
const MIN_EXCHANGES = 50;
/** The memory of a smaller context is not worth a change. */
const MIN_CONTEXT = 16_384;
/** The context must be this many times what was used at most. */
const TIMES_TOO_LARGE = 4;
const SMALLEST_ADVISED = 4_096;
/** Room above the largest use. */
const ROOM = 1.5;

/** Sources: the context of the loaded model, and the tokens of its exchanges. */
export const OVERSIZED_CONTEXT: WasteRule = {
  kind: 'oversized_context',
  passed: 'passed_context',
  needs: 'needs_context',
  find: (facts) => {
    const judged = facts.listed.map((each) => oversized(each, facts));
    const known = judged.filter((findings) => findings !== null);
    return known.length === 0 ? null : known.flat();
  },
};

function oversized({ model }: ListedModel, facts: WasteFacts): Finding[] | null {
  const { kindOf } = facts;
  const totals = exchangesOf(model, facts).flatMap(tokensInContext);
  const limit = model.contextLength;
  if (limit === null) return null;
  // It may have to be asked for, so this comes before it is needed.
  const perToken = limit < MIN_CONTEXT ? null : facts.contextBytesPerToken(model);
  if (totals.length < MIN_EXCHANGES) return null;
  const most = totals.reduce((max, total) => Math.max(max, total), 0);
  const best = Math.max(SMALLEST_ADVISED, 2 ** Math.ceil(Math.log2(Math.max(1, most) * ROOM)));
  if (limit < MIN_CONTEXT || most * TIMES_TOO_LARGE > limit || best * 2 > limit) return [];
  const unused = unusedBytes(model, perToken, limit - best);
  return [
    {
      kind: 'oversized_context',
      scope: 'model',
      subject: modelSubject(model),
      ...titled(
        sentence('oversized_context', {
          model: model.name,
          limit: amount(limit, 'compact'),
          count: amount(totals.length, 'count'),
          most: amount(most, 'compact'),
        }),
      ),
      figure: { value: limit - most, unit: 'tokens' },
      evidence: [
        fact(sentence('fact_context'), limit, 'tokens'),
        fact(sentence('fact_most_used'), most, 'tokens'),
        fact(sentence('fact_exchanges'), totals.length, 'count'),
        ...factIfKnown(sentence('fact_model_and_context'), model.sizeBytes, 'bytes'),
        ...factIfKnown(sentence('fact_unused_context'), unused, 'bytes'),
      ],
      ...adviceFor('smallerContext', kindOf(model.upstream), { model: model.name, tokens: best }),
      saving:
        unused === null
          ? { value: limit - best, unit: 'tokens' }
          : { value: unused, unit: 'bytes' },
    },
  ];
}

/** The memory of a part of the context; null if unknown, or if the model has less memory in all. */
function unusedBytes(
  { sizeBytes }: ListedModel['model'],
  perToken: number | null,
  tokens: number,
): number | null {
  const bytes = perToken === null ? null : perToken * tokens;
  return bytes !== null && sizeBytes !== null && bytes >= sizeBytes ? null : bytes;
}

function tokensInContext({ usage }: ActivityRecord): number[] {
  const { inputTokens, outputTokens } = usage;
  return inputTokens === null || outputTokens === null ? [] : [inputTokens + outputTokens];
}

function newestOf({ title, titleSentence }: ContextFinding): Evidence {
  const label = sentence('fact_newest');
  return titleSentence === null ? fact(label, title, null) : saidFact(label, titleSentence);
}

/** Truncated and refused prompts of the last hour, one insight a model. */
export const TRUNCATED_PROMPTS: WasteRule = {
  kind: 'context_truncated',
  passed: 'passed_truncated',
  needs: 'needs_truncated',
  find: ({ now, records, contextCases }) => {
    if (records.length === 0) return null;
    const recent = contextCases.filter(({ record }) => now - record.completedAt <= HOUR_MS);
    const groups = groupedBy(recent, ({ record, finding }) =>
      JSON.stringify([record.upstream, record.countedModel, finding.kind]),
    );
    return groups.flatMap(contextCasesOf);
  },
};

function contextCasesOf(group: readonly ContextCase[]): Finding[] {
  const last = group.at(-1);
  if (last === undefined) return [];
  const { record, finding } = last;
  const isOne = group.length === 1;
  const isCut = finding.kind === 'context_truncated';
  const model = modelWords(record.countedModel);
  const count = amount(group.length, 'count');
  return [
    {
      ...finding,
      scope: 'model',
      subject: modelSubject({ upstream: record.upstream, name: record.countedModel }),
      ...titled(
        isOne
          ? sentence(isCut ? 'one_cut' : 'one_refused', { model })
          : sentence(isCut ? 'many_cut' : 'many_refused', { model, count }),
      ),
      figure: isOne ? finding.figure : { value: group.length, unit: 'count' },
      evidence: [
        newestOf(finding),
        ...finding.evidence,
        fact(sentence('fact_exchange'), String(record.id), null),
      ],
    },
  ];
}
