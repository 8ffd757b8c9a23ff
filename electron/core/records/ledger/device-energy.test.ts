import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { readDeviceEnergy } from './device-energy.ts';
import type { DeviceEnergy } from './device-energy.ts';
import type { DeviceEnergyPoint } from './device-energy-query.ts';
import { NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';

const DAY = 86_400_000;
const MINUTE = NOON / 60_000;
let db: Db;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  ({ remove } = made);
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
});
afterEach(() => {
  db.close();
  remove();
});

let samples = 0;
function sample(minute: number, changes: Partial<DeviceEnergy> = {}): DeviceEnergy {
  samples += 1;
  return {
    ...{ sample: samples, minute, device: 'all', attributed: 10, idle: 2, other: 1 },
    ...{ phantom: null, measuredMs: 60_000 },
    ...changes,
  };
}

function store(...energy: readonly DeviceEnergy[]): void {
  append(db, new NameWriter(db), { rows: [], peaks: [], gpu: [], energy });
}

function read(span: 'minute' | 'hour', from = NOON - 90 * DAY): DeviceEnergyPoint[] {
  return readDeviceEnergy(db, { from, to: NOON + DAY, span });
}

function cleanUp(now = NOON): void {
  const names = new NameWriter(db);
  for (let steps = 0; housekeep(db, names, DEFAULT_RETENTION, now); steps += 1) {
    expect(steps).toBeLessThan(1_000);
  }
}

test('is read by minute or hour and device', () => {
  store(sample(MINUTE), sample(MINUTE + 1), sample(MINUTE + 60), sample(MINUTE, { device: 'b' }));
  const point = { attributedJoules: 10, idleJoules: 2, phantomJoules: null, otherJoules: 1 };
  const at = (minutes: number, device = 'all'): object => ({
    ...{ at: NOON + minutes * 60_000, device, ...point, measuredMs: 60_000 },
  });
  expect(read('minute')).toEqual([at(0), at(0, 'b'), at(1), at(60)]);
  expect(read('hour').map(({ attributedJoules }) => attributedJoules)).toEqual([20, 10, 10]);
  expect(read('minute', NOON + 60_001).map(({ at: moment }) => moment)).toEqual([
    NOON + 60_000,
    NOON + 3_600_000,
  ]);
});

test('a sample that is sent again is not added again, another one of the minute is', () => {
  const first = sample(MINUTE);
  store(first);
  store(first);
  expect(read('minute')).toMatchObject([{ attributedJoules: 10 }]);
  store(sample(MINUTE, { phantom: 3, measuredMs: null }));
  expect(read('minute')).toMatchObject([
    { attributedJoules: 20, idleJoules: 4, phantomJoules: 3, otherJoules: 2, measuredMs: 60_000 },
  ]);
});

test('minutes become hours after a month without a change of the sums, and are deleted later', () => {
  const old = MINUTE - 40 * 1_440;
  store(...Array.from({ length: 130 }, (_, n) => sample(old + n, { phantom: n < 60 ? null : 1 })));
  store(sample(old, { device: 'b' }), sample(MINUTE));
  const before = read('hour');
  expect(before).toHaveLength(5);
  cleanUp();
  expect(read('hour')).toEqual(before);
  expect(db.rows('SELECT span, count(*) FROM device_energy GROUP BY span')).toEqual([
    [1, 1],
    [60, 4],
  ]);
  // The clock was set back for a while.
  store(sample(old));
  cleanUp();
  expect(read('hour')[0]?.attributedJoules).toBe(610);
  cleanUp(NOON + DEFAULT_RETENTION.seriesDays * DAY);
  expect(read('hour').map(({ at }) => at)).toEqual([NOON]);
});

test('is cleared with the charts', () => {
  store(sample(MINUTE));
  clear(db, 'logs');
  expect(read('hour')).toHaveLength(1);
  clear(db, 'metrics');
  expect(read('hour')).toEqual([]);
});
