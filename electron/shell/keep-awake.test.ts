import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAwake } from './keep-awake.ts';
import type { Awake } from './keep-awake.ts';

const RELEASE_MS = 1_000;
const WORKING = { isWished: true, isWorking: true };
const DONE = { isWished: true, isWorking: false };

/** Those that hold the system awake, by their ids. */
let held: Set<number>;
let started: number;
let awake: Awake;

beforeEach(() => {
  vi.useFakeTimers();
  held = new Set();
  started = 0;
  const start = (): number => {
    started += 1;
    held.add(started);
    return started;
  };
  awake = createAwake({ start, stop: (id) => held.delete(id) }, RELEASE_MS);
});

afterEach(() => {
  vi.useRealTimers();
});

test('the system is held awake from the first request to a moment after the last', () => {
  awake.update(DONE);
  expect(held.size).toBe(0);
  awake.update(WORKING);
  awake.update(WORKING);
  expect([...held]).toEqual([1]);
  awake.update(DONE);
  vi.advanceTimersByTime(RELEASE_MS - 1);
  awake.update(DONE);
  expect(held.size).toBe(1);
  vi.advanceTimersByTime(1);
  expect(held.size).toBe(0);
});

test('a request that follows soon keeps the same hold', () => {
  awake.update(WORKING);
  awake.update(DONE);
  vi.advanceTimersByTime(RELEASE_MS / 2);
  awake.update(WORKING);
  vi.advanceTimersByTime(RELEASE_MS * 2);
  expect([...held]).toEqual([1]);
  expect(started).toBe(1);
});

test('nothing is held unless it is wished, and turning it off lets go at once', () => {
  awake.update({ isWished: false, isWorking: true });
  expect(started).toBe(0);
  awake.update(WORKING);
  awake.update({ isWished: false, isWorking: true });
  expect(held.size).toBe(0);
});

test('the end of the program lets go, also of what would be released later', () => {
  awake.update(WORKING);
  awake.update(DONE);
  awake.close();
  vi.advanceTimersByTime(RELEASE_MS * 2);
  expect(held.size).toBe(0);
});
