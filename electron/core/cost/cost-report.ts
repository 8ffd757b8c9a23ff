import type { CostDimension, CostReport, CostRow } from '../../../shared/cost-report.ts';
import type { IdleHour } from './idle-energy.ts';
import { localDate } from '../../../shared/format.ts';
import type { EnergyHour } from '../records/ledger/energy-hours.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import { breakEvenOf } from './break-even.ts';
import { CostSum } from './cost-sum.ts';
import type { Exchange } from './cost-sum.ts';
import { dailyHours } from './daily-costs.ts';
import type { PricedHour } from './daily-costs.ts';
import type { FoundPrice } from './price-book.ts';
import { HOUR_MS } from './tariff.ts';
import type { Prices } from './tariff.ts';

/** Longest piece of a report that is read at once, milliseconds. */
const PIECE_MS = 31 * 24 * HOUR_MS;
/** Most rows of a report. Clients choose some names freely. */
const MAX_ROWS = 500;

/** Energy that no exchange used, by hour (hours since 1970, UTC). */
export type IdleEnergy = (from: number, to: number) => Promise<readonly IdleHour[] | null>;

export interface CostSources {
  readonly ledger: Pick<Ledger, 'energyHours' | 'rollups'>;
  /** Null if idle energy was not measured. */
  readonly idleEnergy: IdleEnergy;
  readonly prices: Prices;
  readonly priceOf: (model: string | null) => FoundPrice | null;
  readonly exchange: Exchange;
  readonly machinePrice: number | null;
}

export interface CostQuery {
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly by: CostDimension;
  /** Only this model, by any of its names; with `by` model, upstream or day. */
  readonly model?: string;
  /** Only this client or key; with `by` client or key. */
  readonly name?: string;
  /** Only the electricity of clients or keys: no comparison with prices of tokens, and no idle energy. */
  readonly isElectricityOnly?: boolean;
}

/** Reads the energy of a range from the ledger and computes what it cost. */
export async function costReport(
  sources: CostSources,
  query: CostQuery,
  now: number,
): Promise<CostReport> {
  const sums = new Map<string | null, CostSum>();
  const total = new CostSum();
  let first: number | null = null;
  for (let from = query.from; from < query.to; from = pieceEnd(from, query.to)) {
    const to = pieceEnd(from, query.to);
    for (const hour of await pricedHours(sources, { ...query, from, to })) {
      const found = query.isElectricityOnly === true ? null : sources.priceOf(hour.model);
      const addend = { sums: hour, price: hour.price, found };
      const name = query.by === 'day' ? localDate(hour.hour * HOUR_MS) : hour.name;
      const sum = sums.get(name) ?? new CostSum();
      sums.set(name, sum);
      sum.add(addend);
      total.add(addend);
      first = Math.min(first ?? Infinity, hour.hour * HOUR_MS);
    }
  }
  const { exchange, machinePrice } = sources;
  const rows = [...sums].map(([name, sum]) => ({ name, ...sum.figures(exchange) }));
  const figures = total.figures(exchange);
  const span = { from: Math.max(query.from, first ?? query.from), to: Math.min(query.to, now) };
  return {
    from: query.from,
    to: query.to,
    by: query.by,
    rows: sorted(rows, query.by).slice(0, MAX_ROWS),
    omittedRows: Math.max(0, rows.length - MAX_ROWS),
    total: figures,
    idle: query.isElectricityOnly === true ? null : await idleCost(sources, query),
    breakEven: breakEvenOf(machinePrice, figures.saved, span),
  };
}

/** Pieces end at midnight, because some of their sums are of whole days. */
function pieceEnd(from: number, to: number): number {
  return Math.min(to, new Date(from + PIECE_MS).setHours(0, 0, 0, 0));
}

async function pricedHours(sources: CostSources, query: CostQuery): Promise<PricedHour[]> {
  const { from, to, by, model, name, isElectricityOnly } = query;
  const { ledger, prices } = sources;
  const priced = (hour: EnergyHour): PricedHour => ({ ...hour, price: prices.ofHour(hour.hour) });
  if (by === 'client' || by === 'key') {
    const dimension = by === 'client' ? 'application' : 'key';
    const filter = name === undefined ? {} : { name };
    const hasModels = isElectricityOnly !== true;
    const read = await ledger.energyHours({ from, to, by: dimension, hasModels, ...filter });
    return dailyHours({ ledger, prices }, { from, to, dimension, ...filter }, read, priced);
  }
  const filter = model === undefined ? {} : { model };
  const dimension = by === 'upstream' ? 'upstream' : 'model';
  const { hours } = await ledger.energyHours({ from, to, by: dimension, ...filter });
  return hours.map(priced);
}

async function idleCost(
  { idleEnergy, prices, exchange }: CostSources,
  { from, to }: CostQuery,
): Promise<CostReport['idle']> {
  const hours = await idleEnergy(from, to);
  if (hours === null) return null;
  const sum = new CostSum();
  for (const { hour, joules } of hours) {
    sum.add({
      sums: { ...NOTHING, energyJoules: joules },
      price: prices.ofHour(hour),
      found: null,
    });
  }
  const { kwh, electricity, co2Grams } = sum.figures(exchange);
  return { kwh, electricity, co2Grams };
}

const NOTHING = {
  model: null,
  requests: 0,
  energyJoules: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

function sorted(rows: CostRow[], by: CostDimension): CostRow[] {
  const byName = (a: CostRow, b: CostRow): number => (a.name ?? '').localeCompare(b.name ?? '');
  if (by === 'day') return rows.sort(byName);
  const size = ({ kwh }: CostRow): number => kwh ?? 0;
  const tokens = (row: CostRow): number => row.inputTokens + row.outputTokens;
  return rows.sort((a, b) => size(b) - size(a) || tokens(b) - tokens(a) || byName(a, b));
}
