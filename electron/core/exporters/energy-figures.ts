import type { BudgetState } from '../../../shared/cost.ts';
import type { DeviceBooks } from '../hardware/energy/device-books.ts';
import { WALL_DEVICE } from '../hardware/wall/wall-energy.ts';

/** Where a device's energy went. The uses do not overlap; their sum is all that the device drew. */
export type EnergyUse = (typeof ENERGY_USES)[number];
export const ENERGY_USES = ['attributed', 'idle', 'other'] as const;

export interface DeviceUse {
  readonly device: string;
  readonly use: EnergyUse;
  /** Since the start of this run. */
  readonly joules: number;
}

const JOULES_PER_KWH = 3.6e6;

/** The energy of each GPU by its use. That at the wall contains them, so it is not among them. */
export function deviceUses(books: readonly DeviceBooks[]): DeviceUse[] {
  return books
    .filter(({ device }) => device !== WALL_DEVICE)
    .flatMap((each) => ENERGY_USES.map((use) => ({ device: each.device, use, joules: each[use] })));
}

/** The energy at the wall since the start of this run, joules; null without a meter. */
export function wallJoules(books: readonly DeviceBooks[]): number | null {
  return books.find(({ device }) => device === WALL_DEVICE)?.other ?? null;
}

export interface BudgetFigures {
  readonly budget: string;
  /** `tokens`, `joules` or the currency's code, such as `EUR`. */
  readonly unit: string;
  /** Null if it is not known. */
  readonly used: number | null;
  readonly limit: number;
  readonly share: number | null;
}

/** The budgets in base units: energy is in joules. A budget of money without a currency has no unit. */
export function budgetFigures(budgets: readonly BudgetState[]): BudgetFigures[] {
  return budgets.flatMap(({ name, measure, currency, used, amount, share }) => {
    const unit = measure === 'tokens' ? 'tokens' : measure === 'energy' ? 'joules' : currency;
    const scale = measure === 'energy' ? JOULES_PER_KWH : 1;
    if (unit === null) return [];
    const known = used === null ? null : used * scale;
    return [{ budget: name, unit, used: known, limit: amount * scale, share }];
  });
}

/** An amount of energy in joules; null if it is not known. */
export function joulesOfKwh(kwh: number | null): number | null {
  return kwh === null ? null : kwh * JOULES_PER_KWH;
}
