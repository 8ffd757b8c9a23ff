import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { localDate } from '../../../../shared/format.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { saveMeteringSpans } from './metering-spans.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { flatten } from './rows.ts';
import { readHeatmap, readUsual } from './usual.ts';

/** A local day and hour, so that the test does not depend on the time zone. */
const at = (daysAgo: number, hour: number, minute = 30): number =>
  new Date(2026, 10, 21 - daysAgo, hour, minute).getTime();
const NOW = at(0, 12);
let db: Db;
let names: NameReader;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  ({ remove } = made);
  db = openFile(join(made.folder, 'ledger.db'), NOW).db;
  names = new NameReader(db);
});
afterEach(() => {
  db.close();
  remove();
});

let id = 0;
function store(...times: readonly number[]): void {
  const rows = times.map((completedAt) => flatten(record(++id, { completedAt })));
  append(db, new NameWriter(db), { rows, peaks: [], gpu: [] });
}

test('the usual is known from five days with requests on', () => {
  for (let day = 1; day <= 4; day += 1) store(at(day, 9));
  expect(readUsual(db, names, NOW)).toMatchObject({ days: 4, neededDays: 5 });
  expect(readUsual(db, names, NOW).hours[9]!.requests.usual).toBeNull();
  store(at(5, 9), at(5, 9), at(5, 9));
  expect(readUsual(db, names, NOW).hours[9]!.requests.usual).toEqual({ p25: 1, p50: 1, p75: 1 });
});

test('the usual has quartiles by hour and up to each hour, beside today', () => {
  // One to seven requests at nine, and one more at ten; the fifteenth day is too old.
  for (let day = 1; day <= 7; day += 1) {
    store(...Array.from({ length: day }, () => at(day, 9)), at(day, 10));
  }
  store(...Array.from({ length: 50 }, () => at(15, 9)), at(0, 9), at(0, 12));
  const { hours, days, day } = readUsual(db, names, NOW);
  expect([hours.length, days, day]).toEqual([24, 7, localDate(NOW)]);
  expect(hours[9]!.requests).toEqual({
    today: 1,
    todaySoFar: 1,
    usual: { p25: 2.5, p50: 4, p75: 5.5 },
    usualSoFar: { p25: 2.5, p50: 4, p75: 5.5 },
  });
  expect(hours[23]!.requests).toEqual({
    today: null,
    todaySoFar: null,
    usual: { p25: 0, p50: 0, p75: 0 },
    usualSoFar: { p25: 3.5, p50: 5, p75: 6.5 },
  });
  expect(hours[12]!).toMatchObject({
    tokens: { today: 360, todaySoFar: 720 },
    energyJoules: { todaySoFar: 25 },
  });
});

test('a heat map has hours of local days, null where metering was off', () => {
  store(at(3, 8), at(3, 8), at(1, 23));
  saveMeteringSpans(db, [{ began: at(3, 7, 0), ended: at(3, 10, 0) }]);
  const query = { from: at(3, 12), to: at(0, 1) };
  const { days } = readHeatmap(db, names, query, NOW);
  expect(days.map(({ day }) => day)).toEqual([3, 2, 1, 0].map((ago) => localDate(at(ago, 12))));
  expect(days[0]!.requests.slice(6, 11)).toEqual([null, 0, 2, 0, null]);
  expect(days[0]!.energyJoules.slice(7, 9)).toEqual([null, 25]);
  expect(days[1]!.requests).toEqual(new Array(24).fill(null));
  expect(days[2]!.tokens[23]).toBe(360);
  const others = readHeatmap(db, names, { ...query, model: 'never' }, NOW).days;
  expect(others[0]!.requests.slice(7, 9)).toEqual([0, 0]);
});
