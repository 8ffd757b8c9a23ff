import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pause } from './pause.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function tracked(): { pause: Pause; changes: boolean[] } {
  const changes: boolean[] = [];
  const meter = { paused: false };
  const note = (): number => changes.push(meter.paused);
  return { pause: new Pause(pino({ level: 'silent' }), meter, note), changes };
}

it('a pause for a time ends by itself', () => {
  const { pause, changes } = tracked();
  pause.set(true, 60_000);
  expect(pause.until).toBe(Date.now() + 60_000);
  vi.advanceTimersByTime(59_999);
  expect(pause.paused).toBe(true);
  vi.advanceTimersByTime(1);
  expect([pause.paused, pause.until]).toEqual([false, null]);
  expect(changes).toEqual([true, false]);
});

it('a pause whose time passed while the system slept is over when it wakes', () => {
  const { pause } = tracked();
  pause.set(true, 60_000);
  // The clock goes on, and timers do not.
  vi.setSystemTime(Date.now() + 40_000);
  pause.resumeIfDue();
  expect(pause.paused).toBe(true);
  vi.advanceTimersByTime(20_000);
  expect([pause.paused, pause.until]).toEqual([false, null]);
  pause.set(true, 60_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  pause.resumeIfDue();
  expect(pause.paused).toBe(false);
  pause.set(true);
  pause.resumeIfDue();
  expect(pause.paused).toBe(true);
});

it('a pause without a time lasts, and a later choice counts', () => {
  const { pause } = tracked();
  pause.set(true, 60_000);
  pause.set(true);
  vi.advanceTimersByTime(3_600_000);
  expect([pause.paused, pause.until]).toEqual([true, null]);
  pause.set(true, 1_000);
  pause.set(false);
  pause.set(true);
  vi.advanceTimersByTime(3_600_000);
  expect(pause.paused).toBe(true);
});
