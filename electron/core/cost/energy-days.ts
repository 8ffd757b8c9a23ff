import type { CostFigures } from '../../../shared/cost-report.ts';
import type { DayCost, EnergyDay, EnergyDays } from '../../../shared/energy-days.ts';
import { localDate } from '../../../shared/format.ts';
import type { DeviceEnergyPoint } from '../records/ledger/device-energy-query.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import { CostSum, JOULES_PER_KWH } from './cost-sum.ts';
import { HOUR_MS } from './tariff.ts';
import type { Price, Prices } from './tariff.ts';

/** The ledger answers for at most this many hours at once. */
const HOURS_AT_ONCE = 4_000;
const NO_TOKENS = {
  ...{ model: null, requests: 0, inputTokens: 0, cachedInputTokens: 0 },
  ...{ outputTokens: 0, reasoningTokens: 0 },
};

/**
 * Returns the energy of each device by local day, with its cost by the tariff of each hour. The range is
 * widened to whole local days. An hour belongs to the day in which it begins.
 */
export async function energyDays(
  { ledger, prices }: { readonly ledger: Pick<Ledger, 'deviceEnergy'>; readonly prices: Prices },
  range: { readonly from: number; readonly to: number },
): Promise<EnergyDays> {
  const { from, to } = wholeDays(range);
  const sums = new Map<string, DaySum>();
  for (let start = from; start < to; start += HOURS_AT_ONCE * HOUR_MS) {
    const end = Math.min(to, start + HOURS_AT_ONCE * HOUR_MS);
    for (const point of await ledger.deviceEnergy({ from: start, to: end, span: 'hour' })) {
      const day = localDate(point.at);
      const key = `${day} ${point.device}`;
      const sum = sums.get(key) ?? new DaySum(day, point.device);
      sums.set(key, sum);
      sum.add(point, prices.ofHour(Math.floor(point.at / HOUR_MS)));
    }
  }
  const days = [...sums.values()].map((sum) => sum.view());
  days.sort((a, b) => a.day.localeCompare(b.day) || a.device.localeCompare(b.device));
  return { from, to, days };
}

/** The local days that a range touches, from midnight to midnight. */
export function wholeDays({ from, to }: { readonly from: number; readonly to: number }): {
  readonly from: number;
  readonly to: number;
} {
  const end = new Date(Math.max(from, to - 1));
  end.setHours(0, 0, 0, 0);
  end.setDate(end.getDate() + 1);
  return { from: new Date(from).setHours(0, 0, 0, 0), to: end.getTime() };
}

class DaySum {
  readonly #day: string;
  readonly #device: string;
  readonly #all = new CostSum();
  readonly #idle = new CostSum();
  readonly #phantom = new CostSum();
  #attributed = 0;
  #idleJoules = 0;
  #phantomJoules: number | null = null;
  #other = 0;
  #measuredMs: number | null = null;

  constructor(day: string, device: string) {
    this.#day = day;
    this.#device = device;
  }

  add(point: DeviceEnergyPoint, price: Price): void {
    const { attributedJoules, idleJoules, phantomJoules, otherJoules, measuredMs } = point;
    this.#attributed += attributedJoules;
    this.#idleJoules += idleJoules;
    this.#other += otherJoules;
    if (phantomJoules !== null) this.#phantomJoules = (this.#phantomJoules ?? 0) + phantomJoules;
    if (measuredMs !== null) this.#measuredMs = (this.#measuredMs ?? 0) + measuredMs;
    const addTo = (sum: CostSum, energyJoules: number): void =>
      sum.add({ sums: { ...NO_TOKENS, energyJoules }, price, found: null });
    addTo(this.#all, attributedJoules + idleJoules + otherJoules);
    addTo(this.#idle, idleJoules);
    addTo(this.#phantom, phantomJoules ?? 0);
  }

  view(): EnergyDay {
    const all = figuresOf(this.#all);
    return {
      ...{ day: this.#day, device: this.#device },
      attributedJoules: this.#attributed,
      idleJoules: this.#idleJoules,
      phantomJoules: this.#phantomJoules,
      otherJoules: this.#other,
      measuredMs: this.#measuredMs,
      cost: costOf(all),
      idleCost: costOf(figuresOf(this.#idle)),
      phantomCost: this.#phantomJoules === null ? null : costOf(figuresOf(this.#phantom)),
      unpricedJoules: all.unpricedKwh * JOULES_PER_KWH,
      co2Grams: all.co2Grams,
    };
  }
}

function figuresOf(sum: CostSum): CostFigures {
  return sum.figures({ currency: null, usdRate: null });
}

function costOf({ electricity }: CostFigures): DayCost[] {
  return electricity.map(({ currency, cost }) => ({ currency, cost }));
}
