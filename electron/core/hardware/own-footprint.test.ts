import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FootprintProcess } from '../../../shared/footprint.ts';
import { OwnFootprint } from './own-footprint.ts';

const TEN_SECONDS = 10_000;

/** A footprint with a clock that the test sets. */
function bench(cpuPowerW: number | null) {
  const world = { now: 0, busyMs: 0, cores: 0.5, isOpen: false };
  const kinds = (): FootprintProcess[] => [
    { kind: 'core', cpuCores: world.cores / 2, memoryBytes: 100 },
    { kind: 'window', cpuCores: world.cores / 2, memoryBytes: 200 },
  ];
  const footprint = new OwnFootprint({
    cpuPowerW: () => cpuPowerW,
    processes: { read: kinds, isWindowOpen: () => world.isOpen },
    busyMs: () => world.busyMs,
    now: () => world.now,
  });
  footprint.look();
  /** Lets time pass while two cores are busy. */
  const pass = (looks: number): void => {
    for (let i = 0; i < looks; i += 1) {
      world.now += TEN_SECONDS;
      world.busyMs += 2 * TEN_SECONDS;
      footprint.look();
    }
  };
  return { world, footprint, pass };
}

describe('the footprint', () => {
  it('adds up the processes, and estimates watts by their share of the busy time', () => {
    const { footprint, pass } = bench(40);
    expect(footprint.state).toEqual({ current: null, processes: [], history: [], means: [] });
    pass(1);
    expect(footprint.state.current).toEqual({
      at: TEN_SECONDS,
      cpuCores: 0.5,
      memoryBytes: 300,
      estimatedPowerW: 10,
      isWindowOpen: false,
    });
    expect(footprint.state.processes).toHaveLength(2);
  });

  it('knows no watts without the power of the processor', () => {
    const { footprint, pass } = bench(null);
    pass(13);
    expect(footprint.state.current?.estimatedPowerW).toBeNull();
    expect(footprint.state.means).toMatchObject([{ estimatedPowerW: null, isWindowOpen: false }]);
  });

  it('keeps a sample a minute, with means apart for the window open and closed', () => {
    const { footprint, pass, world } = bench(40);
    pass(11);
    world.isOpen = true;
    world.cores = 1;
    pass(12);
    const { history, means } = footprint.state;
    expect(history.map(({ isWindowOpen }) => isWindowOpen)).toEqual([false, false, true]);
    expect(means).toEqual([
      { isWindowOpen: true, minutes: 1, cpuCores: 1, memoryBytes: 300, estimatedPowerW: 20 },
      { isWindowOpen: false, minutes: 2, cpuCores: 0.5, memoryBytes: 300, estimatedPowerW: 10 },
    ]);
  });

  it('holds a day at most', () => {
    const { footprint, pass } = bench(40);
    pass(6 * 1_500);
    expect(footprint.state.history).toHaveLength(1_440);
  });

  it('measures this process', async () => {
    const footprint = new OwnFootprint({ cpuPowerW: () => null });
    footprint.look();
    const until = performance.now() + 50;
    while (performance.now() < until) continue;
    await sleep(20);
    footprint.look();
    const { current, processes } = footprint.state;
    expect(processes.map(({ kind }) => kind)).toEqual(['core']);
    expect(current?.cpuCores).toBeGreaterThan(0);
    expect(current?.memoryBytes).toBeGreaterThan(10_000_000);
  });
});
