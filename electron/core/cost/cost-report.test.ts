import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tests/faults/ledger-support.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { append } from '../records/ledger/append.ts';
import type { Db } from '../records/ledger/database.ts';
import { readEnergyHours } from '../records/ledger/energy-hours.ts';
import { NameReader, NameWriter } from '../records/ledger/names.ts';
import { openFile } from '../records/ledger/open-file.ts';
import { readRollups } from '../records/ledger/rollup-query.ts';
import { flatten } from '../records/ledger/rows.ts';
import { costReport } from './cost-report.ts';
import type { CostQuery, CostSources } from './cost-report.ts';
import { Prices } from './tariff.ts';
import type { TariffEntry } from './tariff.ts';

const HOUR = 3_600_000;
const KWH = 3_600_000;
const zone = process.env.TZ;
let db: Db;
let remove = (): void => undefined;

beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
  const made = temporaryFolder();
  remove = made.remove;
  db = openFile(join(made.folder, 'ledger.db'), at('2026-11-22T00:00')).db;
});
afterEach(() => {
  db.close();
  remove();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

function at(local: string): number {
  return new Date(local).getTime();
}

let nextId = 1;
function used(local: string, kwh: number, given: Partial<ActivityRecord> = {}): ActivityRecord {
  const completedAt = at(local);
  const energyJoules = kwh * KWH;
  return activityRecord({ id: nextId++, completedAt, energyJoules, ...given });
}

function by(application: string, key: string | null = null): Pick<ActivityRecord, 'client'> {
  return { client: { ...activityRecord().client, application, key } };
}

function store(...records: readonly ActivityRecord[]): void {
  append(db, new NameWriter(db), { rows: records.map(flatten), peaks: [], gpu: [] });
}

const DAY_AND_NIGHT = [
  { days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const, from: '06:00', to: '22:00' },
  { days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const, from: '22:00', to: '06:00' },
].map(({ days, ...rest }, index) => ({ ...rest, days: [...days], price: index === 0 ? 0.4 : 0.2 }));

function tariff(given: Partial<TariffEntry> = {}): TariffEntry {
  return {
    from: 0,
    currency: 'EUR',
    tariff: { price: null, times: DAY_AND_NIGHT, hourly: null },
    solar: null,
    gramsPerKwh: 300,
    carbonSource: 'settings',
    ...given,
  };
}

function sources(given: Partial<CostSources> & { entries?: readonly TariffEntry[] } = {}) {
  const names = new NameReader(db);
  const { entries = [tariff()], ...others } = given;
  return {
    ledger: {
      energyHours: (query) => readEnergyHours(db, names, query, () => Promise.resolve()),
      rollups: (query) => Promise.resolve(readRollups(db, names, query)),
    },
    idleEnergy: () => Promise.resolve(null),
    prices: new Prices(entries, () => null),
    priceOf: () => null,
    exchange: { currency: 'EUR', usdRate: 0.9 },
    machinePrice: null,
    ...others,
  } satisfies CostSources;
}

function ask(query: Partial<CostQuery>, given: Parameters<typeof sources>[0] = {}) {
  const whole: CostQuery = {
    from: at('2026-11-21T00:00'),
    to: at('2026-11-22T00:00'),
    by: 'model',
    ...query,
  };
  return costReport(sources(given), whole, whole.to);
}

const costs = (
  rows: readonly { name: string | null; electricity: readonly { cost: number }[] }[],
) => rows.map(({ name, electricity }) => [name, ...electricity.map(({ cost }) => cost)]);

describe('a report of costs', () => {
  it('prices each hour by the tariff that held in it, by model, server and day', async () => {
    store(
      used('2026-11-20T23:30', 1),
      used('2026-11-21T05:59', 1),
      used('2026-11-21T06:00', 1, { model: 'other', upstream: 'rack' }),
      used('2026-11-21T23:59', 0.5),
    );
    const { rows, total, idle, breakEven } = await ask({});
    expect(costs(rows)).toEqual([
      ['qwen3:8b', 0.3],
      ['other', 0.4],
    ]);
    expect(total).toMatchObject({ kwh: 2.5, co2Grams: 750, isApproximate: false, requests: 3 });
    expect(total.electricity[0]).toMatchObject({ currency: 'EUR', cost: 0.7, kwh: 2.5 });
    expect([idle, breakEven]).toEqual([null, null]);
    expect(costs((await ask({ by: 'upstream' })).rows)).toEqual([
      ['ollama', 0.3],
      ['rack', 0.4],
    ]);
    const days = await ask({ by: 'day', from: at('2026-11-20T00:00') });
    expect(costs(days.rows)).toEqual([
      ['2026-11-20', 0.2],
      ['2026-11-21', 0.7],
    ]);
  });

  it('does not change last month when the tariff is changed today', async () => {
    store(used('2026-11-20T12:00', 2), used('2026-11-21T13:00', 1));
    const range = { from: at('2026-11-20T00:00'), by: 'day' as const };
    const before = await ask(range);
    const change = tariff({
      from: at('2026-11-21T12:00'),
      currency: 'SEK',
      tariff: { price: 9, times: null, hourly: null },
    });
    const after = await ask(range, { entries: [tariff(), change] });
    expect(costs(before.rows)).toEqual([
      ['2026-11-20', 0.8],
      ['2026-11-21', 0.4],
    ]);
    expect(after.rows[0]).toEqual(before.rows[0]);
    expect(after.total.electricity.map(({ currency, cost }) => [currency, cost])).toEqual([
      ['EUR', 0.8],
      ['SEK', 9],
    ]);
  });

  it('knows clients and keys by their rows', async () => {
    store(
      used('2026-11-21T03:00', 1, by('curl', 'a…1')),
      used('2026-11-21T12:00', 1, by('curl')),
      used('2026-11-21T13:00', 2, by('Zed')),
    );
    const clients = await ask({ by: 'client' });
    expect(costs(clients.rows)).toEqual([
      ['curl', 0.6],
      ['Zed', 0.8],
    ]);
    expect(clients.total.isApproximate).toBe(false);
    expect(costs((await ask({ by: 'client', name: 'curl' })).rows)).toEqual([['curl', 0.6]]);
    expect(costs((await ask({ by: 'key' })).rows)).toEqual([
      [null, 1.2],
      ['a…1', 0.2],
    ]);
  });

  it('takes the day’s mean price for days without rows, and says so', async () => {
    store(
      used('2026-11-20T03:00', 1, by('curl')),
      used('2026-11-20T12:00', 3, by('Zed')),
      used('2026-11-21T12:00', 1, by('curl')),
    );
    db.run('DELETE FROM activity WHERE completed_at < ?', [at('2026-11-21T00:00')]);
    const range = { from: at('2026-11-20T00:00'), by: 'client' as const };
    const { rows, total } = await ask(range);
    // The day's mean is (1 × 0.2 + 3 × 0.4) / 4 = 0.35.
    expect(costs(rows)).toEqual([
      ['Zed', 1.05],
      ['curl', 0.75],
    ]);
    expect(rows.map(({ isApproximate }) => isApproximate)).toEqual([true, true]);
    expect(total.electricity[0]?.cost).toBe(1.8);
    expect((await ask({ ...range, by: 'model' })).total.electricity[0]?.cost).toBe(1.8);
    // With one price, the mean of the day is exact.
    const flat = [tariff({ tariff: { price: 0.3, times: null, hourly: null } })];
    expect((await ask(range, { entries: flat })).total.isApproximate).toBe(false);
  });

  it('prices the electricity of clients by the hour, without reading rows', async () => {
    store(
      used('2026-11-20T03:00', 1, by('curl', 'a…1')),
      used('2026-11-20T12:00', 3, by('Zed')),
      used('2026-11-21T12:00', 1, { ...by('curl'), model: 'other' }),
    );
    const range = { from: at('2026-11-20T00:00'), isElectricityOnly: true };
    const withRows = await ask({ ...range, by: 'client', isElectricityOnly: false });
    db.run('DELETE FROM activity');
    const clients = await ask({ ...range, by: 'client' });
    expect(costs(clients.rows)).toEqual([
      ['Zed', 1.2],
      ['curl', 0.6],
    ]);
    expect(clients.rows.map(({ electricity }) => electricity)).toEqual(
      withRows.rows.map(({ electricity }) => electricity),
    );
    expect(clients.total.isApproximate).toBe(false);
    expect(costs((await ask({ ...range, by: 'client', name: 'curl' })).rows)).toEqual([
      ['curl', 0.6],
    ]);
    expect(costs((await ask({ ...range, by: 'key' })).rows)).toEqual([
      [null, 1.6],
      ['a…1', 0.2],
    ]);
    // Nothing of the day before, although its hours are stored beside those of the range.
    const later = { ...range, from: at('2026-11-21T00:00') };
    expect(costs((await ask({ ...later, by: 'client' })).rows)).toEqual([['curl', 0.4]]);
  });

  it('compares with a cloud, and says when the machine has paid for itself', async () => {
    store(
      used('2026-11-20T12:00', 1, { usage: usageOf(1_000_000, 500_000) }),
      used('2026-11-21T12:00', 1, { usage: usageOf(1_000_000, 500_000) }),
    );
    const found = {
      price: { input: 1, cachedInput: null, output: 2, reasoning: null },
      comparedWith: 'openai/x',
      source: 'a list, 2026-09-23',
    };
    const query = { from: at('2026-11-01T00:00') };
    const given = { priceOf: () => found, machinePrice: 1_000 };
    const { total, breakEven } = await ask(query, given);
    // 4 dollars are 3.60 euros; 2 kWh at 0.40 cost 0.80.
    expect(total.saved).toMatchObject({ currency: 'EUR', amount: 2.8, electricityCost: 0.8 });
    const days = 1.5;
    expect(breakEven).toEqual({
      currency: 'EUR',
      machinePrice: 1_000,
      saved: 2.8,
      days,
      savedPerDay: 2.8 / days,
      daysToBreakEven: 1_000 / (2.8 / days),
    });
  });

  it('prices idle energy once it is measured', async () => {
    const hour = at('2026-11-21T12:00') / HOUR;
    const idleEnergy = () => Promise.resolve([{ hour, joules: KWH }]);
    expect((await ask({}, { idleEnergy })).idle).toMatchObject({
      kwh: 1,
      co2Grams: 300,
      electricity: [{ currency: 'EUR', cost: 0.4 }],
    });
  });

  it('adds up over pieces of a long range, also where only hours are left', async () => {
    const records = Array.from({ length: 60 }, (_, day) =>
      used(new Date(at('2026-08-01T12:00') + day * 24 * HOUR).toISOString(), 0.1, by('curl')),
    );
    store(...records);
    db.run('DELETE FROM series WHERE span = 1 AND at < ?', [at('2026-09-15T00:00') / 60_000]);
    db.run('DELETE FROM activity WHERE completed_at < ?', [at('2026-09-15T00:00')]);
    const range = { from: at('2026-07-15T13:00'), to: at('2026-11-22T00:00') };
    for (const each of ['model', 'client', 'day'] as const) {
      const { total, rows } = await ask({ ...range, by: each });
      expect(total.electricity[0]?.cost).toBe(2.4);
      expect(total.requests).toBe(60);
      expect(rows).toHaveLength(each === 'day' ? 60 : 1);
    }
  });
});
