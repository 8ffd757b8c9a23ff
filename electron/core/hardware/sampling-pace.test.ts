import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SamplingPace } from './sampling-pace.ts';

let calls: (number | 'now')[];
let pace: SamplingPace;

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  const reader = {
    setIntervalMs: (intervalMs: number) => void calls.push(intervalMs),
    readNow: () => void calls.push('now'),
  };
  pace = new SamplingPace(reader, 1_000);
});

afterEach(() => {
  pace.stop();
  vi.useRealTimers();
});

it('is fast while an exchange is in flight, once a second for ten seconds after, then slow', () => {
  expect(pace.intervalMs).toBe(3_000);
  pace.onActivity(1);
  expect(calls).toEqual([150, 'now']);
  vi.advanceTimersByTime(60_000);
  pace.onActivity(0);
  expect(calls).toEqual([150, 'now', 1_000, 'now']);
  vi.advanceTimersByTime(9_999);
  expect(calls).toHaveLength(4);
  vi.advanceTimersByTime(1);
  expect(calls).toEqual([150, 'now', 1_000, 'now', 3_000]);
});

it('reads at the edges of each exchange, but once for those that begin together', () => {
  for (let inFlight = 1; inFlight <= 32; inFlight += 1) pace.onActivity(inFlight);
  expect(calls).toEqual([150, 'now']);
  vi.advanceTimersByTime(100);
  pace.onActivity(31);
  expect(calls).toEqual([150, 'now', 'now']);
});

it('stays fast when an exchange follows within ten seconds', () => {
  pace.onActivity(1);
  vi.advanceTimersByTime(500);
  pace.onActivity(0);
  vi.advanceTimersByTime(500);
  pace.onActivity(1);
  vi.advanceTimersByTime(60_000);
  expect(pace.intervalMs).toBe(150);
  expect(calls).toEqual([150, 'now', 1_000, 'now', 150, 'now']);
});

it('follows the settings', () => {
  pace.settingMs = 500;
  pace.onActivity(1);
  pace.settingMs = 5_000;
  expect(calls).toEqual([1_500, 150, 'now', 150]);
  pace.onActivity(0);
  expect(pace.intervalMs).toBe(5_000);
});

it('changes nothing after it was stopped', () => {
  pace.onActivity(1);
  pace.onActivity(0);
  pace.stop();
  calls = [];
  vi.advanceTimersByTime(60_000);
  expect(calls).toEqual([]);
});
