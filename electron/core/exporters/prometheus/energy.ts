import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CostToday } from '../../../../shared/cost.ts';
import type { State } from '../../../../shared/snapshot.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import { budgetFigures, deviceUses, joulesOfKwh, wallJoules } from '../energy-figures.ts';
import { labelText } from './labels.ts';

/**
 * The energy of the devices since the start of this run, what today's energy costs, and the budgets.
 * An unknown figure has no sample.
 */
export class EnergyMetrics {
  readonly #counters: ReturnType<typeof createCounters>;
  readonly #gauges: ReturnType<typeof createGauges>;

  constructor(registry: Registry) {
    this.#counters = createCounters(registry);
    this.#gauges = createGauges(registry);
  }

  /** Sets all figures from the books and the present state. */
  update(books: readonly DeviceBooks[], { cost, budgets }: State): void {
    const { devices, wall } = this.#counters;
    clear(devices, wall);
    for (const { device, use, joules } of deviceUses(books)) {
      devices.inc({ device: labelText(device), use }, joules);
    }
    const atWall = wallJoules(books);
    if (atWall !== null) wall.inc({}, atWall);
    this.#updateCost(cost);
    const { used, limit, share } = this.#gauges;
    clear(used, limit, share);
    for (const figures of budgetFigures(budgets)) {
      const budget = labelText(figures.budget);
      limit.set({ budget, unit: figures.unit }, figures.limit);
      if (figures.used !== null) used.set({ budget, unit: figures.unit }, figures.used);
      if (figures.share !== null) share.set({ budget }, figures.share);
    }
  }

  #updateCost(today: CostToday | null): void {
    const { cost, energy, co2 } = this.#gauges;
    clear(cost, energy, co2);
    if (today === null) return;
    const joules = joulesOfKwh(today.kwh);
    if (today.cost !== null) cost.set({ currency: today.currency }, today.cost);
    if (joules !== null) energy.set({}, joules);
    if (today.co2Grams !== null) co2.set({}, today.co2Grams);
  }
}

/** Removes all samples. A metric without labels would have a 0 after its reset. */
function clear(...metrics: readonly (Counter | Gauge)[]): void {
  for (const metric of metrics) {
    metric.reset();
    metric.remove({});
  }
}

function createCounters(registry: Registry) {
  return {
    devices: new Counter({
      name: 'tokwatt_device_energy_joules_total',
      help: 'Energy of each GPU since the start of Tokwatt; attributed to requests, idle, or for other programs.',
      labelNames: ['device', 'use'],
      registers: [registry],
    }),
    wall: new Counter({
      name: 'tokwatt_wall_energy_joules_total',
      help: 'Energy at the wall since the start of Tokwatt; it contains that of the GPUs.',
      registers: [registry],
    }),
  };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    cost: gauge(
      'tokwatt_cost_today',
      'What the energy of the requests of this local day costs so far.',
      'currency',
    ),
    energy: gauge('tokwatt_energy_today_joules', 'The energy of that cost.'),
    co2: gauge('tokwatt_co2_today_grams', 'The carbon dioxide of that energy.'),
    used: gauge(
      'tokwatt_budget_used',
      'What is used of a budget in its period; unit is tokens, joules or a currency.',
      ...['budget', 'unit'],
    ),
    limit: gauge('tokwatt_budget_limit', 'The amount of a budget.', 'budget', 'unit'),
    share: gauge('tokwatt_budget_used_ratio', 'Used by amount; 1 is all of it.', 'budget'),
  };
}
