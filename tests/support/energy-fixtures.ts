import type { BudgetState, CostToday } from '../../shared/cost.ts';
import type { DeviceBooks } from '../../electron/core/hardware/energy/device-books.ts';

/** Two GPUs, of which one did nothing, and a wall meter. */
export const BOOKS: readonly DeviceBooks[] = [
  { device: 'GPU-1', attributed: 900, idle: 90, other: 10, phantom: 5, measuredMs: 1_000 },
  { device: '0000:03:00.0', attributed: 0, idle: 0, other: 0, phantom: null, measuredMs: 1_000 },
  { device: 'wall', attributed: 0, idle: 0, other: 2_000, phantom: null, measuredMs: 1_000 },
];

export const COST_TODAY: CostToday = {
  ...{ date: '2026-01-02', currency: 'EUR', kwh: 0.5, cost: 0.15, co2Grams: 190, isComplete: true },
};

const PERIOD = { period: 'day', startedAt: 0, resetsAt: 86_400_000, isStopped: false } as const;
const ALL = { scope: 'all', subject: null, hardStop: false, ...PERIOD } as const;

/** One budget of each measure; of one it is not known how much is used, of one there is no unit. */
export const BUDGETS: readonly BudgetState[] = [
  {
    ...{ ...ALL, name: 'my "tokens"', measure: 'tokens', amount: 1_000, currency: null },
    ...{ used: 0, share: 0 },
  },
  {
    ...{ ...ALL, name: 'power', measure: 'energy', amount: 2, currency: null },
    ...{ used: 0.5, share: 0.25 },
  },
  {
    ...{ ...ALL, name: 'money', measure: 'money', amount: 5, currency: 'EUR' },
    ...{ used: null, share: null },
  },
  {
    ...{ ...ALL, name: 'no tariff', measure: 'money', amount: 5, currency: null },
    ...{ used: null, share: null },
  },
];
