import { Hono } from 'hono';
import type * as v from 'valibot';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { seriesQuerySchema } from '../../records/ledger/query-schemas.ts';
import type { SeriesPoint } from '../../records/ledger/query-schemas.ts';
import type { Recorder } from '../../records/recorder.ts';
import { answerOf, promptOf } from '../captured-text.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import {
  currentAnswer,
  gpuAnswer,
  historyAnswer,
  historyQuery,
  logsAnswer,
  logsQuery,
  modelsAnswer,
  nothingAsked,
} from './stats-routes-schemas.ts';
import { viewGpus } from './stats-gpu-view.ts';
import { viewCurrent, viewDatum, viewLog, viewModel, viewPoint } from './stats-routes-views.ts';
import type { Texts } from './stats-routes-views.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The width of a single bucket for all time. The ledger reads whole hours fastest. */
const EVER_MS = 876_600 * HOUR_MS;
const MINUTES = { '1m': 1, '5m': 5, '1h': 60 } as const;
/** Most bytes of captured bodies read for one page of logs. Rows beyond the limit have no texts. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;
/**
 * Most ledger pages searched for one page of successes. Since most exchanges succeed, few are
 * needed.
 */
const MAX_PAGES = 20;

/** The endpoints of the ollama-local-serve stack, for dashboards written for it. */
export function statsRoutes(snapshot: () => Snapshot, recorder: Recorder): Hono {
  const app = new Hono();
  const { ledger } = recorder;
  app.get('/stats/current', DESCRIBED.current, async (c) => {
    await settled(ledger);
    return c.json(toWire(await current(ledger, snapshot())));
  });
  app.get('/stats/history', DESCRIBED.history, async (c) => {
    const query = checked(historyQuery, queryOf(c, { numbers: ['hours'] }));
    const hours = query.hours ?? parseInt(query.timeRange, 10);
    const granularity = query.granularity ?? granularityOf(query.hours ?? 1);
    const minutes = MINUTES[granularity];
    await settled(ledger);
    const now = Date.now();
    const points = await pointsOf(ledger, now - hours * HOUR_MS, now, minutes * MINUTE_MS);
    const metrics = points.map((point) => viewPoint(point, minutes));
    const data = points.map((point) => viewDatum(point, minutes)).reverse();
    return c.json(toWire({ timeRange: `${hours}h`, granularity, metrics, data }));
  });
  app.get('/stats/logs', DESCRIBED.logs, async (c) => {
    const query = checked(logsQuery, queryOf(c, { numbers: ['limit', 'offset'] }));
    const { rows, next } = await pageOfLogs(recorder, query);
    const { limit, offset } = query;
    const texts = await textsOf(ledger, rows);
    const logs = rows.map((row) => viewLog(row, texts.get(row.id) ?? NO_TEXTS));
    return c.json(toWire({ logs, limit, offset, nextCursor: next }));
  });
  app.get('/models', DESCRIBED.models, async (c) => {
    await settled(ledger);
    const models = await usedModels(ledger, snapshot());
    return c.json(toWire({ models, totalModels: models.length }));
  });
  app.get('/gpu', DESCRIBED.gpu, (c) => c.json(toWire(viewGpus(snapshot().state.gpu))));
  return app;
}

/** Waits until finished exchanges are stored. Skipped if the ledger is unavailable. */
async function settled(ledger: Ledger): Promise<void> {
  if (ledger.state.status === 'ok') await ledger.flush();
}

async function current(ledger: Ledger, { state }: Snapshot): Promise<object> {
  const now = Date.now();
  const [measured, hour] = await Promise.all([
    ledger.percentiles({}).catch(() => null),
    pointsOf(ledger, now - HOUR_MS, now, HOUR_MS).catch(() => null),
  ]);
  return viewCurrent(state, now, measured, hour);
}

async function usedModels(ledger: Ledger, { state }: Snapshot): Promise<readonly object[]> {
  const { totals, loadedModels } = state;
  const points = await everByModel(ledger);
  return totals.ever.models.map((model) => {
    const isLoaded = loadedModels.some(({ name }) => name === model.model);
    return viewModel(model, points.get(model.model) ?? null, isLoaded);
  });
}

async function pointsOf(
  ledger: Ledger,
  from: number,
  to: number,
  bucketMs: number,
): Promise<readonly SeriesPoint[]> {
  // `to` is exclusive, so a minute is added to include the current one.
  const query = checked(seriesQuerySchema, { from, to: to + MINUTE_MS, bucketMs });
  const { points } = await ledger.series(query);
  // A point may have only exchanges in flight.
  return points.filter(({ requests }) => requests > 0);
}

/** All stored data as one point for each model; empty while the ledger cannot be read. */
async function everByModel(ledger: Ledger): Promise<ReadonlyMap<string, SeriesPoint>> {
  const query = {
    from: 0,
    to: Date.now() + MINUTE_MS,
    bucketMs: EVER_MS,
    groupBy: 'model',
  } as const;
  const { points } = await ledger.series(query).catch(() => ({ points: [] }));
  return new Map(points.map((point) => [point.name ?? 'unknown model', point] as const));
}

function granularityOf(hours: number): keyof typeof MINUTES {
  return hours <= 1 ? '1m' : hours <= 6 ? '5m' : '1h';
}

/** Inference exchanges. For successes, as many as a limited search finds. */
async function pageOfLogs(
  recorder: Recorder,
  { limit, offset, cursor, model, status }: v.InferOutput<typeof logsQuery>,
): Promise<{ readonly rows: readonly ActivityRecord[]; readonly next: string | null }> {
  const filter = {
    inference: true,
    ...(model === undefined ? {} : { model }),
    ...(status === 'error' ? { error: 'any' as const } : {}),
  };
  const rows: ActivityRecord[] = [];
  const wanted = offset + limit;
  let next: string | null = cursor ?? null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await recorder.page({ ...filter, limit: wanted - rows.length, cursor: next });
    rows.push(...page.rows.filter(({ error }) => status !== 'success' || error === null));
    ({ next } = page);
    if (next === null || rows.length >= wanted) break;
  }
  return { rows: rows.slice(offset), next };
}

const NO_TEXTS: Texts = { prompt: null, response: null };

/** Captured prompts and answers, newest first. They are read one at a time. */
async function textsOf(
  ledger: Ledger,
  rows: readonly ActivityRecord[],
): Promise<ReadonlyMap<number, Texts>> {
  const texts = new Map<number, Texts>();
  let bytes = 0;
  for (const { id } of rows) {
    if (bytes > MAX_TEXT_BYTES) break;
    const capture = await ledger.readCapture(id).catch(() => null);
    if (capture === null) continue;
    const { request, response } = capture;
    bytes += request.body.length + response.body.length;
    texts.set(id, { prompt: promptOf(request.body), response: answerOf(response.body) });
  }
  return texts;
}

const stats = { tag: 'stats', query: nothingAsked } as const;
const DESCRIBED = {
  current: described({
    ...stats,
    summary: 'Totals since the first start, and present values',
    answer: currentAnswer,
  }),
  history: described({
    ...stats,
    summary: 'The last hours in steps of one minute, five minutes or one hour',
    query: historyQuery,
    answer: historyAnswer,
    problems: [503],
  }),
  logs: described({
    ...stats,
    summary: 'Finished requests, newest first',
    description: `Prompts and answers come from captures, at most ${MAX_TEXT_BYTES / 1024 / 1024} MB for each page.`,
    query: logsQuery,
    answer: logsAnswer,
    problems: [503],
  }),
  models: described({ ...stats, summary: 'All models that were used', answer: modelsAnswer }),
  gpu: described({ ...stats, summary: 'The GPUs now', answer: gpuAnswer }),
};
