import * as v from 'valibot';
import { localDate } from '../../../shared/format.ts';
import type { ModelTally, PeriodTotals, Tally, Totals } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';

/** Names come from clients: past this many, further models share one line. */
const MAX_MODELS = 500;
const OTHER_MODELS = 'other models';
/** Shown for an exchange whose model nobody named. */
const UNNAMED_MODEL = 'unknown model';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

const tallySchema = v.object({
  requests: count,
  errors: count,
  inputTokens: amount,
  cachedInputTokens: amount,
  outputTokens: amount,
  reasoningTokens: amount,
  estimatedTokens: amount,
  unmeteredRequests: count,
});

const modelSchema = v.object({
  model: v.string(),
  ...tallySchema.entries,
  /** Output tokens of the exchanges whose speed is known, and the seconds they took. */
  timedTokens: amount,
  timedSeconds: amount,
  lastUsedAt: v.number(),
});

const periodSchema = v.object({
  all: tallySchema,
  otherRequests: count,
  /** A list and not a map: a model may be called `__proto__`. */
  models: v.array(modelSchema),
});

/** The state that records are folded into; also its form on disk. */
export const statsSchema = v.object({
  since: v.number(),
  /** The id of the last record folded in. */
  lastId: count,
  ever: periodSchema,
  today: v.object({ ...periodSchema.entries, date: v.string() }),
});

export type Stats = v.InferOutput<typeof statsSchema>;
type Period = v.InferOutput<typeof periodSchema>;
type Model = v.InferOutput<typeof modelSchema>;

const EMPTY_TALLY: Tally = {
  requests: 0,
  errors: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimatedTokens: 0,
  unmeteredRequests: 0,
};

const EMPTY_MODEL = { ...EMPTY_TALLY, timedTokens: 0, timedSeconds: 0, lastUsedAt: 0 };
const emptyPeriod = (): Period => ({ all: EMPTY_TALLY, otherRequests: 0, models: [] });

/** Counting that begins at `now`, Unix milliseconds. */
export function emptyStats(now: number): Stats {
  return {
    since: now,
    lastId: 0,
    ever: emptyPeriod(),
    today: { ...emptyPeriod(), date: localDate(now) },
  };
}

/**
 * One more record. A record belongs to the local day it completed in; one that completed before
 * the day under way (the clock was set back) counts towards the totals only.
 */
export function fold(stats: Stats, record: ActivityRecord): Stats {
  const day = localDate(record.completedAt);
  const today = day > stats.today.date ? { ...emptyPeriod(), date: day } : stats.today;
  return {
    since: stats.since,
    lastId: Math.max(stats.lastId, record.id),
    ever: foldPeriod(stats.ever, record),
    today: day === today.date ? { ...foldPeriod(today, record), date: day } : today,
  };
}

function foldPeriod(period: Period, record: ActivityRecord): Period {
  if (!record.inference) return { ...period, otherRequests: period.otherRequests + 1 };
  return {
    all: foldTally(period.all, record),
    otherRequests: period.otherRequests,
    models: foldModels(period.models, record),
  };
}

function foldModels(models: readonly Model[], record: ActivityRecord): Model[] {
  const wanted = record.model ?? UNNAMED_MODEL;
  const known = models.some(({ model }) => model === wanted);
  const name = known || models.length < MAX_MODELS ? wanted : OTHER_MODELS;
  const before = models.find(({ model }) => model === name) ?? { model: name, ...EMPTY_MODEL };
  return [...models.filter((model) => model !== before), foldModel(before, record)];
}

function foldModel(model: Model, record: ActivityRecord): Model {
  const { outputTokensPerSecond: rate } = record.rates;
  const tokens = record.usage.outputTokens;
  const timed = rate !== null && rate > 0 && tokens !== null;
  return {
    model: model.model,
    ...foldTally(model, record),
    timedTokens: model.timedTokens + (timed ? tokens : 0),
    timedSeconds: model.timedSeconds + (timed ? tokens / rate : 0),
    lastUsedAt: Math.max(model.lastUsedAt, record.completedAt),
  };
}

function foldTally(tally: Tally, { usage, error }: ActivityRecord): Tally {
  const estimated =
    (usage.provenance.input === 'estimated' ? (usage.inputTokens ?? 0) : 0) +
    (usage.provenance.output === 'estimated' ? (usage.outputTokens ?? 0) : 0);
  const unmetered = error === null && usage.inputTokens === null && usage.outputTokens === null;
  return {
    requests: tally.requests + 1,
    errors: tally.errors + (error === null ? 0 : 1),
    inputTokens: tally.inputTokens + (usage.inputTokens ?? 0),
    cachedInputTokens: tally.cachedInputTokens + (usage.cachedInputTokens ?? 0),
    outputTokens: tally.outputTokens + (usage.outputTokens ?? 0),
    reasoningTokens: tally.reasoningTokens + (usage.reasoningTokens ?? 0),
    estimatedTokens: tally.estimatedTokens + estimated,
    unmeteredRequests: tally.unmeteredRequests + (unmetered ? 1 : 0),
  };
}

/** The totals for readers, as of `now` (Unix milliseconds): a new day begins without traffic too. */
export function viewTotals(stats: Stats, now: number): Totals {
  const date = localDate(now);
  const today = date > stats.today.date ? emptyPeriod() : stats.today;
  return {
    ever: { ...viewPeriod(stats.ever), since: stats.since },
    today: { ...viewPeriod(today), date: date > stats.today.date ? date : stats.today.date },
  };
}

function viewPeriod({ all, otherRequests, models }: Period): PeriodTotals {
  const rows = models.map(({ timedTokens, timedSeconds, ...tally }): ModelTally => {
    const speed = timedSeconds > 0 ? timedTokens / timedSeconds : null;
    return { ...tally, outputTokensPerSecond: speed };
  });
  rows.sort((a, b) => b.outputTokens - a.outputTokens || a.model.localeCompare(b.model));
  return { all, otherRequests, models: rows };
}
