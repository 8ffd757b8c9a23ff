import type { LiveExchange, Stage } from '../../../shared/live-exchange.ts';
import type { PublicRecord } from '../../../shared/public-record.ts';
import type { Phase } from '../../../shared/phases.ts';
import type { LaneExchange, LaneSegment } from '../../charts/lanes/lanes.ts';

const PHASE_OF: Readonly<Record<Stage, Phase>> = {
  queued: 'queue',
  loading: 'load',
  prefill: 'prefill',
  decode: 'decode',
};

/** Marks the ids of exchanges in flight, which are no ids of rows. */
const RUNNING = 'running:';

/** The id of the row behind a bar of the lane chart; null while the exchange runs. */
export function rowIdOf(laneId: string): string | null {
  return laneId.startsWith(RUNNING) ? null : laneId;
}

/** The exchanges that are at least partly after `from`: finished ones, then those in flight. */
export function laneExchanges(
  recent: readonly PublicRecord[],
  inFlight: readonly LiveExchange[],
  { from, unnamed }: { readonly from: number; readonly unnamed: string },
): LaneExchange[] {
  return [
    ...recent
      .filter(({ completedAt, inference }) => inference && completedAt >= from)
      .map((record) => ({
        id: String(record.id),
        name: record.model ?? unnamed,
        segments: finishedSegments(record),
        isFailed: record.error !== null,
      })),
    ...inFlight.map((exchange) => ({
      id: `${RUNNING}${exchange.id}`,
      name: exchange.model ?? unnamed,
      segments: runningSegments(exchange),
    })),
  ];
}

/**
 * The phases in their order. The first token ends the prefill; without one, the server's own durations do. What is
 * left belongs to the last phase that is known.
 */
export function finishedSegments(
  record: Pick<PublicRecord, 'startedAt' | 'operation' | 'timing' | 'usage'>,
): LaneSegment[] {
  const { startedAt, timing, usage } = record;
  const end = startedAt + timing.durationMs;
  const firstAt = timing.timeToFirstTokenMs === null ? null : startedAt + timing.timeToFirstTokenMs;
  const segments: LaneSegment[] = [];
  let at = startedAt;
  const add = (phase: Phase, to: number): void => {
    const until = Math.min(end, to);
    if (until > at) segments.push({ phase, from: at, to: until });
    at = Math.max(at, until);
  };
  add('queue', at + (timing.queueMs ?? 0));
  add('load', at + (timing.loadMs ?? 0));
  if (firstAt !== null) add('prefill', firstAt);
  else if (timing.prefillMs !== null) add('prefill', at + timing.prefillMs);
  const hasOutput = (usage.outputTokens ?? 0) > 0;
  const rest = segments.at(-1)?.phase ?? (usage.inputTokens === null ? 'queue' : 'prefill');
  add(hasOutput ? 'decode' : rest, end);
  return segments;
}

function runningSegments({ startedAt, progress }: LiveExchange): LaneSegment[] {
  const { stages, stage } = progress;
  if (stages.length === 0) return [{ phase: PHASE_OF[stage], from: startedAt, to: null }];
  return stages.map((each, index) => ({
    phase: PHASE_OF[each.stage],
    from: each.startedAt,
    to: stages[index + 1]?.startedAt ?? null,
  }));
}
