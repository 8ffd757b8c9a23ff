import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { within } from './time-limit.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('work that is done in time is waited for, and leaves no timer behind', async () => {
  expect(await within(1_000, Promise.resolve('done'))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('work that takes longer is left alone once the time is up', async () => {
  const waiting = within(1_000, new Promise(() => undefined));
  let settled: boolean | null = null;
  void waiting.then((inTime) => (settled = inTime));
  await vi.advanceTimersByTimeAsync(999);
  expect(settled).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(settled).toBe(false);
});

test('a failure in time is passed on, and leaves no timer behind', async () => {
  await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});

test('a failure after the time is ignored', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  let fail: (error: Error) => void = () => undefined;
  const waiting = within(10, new Promise((_, reject) => (fail = reject)));
  await vi.advanceTimersByTimeAsync(10);
  expect(await waiting).toBe(false);
  fail(new Error('too late'));
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('a limit of zero accepts work that is done already', async () => {
  expect(await within(-5, Promise.resolve())).toBe(true);
});
