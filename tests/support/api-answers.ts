/** What the API would answer to the overview in a scenario, for pages without a main process. */
import type { GpuPoint } from '../../shared/gpu-history.ts';
import type { Usual, UsualFigure } from '../../shared/history.ts';
import type { ModelsOverview } from '../../shared/models-view.ts';
import type { State } from '../../shared/snapshot.ts';
import { localDate } from '../../shared/format.ts';
import { toWire } from '../../shared/wire.ts';

const POINTS = 89;
const BUCKET_MS = 10_000;

/** The body of the answer; undefined for what the API does not have. */
export function apiAnswer(path: string, state: State, now: number): unknown {
  const answer = answerOf(path.split('?', 1)[0] ?? '', state, now);
  return answer === undefined ? undefined : toWire(answer);
}

function answerOf(path: string, state: State, now: number): unknown {
  if (path === '/api/gpu/history') return { points: gpuPoints(state, now) };
  if (path === '/api/history/usual') return usual(state, now);
  if (path === '/api/models/overview')
    return { models: [], managers: [], notes: [] } satisfies ModelsOverview;
  if (path === '/api/takeovers') return { takeovers: [] };
  // The search on the first page.
  if (path === '/api/upstreams/find') return { servers: [] };
  return undefined;
}

function gpuPoints({ gpu }: State, now: number): GpuPoint[] {
  const end = Math.floor(now / BUCKET_MS) * BUCKET_MS;
  return Array.from({ length: POINTS }, (_, index) =>
    gpu.gpus.map((reading): GpuPoint => {
      const load = 0.5 + 0.5 * Math.sin(index / 7 + reading.index);
      const part = (value: number | null): number | null => (value === null ? null : value * load);
      return {
        at: end - (POINTS - index) * BUCKET_MS,
        index: reading.index,
        id: reading.id,
        name: reading.name,
        utilizationPercent: part(reading.utilizationPercent),
        utilizationMin: part(reading.utilizationPercent),
        utilizationMax: reading.utilizationPercent,
        memoryUsedBytes: reading.memoryUsedBytes,
        memoryUsedMin: reading.memoryUsedBytes,
        memoryUsedMax: reading.memoryUsedBytes,
        memoryTotalBytes: reading.memoryTotalBytes,
        temperatureC: reading.temperatureC,
        temperatureMin: reading.temperatureC,
        temperatureMax: reading.temperatureC,
        powerW: part(reading.powerW),
        powerMin: part(reading.powerW),
        powerMax: reading.powerW,
        powerLimitW: reading.powerLimitW,
      };
    }),
  ).flat();
}

function usual({ totals: { today } }: State, now: number): Usual {
  const figure = (value: number | null): UsualFigure => {
    const range = value === null ? null : { p25: value * 0.7, p50: value * 0.9, p75: value * 1.2 };
    return { today: value, todaySoFar: value, usual: range, usualSoFar: range };
  };
  const { requests, inputTokens, outputTokens, energyJoules } = today.all;
  return {
    day: localDate(now),
    days: 12,
    neededDays: 5,
    hours: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      requests: figure(requests),
      tokens: figure(inputTokens + outputTokens),
      energyJoules: figure(energyJoules),
    })),
  };
}
