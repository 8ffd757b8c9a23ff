import { noted, sentence } from '../../../../shared/sentences.ts';
import type { AlertPreview } from '../../../../shared/alert-history.ts';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { GpuPoint } from '../../../../shared/gpu-history.ts';
import { createFigureReader } from '../figure-readers.ts';
import type { PreviewRequest, PreviewSources } from './past.ts';
import { Replay, momentOf } from './replay.ts';

/** The most buckets of a preview, and of one question to the ledger. */
const MAX_BUCKETS = 10_080;
const BUCKETS_AT_ONCE = 4_000;
/** Samples of the past are a minute apart, or 15 minutes in older data. */
const MINUTE_MS = 60_000;
const OLD_MS = 15 * MINUTE_MS;
const YOUNG_DAYS_MS = 30 * 24 * 60 * MINUTE_MS;

/** The readings of GPUs, from the stored samples. */
export async function previewGpu(
  sources: PreviewSources,
  request: PreviewRequest,
): Promise<AlertPreview> {
  const { rule, from, to } = request;
  const bucketMs = Math.ceil(Math.max(1_000, (to - from) / MAX_BUCKETS) / 1_000) * 1_000;
  const usesMean = rule.op === 'below' || rule.forMs >= bucketMs;
  let gpus: readonly GpuReading[] = [];
  let sampledAt = -Infinity;
  let now = from;
  const present = sources.state();
  const isOld = Date.now() - from > YOUNG_DAYS_MS;
  const heldMs = Math.max(2.5 * bucketMs, isOld ? 1.5 * OLD_MS : 1.5 * MINUTE_MS);
  const state = () => {
    // Without samples, Tokwatt did not run or the GPU was not read.
    const known = now - sampledAt <= heldMs ? gpus : [];
    return { ...present, gpu: { ...present.gpu, status: 'live' as const, gpus: known } };
  };
  const inner = createFigureReader(rule, { ...sources, state }, () => momentOf(from));
  const reader = {
    ...{ absent: inner.absent, observe: () => undefined },
    read: (at: ReturnType<typeof momentOf>) => {
      now = at.wall;
      return inner.read(at);
    },
  };
  const replay = new Replay({ ...request, reader, start: from, stepMs: Math.max(1_000, bucketMs) });
  for (let begin = from; begin < to; begin += BUCKETS_AT_ONCE * bucketMs) {
    const end = Math.min(to, begin + BUCKETS_AT_ONCE * bucketMs);
    const points = await sources.ledger.gpu({ from: begin, to: end, bucketMs });
    for (const [at, group] of byTime(points)) {
      await replay.advanceTo(at - 1);
      gpus = group.map((point) => readingOf(point, usesMean));
      sampledAt = at;
      replay.lookSoon(at);
    }
  }
  await replay.advanceTo(to);
  const said = usesMean ? sentence('past_means') : sentence('past_highest');
  return { isKnown: true, ...noted(said), from, to, resolutionMs: bucketMs, ...replay.result() };
}

function byTime(points: readonly GpuPoint[]): Map<number, GpuPoint[]> {
  const groups = new Map<number, GpuPoint[]>();
  for (const point of points) {
    const group = groups.get(point.at);
    if (group === undefined) groups.set(point.at, [point]);
    else group.push(point);
  }
  return groups;
}

function readingOf(point: GpuPoint, usesMean: boolean): GpuReading {
  const pick = (mean: number | null, max: number | null): number | null =>
    usesMean ? mean : (max ?? mean);
  const { index, id, name, memoryTotalBytes, powerLimitW } = point;
  return {
    ...{ index, id, name, vendor: 'other', memoryTotalBytes, powerLimitW },
    utilizationPercent: pick(point.utilizationPercent, point.utilizationMax),
    memoryUsedBytes: pick(point.memoryUsedBytes, point.memoryUsedMax),
    temperatureC: pick(point.temperatureC, point.temperatureMax),
    powerW: pick(point.powerW, point.powerMax),
    details: NO_GPU_DETAILS,
  };
}
