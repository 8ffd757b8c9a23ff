import type { CostFigures } from '../../../shared/cost-report.ts';
import type { DayCost, DeviceEnergySums, EnergyDays } from '../../../shared/energy-days.ts';
import { localDate } from '../../../shared/format.ts';
import { WALL_DEVICE } from '../hardware/wall/wall-energy.ts';
import { wallEnergy } from '../records/wall-sums.ts';
import type { DeviceEnergyPoint } from '../records/ledger/device-energy-query.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import { CostSum, JOULES_PER_KWH } from './cost-sum.ts';
import { HOUR_MS } from './tariff.ts';
import type { Price, Prices } from './tariff.ts';

/** The ledger answers for at most this many hours at once. */
const HOURS_AT_ONCE = 4_000;
/** The name of all GPUs together. */
const ALL = 'all';
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
  const points = await readHours(ledger, from, to);
  const days = new Sums<DayName>();
  const together = new Sums<DayName>();
  const totals = new Sums<Pick<DayName, 'device'>>();
  for (const point of points) {
    const day = localDate(point.at);
    const price = prices.ofHour(Math.floor(point.at / HOUR_MS));
    days.add(`${day} ${point.device}`, { day, device: point.device }, point, price);
    if (point.device !== WALL_DEVICE) {
      together.add(day, { day, device: ALL }, point, price);
      totals.add(ALL, { device: ALL }, point, price);
    }
    if (point.device !== ALL) totals.add(point.device, { device: point.device }, point, price);
  }
  return {
    ...{ from, to, days: days.views(), together: together.views(), totals: totals.views() },
    wallFactor: wallEnergy(points)?.factor ?? null,
  };
}

async function readHours(
  ledger: Pick<Ledger, 'deviceEnergy'>,
  from: number,
  to: number,
): Promise<readonly DeviceEnergyPoint[]> {
  const points: DeviceEnergyPoint[] = [];
  for (let start = from; start < to; start += HOURS_AT_ONCE * HOUR_MS) {
    const end = Math.min(to, start + HOURS_AT_ONCE * HOUR_MS);
    points.push(...(await ledger.deviceEnergy({ from: start, to: end, span: 'hour' })));
  }
  return points;
}

/** A device on a day. */
interface DayName {
  readonly day: string;
  readonly device: string;
}

/** Sums of energy, each with a name. */
class Sums<Name extends { readonly device: string }> {
  readonly #sums = new Map<string, { readonly name: Name; readonly sum: DeviceSum }>();

  add(key: string, name: Name, point: DeviceEnergyPoint, price: Price): void {
    const entry = this.#sums.get(key) ?? { name, sum: new DeviceSum() };
    this.#sums.set(key, entry);
    entry.sum.add(point, price);
  }

  /** By their keys. */
  views(): (Name & Omit<DeviceEnergySums, 'device'>)[] {
    const keys = [...this.#sums].sort(([one], [other]) => one.localeCompare(other));
    return keys.map(([, { name, sum }]) => ({ ...name, ...sum.view() }));
  }
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

class DeviceSum {
  readonly #all = new CostSum();
  readonly #idle = new CostSum();
  readonly #phantom = new CostSum();
  #attributed = 0;
  #idleJoules = 0;
  #phantomJoules: number | null = null;
  #other = 0;
  #measuredMs: number | null = null;

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

  view(): Omit<DeviceEnergySums, 'device'> {
    const all = figuresOf(this.#all);
    return {
      attributedJoules: this.#attributed,
      idleJoules: this.#idleJoules,
      phantomJoules: this.#phantomJoules,
      otherJoules: this.#other,
      measuredMs: this.#measuredMs,
      cost: costOf(all),
      prices: all.electricity.map(({ currency, meanPricePerKwh }) => ({
        currency,
        meanPricePerKwh,
      })),
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
