import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GpuState } from '../../../shared/gpu.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { SILENT_LOG } from '../log.ts';
import type { ObservedSettings } from '../settings/settings-store.ts';
import type { WorkSource } from './energy/exchange-work.ts';
import { GpuMonitor } from './gpu-monitor.ts';
import { createPolledSource } from './polled-source.ts';

const WORK: WorkSource = {
  promptTokens: () => null,
  promptRate: () => null,
  prefillMs: () => null,
  isStreamed: () => false,
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Monitors a GPU of 100 W whose counter stops at some energy. */
function monitor(counterEndsAt: number): {
  readonly monitor: GpuMonitor;
  readonly states: GpuState[];
  readonly readAt: number[];
} {
  const readAt: number[] = [];
  const began = performance.now();
  const source = createPolledSource({
    ...{ name: 'fake', lookedFor: 'fake', nothing: 'nothing' },
    read: () => {
      readAt.push(performance.now() - began);
      const joules = (performance.now() - began) / 10;
      return Promise.resolve([
        {
          ...{ index: 0, id: 'a', name: 'GPU', vendor: 'nvidia', utilizationPercent: 90 },
          ...{ memoryUsedBytes: null, memoryTotalBytes: null, temperatureC: null },
          ...{ powerW: 100, powerLimitW: null },
          energySensor: {
            counterJoules: Math.min(joules, counterEndsAt),
            counterRangeJoules: null,
            averagingMs: 0,
          },
        } as const,
      ]);
    },
  });
  const states: GpuState[] = [];
  const settings = {
    current: { ...DEFAULT_SETTINGS, gpuIntervalMs: 250 },
    onChange: () => () => undefined,
  } as unknown as ObservedSettings;
  const one = new GpuMonitor({
    settings,
    log: SILENT_LOG,
    onState: (state) => states.push(state),
    sources: [source],
  });
  one.start();
  return { monitor: one, states, readAt };
}

it('meters the energy counter of a source', async () => {
  const { monitor: gpus, states } = monitor(Infinity);
  await vi.advanceTimersByTimeAsync(2_000);
  const account = gpus.energy.begin(performance.now() - 1_000, WORK, () => undefined);
  gpus.energy.end(account, performance.now());
  gpus.energy.finish(performance.now());
  expect(account.figure()?.joules).toBeCloseTo(100, 0);
  expect(states.at(-1)).toMatchObject({ status: 'live', note: null });
  await gpus.stop();
});

it('tells in its note that a counter stands still, and counts the power', async () => {
  const { monitor: gpus, states } = monitor(100);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(states.at(-1)?.note).toMatch(/stands still/);
  expect(gpus.state.note).toMatch(/stands still/);
  const account = gpus.energy.begin(performance.now() - 1_000, WORK, () => undefined);
  gpus.energy.end(account, performance.now());
  gpus.energy.finish(performance.now());
  expect(account.figure()?.joules).toBeCloseTo(100, 0);
  await gpus.stop();
});

it('reads often while an exchange is in flight, and at its edges', async () => {
  const { monitor: gpus, readAt } = monitor(Infinity);
  await vi.advanceTimersByTimeAsync(7_400);
  expect(readAt).toHaveLength(10);
  const account = gpus.energy.begin(performance.now(), WORK, () => undefined);
  await vi.advanceTimersByTimeAsync(1);
  expect(readAt.at(-1)).toBeCloseTo(7_400, -1);
  const before = readAt.length;
  await vi.advanceTimersByTimeAsync(1_500);
  expect(readAt).toHaveLength(before + 10);
  await vi.advanceTimersByTimeAsync(70);
  gpus.energy.end(account, performance.now());
  await vi.advanceTimersByTimeAsync(1);
  expect(readAt.at(-1)).toBeCloseTo(8_971, -1);
  await gpus.stop();
});

it('does not stay fast for an exchange that was abandoned', async () => {
  const { monitor: gpus, readAt } = monitor(Infinity);
  gpus.energy.abandon(gpus.energy.begin(performance.now(), WORK, () => undefined));
  await vi.advanceTimersByTimeAsync(20_000);
  const before = readAt.length;
  await vi.advanceTimersByTimeAsync(7_500);
  expect(readAt).toHaveLength(before + 10);
  await gpus.stop();
});
