import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** These tests mostly wait (for processes, streams and timers), so one more worker than cores keeps the cores busy. */
const WAITING_WORKERS = availableParallelism() + 1;

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
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,faults,support}/**/*.test.ts'],
          maxWorkers: WAITING_WORKERS,
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
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
