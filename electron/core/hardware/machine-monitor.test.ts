import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MachineState } from '../../../shared/machine.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import { SILENT_LOG } from '../log.ts';
import type { Log } from '../log.ts';
import { MachineMonitor } from './machine-monitor.ts';
import type { MachinePart, MachineSource } from './machine/machine-source.ts';

let monitor: MachineMonitor | null = null;
let states: MachineState[] = [];
const logged: string[] = [];
const log: Log = {
  ...SILENT_LOG,
  info: (_details: object, message: string) => void logged.push(message),
};

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  logged.length = 0;
});

afterEach(() => {
  monitor?.stop();
  vi.useRealTimers();
});

function source(name: string, read: () => Promise<MachinePart>): MachineSource {
  return { name, intervalMs: 1000, read };
}

function start(...sources: MachineSource[]): void {
  monitor = new MachineMonitor({ log, sources, onState: (state) => states.push(state) });
  monitor.start();
}

const figures = (part: MachinePart['figures']): Promise<MachinePart> =>
  Promise.resolve({ figures: part, note: null });

it('joins the figures of all sources, with null for the others', async () => {
  start(
    source('a', () => figures({ cpuPowerW: 40 })),
    source('b', () => figures({ memoryUsedBytes: 0 })),
  );
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)?.reading).toMatchObject({ cpuPowerW: 40, memoryUsedBytes: 0, wall: null });
  expect(monitor?.state).toBe(states.at(-1));
});

it('a source that hangs or fails takes nothing from the others', async () => {
  start(
    source('hangs', () => new Promise(() => undefined)),
    source('fails', () => Promise.reject(new Error('no'))),
    source('works', () => figures({ batteryW: 9 })),
  );
  await vi.advanceTimersByTimeAsync(10_000);
  expect(states.at(-1)?.reading?.batteryW).toBe(9);
  expect(states.at(-1)?.notes).toEqual(['fails failed: Error: no.']);
  expect(logged).toEqual(['fails failed: Error: no.']);
});

it('a figure is dropped when its source hangs for long', async () => {
  let reads = 0;
  start(
    source('stops', () => {
      reads += 1;
      return reads > 2 ? new Promise(() => undefined) : figures({ cpuPowerW: 40 });
    }),
  );
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)?.reading?.cpuPowerW).toBe(40);
  await vi.advanceTimersByTimeAsync(8000);
  expect(states.at(-1)?.reading?.cpuPowerW).toBeNull();
});

it('a source that fails is read more and more rarely, and at its pace when it works again', async () => {
  let reads = 0;
  let isBroken = true;
  start(
    source('breaks', () => {
      reads += 1;
      return isBroken ? Promise.reject(new Error('no')) : figures({ cpuPowerW: 40 });
    }),
  );
  await vi.advanceTimersByTimeAsync(31_000);
  expect(reads).toBe(5);
  isBroken = false;
  await vi.advanceTimersByTimeAsync(32_000);
  reads = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(10);
});

it('a source that tells nothing is read more and more rarely, and at its pace when it tells something', async () => {
  let reads = 0;
  let watts: number | null = null;
  start(
    source('absent', () => {
      reads += 1;
      return figures({ cpuPowerW: watts });
    }),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reads).toBe(6);
  watts = 40;
  await vi.advanceTimersByTimeAsync(30_000);
  reads = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(10);
});

it('follows the wall meter of the settings, and tells what is wrong with it', async () => {
  const notes: (string | null)[] = [];
  monitor = new MachineMonitor({
    log,
    sources: [source('cpu', () => figures({ cpuPowerW: 40 }))],
    onState: (state) => states.push(state),
    onWallNote: (note) => notes.push(note && inEnglish(note)),
  });
  monitor.start();
  const wall = { name: 'Wall', powerW: 90, counterJoules: null };
  monitor.setWallMeter(source('wall-meter', () => figures({ wall })));
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)?.reading).toMatchObject({ cpuPowerW: 40, wall });
  const broken = { figures: { wall: null }, note: sentence('wall_failed', { words: 'it is off' }) };
  monitor.setWallMeter(source('wall-meter', () => Promise.resolve(broken)));
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)).toMatchObject({
    reading: { wall: null },
    notes: ['it failed (it is off).'],
  });
  monitor.setWallMeter(null);
  await vi.advanceTimersByTimeAsync(2000);
  expect(notes).toEqual([null, 'it failed (it is off).', null]);
  expect(states.at(-1)).toMatchObject({ reading: { cpuPowerW: 40, wall: null }, notes: [] });
});

it('reads nothing after it was stopped', async () => {
  let reads = 0;
  start(source('counts', () => figures({ cpuPowerW: (reads += 1) })));
  await vi.advanceTimersByTimeAsync(3000);
  monitor?.stop();
  const before = reads;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(before);
});
