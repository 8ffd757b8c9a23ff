/** Previews of figures that are computed from finished exchanges. */
import { BASELINE_WINDOWS } from '../../../../shared/alert-figure-kinds.ts';
import type { WindowFigure } from '../../../../shared/alert-figure-kinds.ts';
import type { AlertPreview } from '../../../../shared/alert-history.ts';
import { NO_PROGRESS } from '../../../../shared/live-exchange.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';
import { joined, noted, sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { emptyStats, fold } from '../../records/totals/stats.ts';
import { createFigureReader } from '../figure-readers.ts';
import { stepOf } from './past.ts';
import type { PreviewRequest, PreviewSources } from './past.ts';
import { pastRows } from './past-rows.ts';
import { Replay, momentOf } from './replay.ts';

const HOUR_MS = 3_600_000;
const OFF_TIME = sentence('past_off_time');

/** The figures of a window: the engine's reader gets the exchanges as they ended. */
export async function previewWindow(
  sources: PreviewSources,
  request: PreviewRequest,
  figure: WindowFigure,
): Promise<AlertPreview> {
  const { rule, from, to } = request;
  const windows = figure.fold === 'drop' ? 1 + BASELINE_WINDOWS : 1;
  const warmMs = (rule.windowMs ?? 0) * windows + rule.forMs;
  const rows = await pastRows(sources, { from: from - warmMs, to });
  const start = rows.from;
  const reader = createFigureReader(rule, sources, () => momentOf(start));
  // Of too many rows, the first fill the window only.
  const begin = rows.note === null ? from : Math.min(to, start + warmMs);
  const replay = new Replay({ ...request, reader, start, from: begin, stepMs: stepOf(request) });
  for await (const batch of rows.batches) {
    for (const record of batch) {
      await replay.advanceTo(record.completedAt);
      replay.observe(record);
    }
  }
  await replay.advanceTo(to);
  const isRate = figure.fold === 'per_minute' && rule.op === 'below';
  const notes = [rows.note, isRate ? OFF_TIME : null].filter((each) => each !== null);
  const note = joined('and_also', notes);
  return known(request, { begin, note, replay });
}

/** The sums of a local day, which are folded anew from the exchanges of each day. */
export async function previewToday(
  sources: PreviewSources,
  request: PreviewRequest,
): Promise<AlertPreview> {
  const { rule, from, to } = request;
  const rows = await pastRows(sources, { from: midnightOf(from), to });
  // A day of which rows are missing would have too small sums.
  const begin = rows.note === null ? from : midnightOf(rows.from + 25 * HOUR_MS);
  const { ollamaUpstreams } = sources.stats();
  let stats = { ...emptyStats(rows.from), ollamaUpstreams };
  const reader = createFigureReader(rule, { ...sources, stats: () => stats }, () =>
    momentOf(begin),
  );
  const start = Math.min(begin, to);
  const replay = new Replay({ ...request, reader, start, from: start, stepMs: stepOf(request) });
  for await (const batch of rows.batches) {
    for (const record of batch) {
      await replay.advanceTo(record.completedAt);
      if (!record.inference) continue;
      stats = fold(stats, record);
      replay.lookSoon(record.completedAt);
    }
  }
  await replay.advanceTo(to);
  return known(request, { begin: start, note: rows.note, replay });
}

/** The exchanges in flight, from when each began and ended. */
export async function previewInFlight(
  sources: PreviewSources,
  request: PreviewRequest,
): Promise<AlertPreview> {
  const { rule, from, to } = request;
  // Those that ended after the range may have begun in it.
  const rows = await pastRows(sources, { from, to: to + HOUR_MS });
  const changes: Change[] = [];
  for await (const batch of rows.batches) {
    for (const record of batch) if (record.inference) changes.push(...changesOf(record));
  }
  changes.sort((a, b) => a.at - b.at);
  const start = Math.min(to, rows.from);
  let inFlight = new Map<string, LiveExchange>();
  const present = sources.state();
  const state = () => ({ ...present, inFlight: [...inFlight.values()] });
  const reader = createFigureReader(rule, { ...sources, state }, () => momentOf(start));
  const replay = new Replay({ ...request, reader, start, from: start, stepMs: stepOf(request) });
  for (const { at, id, live } of changes.filter((change) => change.at < to)) {
    await replay.advanceTo(at);
    inFlight = new Map(inFlight);
    if (live === null) inFlight.delete(id);
    else inFlight.set(id, live);
    replay.lookSoon(at);
  }
  await replay.advanceTo(to);
  return known(request, { begin: start, note: rows.note, replay });
}

/** An exchange began, got its first content, or ended (null). */
interface Change {
  readonly at: number;
  readonly id: string;
  readonly live: LiveExchange | null;
}

function changesOf(record: ActivityRecord): Change[] {
  const { id: number, startedAt, completedAt, timing } = record;
  const { upstream, api, operation, endpoint, model, countedModel, client } = record;
  const id = `${number}`;
  const named = { id, startedAt, upstream, api, operation, endpoint, model, countedModel };
  const live = (phase: LiveExchange['phase']): LiveExchange => ({
    ...{ ...named, application: client.application, phase },
    ...{
      inputTokens: null,
      outputTokensSoFar: 0,
      progress: NO_PROGRESS,
      sessionId: null,
      sessionSource: null,
    },
  });
  const first = timing.timeToFirstTokenMs;
  return [
    { at: startedAt, id, live: live('waiting') },
    ...(first === null
      ? []
      : [{ at: Math.min(completedAt, startedAt + first), id, live: live('generating') }]),
    { at: completedAt, id, live: null },
  ];
}

interface Outcome {
  readonly begin: number;
  readonly note: Message | null;
  readonly replay: Replay;
}

function known(request: PreviewRequest, { begin, note, replay }: Outcome): AlertPreview {
  const resolutionMs = stepOf(request);
  return {
    isKnown: true,
    ...noted(note),
    from: begin,
    to: request.to,
    resolutionMs,
    ...replay.result(),
  };
}

function midnightOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
