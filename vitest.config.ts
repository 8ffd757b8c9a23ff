import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Real processes and timers on a busy machine sometimes miss a deadline. A second attempt keeps that from hiding the result of
 * the whole run; the summary names every test that needed one, so that it is not forgotten.
 */
const SECOND_ATTEMPT = 1;

/** These tests mostly wait (for processes, streams and timers), so more workers than cores keep the cores busy. */
const WAITING_WORKERS = availableParallelism() + 2;

// Vitest runs projects of different `maxWorkers` only if each has a `groupOrder` of its own.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,electron,renderer,scripts}/**/*.test.{ts,tsx}'],
          // Starting a process for each file would take longer than the tests.
          isolate: false,
          maxWorkers: WAITING_WORKERS,
          retry: SECOND_ATTEMPT,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,faults,siege,support}/**/*.test.ts'],
          // The browser's driver and the core alone take half a second of processor time to load. Files that share
          // a worker load them once; what they start, they end.
          isolate: false,
          maxWorkers: WAITING_WORKERS,
          retry: SECOND_ATTEMPT,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          // Windows share one display, one tray and one session bus.
          fileParallelism: false,
          retry: SECOND_ATTEMPT,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
