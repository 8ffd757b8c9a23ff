import { formatElapsed, formatPercent, formatPower, formatRate } from './format.ts';
import { formatTotal, formatCompact, UNKNOWN } from './format.ts';
import { formatTemperature } from './format-temperature.ts';
import type { GpuReading } from './gpu.ts';
import type { State } from './snapshot.ts';
import type { TrayIconChoice, TrayToken } from './tray-settings.ts';

/** The slices with figures. */
export type FiguredState = Pick<State, 'gpu' | 'throughput' | 'inFlight' | 'totals'>;

/** Figures older than this say their age. */
export const OLD_MS = 10_000;

/** Requests that a server works on, and those that wait for their turn. */
export function requestCounts({ inFlight }: Pick<State, 'inFlight'>): {
  running: number;
  waiting: number;
} {
  const waiting = inFlight.filter(({ progress }) => progress.stage === 'queued').length;
  return { running: inFlight.length - waiting, waiting };
}

/** True while a server works for a client. */
export function isWorking({
  inFlight,
  throughput,
}: Pick<State, 'inFlight' | 'throughput'>): boolean {
  const { outputTokensPerSecond, inputTokensPerSecond } = throughput;
  return inFlight.length > 0 || outputTokensPerSecond > 0 || inputTokensPerSecond > 0;
}

/** How old the GPUs' figures are, if they are old; null if they are fresh or there are none. */
export function gpuAge({ gpu }: Pick<State, 'gpu'>, now: number): string | null {
  return gpu.at === null || now - gpu.at <= OLD_MS ? null : formatElapsed(now - gpu.at);
}

/** The sum over the GPUs that tell it; null if none does. */
export function sumOver(
  gpus: readonly GpuReading[],
  pick: (gpu: GpuReading) => number | null,
): number | null {
  const known = gpus.map(pick).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function memoryPercent(gpus: readonly GpuReading[]): number | null {
  const used = sumOver(gpus, (gpu) => gpu.memoryUsedBytes);
  const total = sumOver(gpus, (gpu) => gpu.memoryTotalBytes);
  return used === null || total === null || total === 0 ? null : (used / total) * 100;
}

/** What stands in the icon's place; null for the ring, also while the figure says nothing. */
export function digitsFor(choice: TrayIconChoice, state: FiguredState, now: number): string | null {
  const { gpus } = state.gpu;
  const isOld = gpuAge(state, now) !== null;
  switch (choice) {
    case 'ring':
      return null;
    case 'rate':
      return digits(state.throughput.outputTokensPerSecond || null);
    case 'power':
      return digits(isOld ? null : sumOver(gpus, (gpu) => gpu.powerW));
    case 'memory':
      return digits(isOld ? null : memoryPercent(gpus));
    case 'running':
      return digits(state.inFlight.length || null);
  }
}

/** At most three figures: `4.2`, `42`, `212`, `1k`, `12k`. */
function digits(value: number | null): string | null {
  if (value === null || !Number.isFinite(value)) return null;
  if (value < 9.95 && !Number.isInteger(value)) return value.toFixed(1);
  return value < 999.5 ? value.toFixed(0) : `${Math.min(99, Math.round(value / 1_000))}k`;
}

/** The figures that the lines beside the icon may name; null for one that has nothing to say. */
export function tokenFigures(
  state: FiguredState,
  now: number,
): Readonly<Record<TrayToken, string | null>> {
  const { gpus } = state.gpu;
  const { outputTokensPerSecond, inputTokensPerSecond } = state.throughput;
  const { running, waiting } = requestCounts(state);
  const { all } = state.totals.today;
  const isOld = gpuAge(state, now) !== null;
  const ofGpus = (text: string): string | null => (isOld || text === UNKNOWN ? null : text);
  const above = (value: number, text: string): string | null => (value > 0 ? text : null);
  return {
    rate: above(outputTokensPerSecond, formatRate(outputTokensPerSecond)),
    input: above(inputTokensPerSecond, formatRate(inputTokensPerSecond)),
    power: ofGpus(formatPower(sumOver(gpus, (gpu) => gpu.powerW))),
    memory: ofGpus(formatPercent(memoryPercent(gpus))),
    temperature: ofGpus(formatTemperature(hottest(gpus))),
    running: above(running, String(running)),
    waiting: above(waiting, String(waiting)),
    today: above(all.requests, formatTotal(all.inputTokens + all.outputTokens, all, formatCompact)),
  };
}

function hottest(gpus: readonly GpuReading[]): number | null {
  const known = gpus.map((gpu) => gpu.temperatureC).filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
