/** Prompts and contexts. */
import { formatCount, formatDuration, formatTokens } from '../../../../shared/format.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { adviceFor } from '../advice.ts';
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
  passed: 'no prompt read twice',
  needs: 'No answer of the last two hours says how much of its prompt came from the cache.',
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

function repeatedPrefix(series: readonly ActivityRecord[]): Finding[] {
  const pairs = series.flatMap((record, index) => pairOf(series[index - 1], record));
  const misses = pairs.filter(({ isMiss }) => isMiss);
  const tokens = misses.reduce((sum, { again }) => sum + again, 0);
  const [first] = series;
  if (first === undefined || misses.length < MIN_REPEATS || tokens < MIN_TOKENS) return [];
  if (misses.length < pairs.length * (1 - MOST_HITS)) return [];
  const ms = misses.reduce((sum, { record, again }) => sum + (timeFor(record, again) ?? 0), 0);
  const took = ms > 0 ? `, which took ${formatDuration(ms)}` : '';
  const who = first.client.application ?? 'A client';
  return [
    {
      kind: 'repeated_prefix',
      scope: 'model',
      subject: modelSubject({ upstream: first.upstream, name: first.countedModel }),
      title: `${who} let ${first.countedModel ?? 'a model'} read ${formatTokens(tokens)} again in ${misses.length} requests of growing conversations${took}.`,
      figure: ms > 0 ? { value: ms, unit: 'ms' } : { value: tokens, unit: 'tokens' },
      evidence: [
        { label: 'Tokens read again', value: tokens, unit: 'tokens' },
        { label: 'Requests', value: misses.length, unit: 'count' },
        {
          label: 'Requests that hit the cache',
          value: pairs.length - misses.length,
          unit: 'count',
        },
      ],
      advice:
        'Keep the beginning of the prompt the same from request to request (no time or random id before the conversation), and let one client at a time use a slot: --parallel and --slot-prompt-similarity of llama-server, OLLAMA_NUM_PARALLEL of Ollama.',
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
  passed: 'no oversized context',
  needs: 'No loaded model with a known context has had 50 exchanges yet.',
  find: (facts) => {
    const judged = facts.listed.map((each) => oversized(each, facts));
    const known = judged.filter((findings) => findings !== null);
    return known.length === 0 ? null : known.flat();
  },
};

function oversized({ model }: ListedModel, facts: WasteFacts): Finding[] | null {
  const { kindOf } = facts;
  const totals = exchangesOf(model, facts).flatMap(({ usage }) => {
    const { inputTokens, outputTokens } = usage;
    return inputTokens === null || outputTokens === null ? [] : [inputTokens + outputTokens];
  });
  const limit = model.contextLength;
  if (limit === null || totals.length < MIN_EXCHANGES) return null;
  const most = totals.reduce((max, total) => Math.max(max, total), 0);
  const advised = Math.max(SMALLEST_ADVISED, 2 ** Math.ceil(Math.log2(Math.max(1, most) * ROOM)));
  if (limit < MIN_CONTEXT || most * TIMES_TOO_LARGE > limit || advised * 2 > limit) return [];
  return [
    {
      kind: 'oversized_context',
      scope: 'model',
      subject: modelSubject(model),
      title: `${model.name} has a context of ${formatTokens(limit)}, and its last ${formatCount(totals.length)} exchanges used at most ${formatTokens(most)}.`,
      figure: { value: limit - most, unit: 'tokens' },
      evidence: [
        { label: 'Context of the model', value: limit, unit: 'tokens' },
        { label: 'Most used', value: most, unit: 'tokens' },
        { label: 'Exchanges', value: totals.length, unit: 'count' },
        ...(model.sizeBytes === null
          ? []
          : [
              {
                label: 'Model and context in memory',
                value: model.sizeBytes,
                unit: 'bytes',
              } as const,
            ]),
      ],
      advice: `${adviceFor('smallerContext', kindOf(model.upstream), { model: model.name, tokens: advised })} Its memory is free for a larger model then.`,
      saving: { value: limit - advised, unit: 'tokens' },
    },
  ];
}

/** Truncated and refused prompts of the last hour, one insight a model. */
export const TRUNCATED_PROMPTS: WasteRule = {
  kind: 'context_truncated',
  passed: 'no truncated prompts',
  needs: 'No request has finished yet.',
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
  const prompts = isOne ? 'A prompt' : `${formatCount(group.length)} prompts`;
  const happened =
    finding.kind === 'context_truncated' ? 'lost a part' : `${isOne ? 'was' : 'were'} refused`;
  const exceed = isOne ? 'it exceeds' : 'they exceed';
  return [
    {
      ...finding,
      scope: 'model',
      subject: modelSubject({ upstream: record.upstream, name: record.countedModel }),
      title: `${prompts} for ${record.countedModel ?? 'a model'} ${happened} in the last hour, because ${exceed} the context.`,
      figure: isOne ? finding.figure : { value: group.length, unit: 'count' },
      evidence: [
        { label: 'Newest of them', value: finding.title, unit: null },
        ...finding.evidence,
        { label: 'Its exchange', value: String(record.id), unit: null },
      ],
    },
  ];
}
