import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Db } from '../../electron/core/records/ledger/database.ts';
import { migrate } from '../../electron/core/records/ledger/migrations.ts';
import type { FlipCase } from './ledger-flip-child.ts';
import { seedLedgers } from './ledger-seed.ts';
import { bundle, temporaryFolder } from './ledger-support.ts';

/** More for a long run: `TOKWATT_FLIPS=5000`; the same ones again with `TOKWATT_FLIP_SEED`. */
const FLIPS = Number(process.env.TOKWATT_FLIPS ?? 80);
const SEED = Number(process.env.TOKWATT_FLIP_SEED ?? Math.floor(Math.random() * 1e9));
const LANES = 2;
/** No case takes so long unless it never ends. */
const STUCK_MS = 60_000;
/** Of the columns, one in so many is met with one bad row too; each run takes others. */
const ONCE_OF = 3;
/** A byte that no UTF-8 has. */
const NO_TEXT = "x'ff'";

let folder = '';
let remove = (): void => undefined;
let seeds = { clean: '', killed: '' };
beforeAll(async () => {
  ({ folder, remove } = temporaryFolder());
  seeds = await seedLedgers(folder);
});
afterAll(() => remove());

/** mulberry32, so that a run can be had again. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Mostly one bit, sometimes some; most in the database, some in its write-ahead log. */
function flipCases(): FlipCase[] {
  const random = randomness(SEED);
  return Array.from({ length: FLIPS }, (_, n): FlipCase => {
    const file = n % 4 === 3 ? 'ledger.db-wal' : 'ledger.db';
    const bits = random() < 0.7 ? 1 : 2 + Math.floor(random() * 6);
    const places = Array.from({ length: bits }, random);
    return {
      name: `${n}: ${bits} bits of ${file} at ${places.map((at) => at.toFixed(6)).join(' ')}`,
      from: file === 'ledger.db' ? seeds.clean : seeds.killed,
      flips: { file, places },
      isChecked: random() < 0.5,
    };
  });
}

/** Each column in turn holds text that is no text, in every row; some also in the last one alone. */
function columnCases(): FlipCase[] {
  const db = new Db(':memory:', 0);
  migrate(db);
  const columns = db.rows(
    // SQLite itself keeps a row's own number from being text.
    `SELECT CAST(m.name AS BLOB), CAST(c.name AS BLOB) FROM sqlite_schema AS m
     JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'
     AND m.sql NOT LIKE '%' || c.name || ' INTEGER PRIMARY KEY%'`,
  );
  db.close();
  return columns.flatMap(([table, column], n) => {
    const [of, name] = [String(table), String(column)];
    if (name === 'id') return [];
    // Made from what was there, so that what must differ still does.
    const text = `CAST(${NO_TEXT} || CAST("${name}" AS BLOB) AS TEXT)`;
    const last = `WHERE "${name}" = (SELECT max("${name}") FROM ${of})`;
    const ways = [
      { where: '', isChecked: true },
      { where: last, isChecked: false },
    ];
    return ways.slice(0, n % ONCE_OF === SEED % ONCE_OF ? 2 : 1).map(({ where, isChecked }) => ({
      name: `${of}.${name} ${where === '' ? 'everywhere' : 'once'}`,
      from: seeds.clean,
      sql: `UPDATE ${of} SET "${name}" = ${text} ${where}`,
      isChecked,
    }));
  });
}

interface Outcome {
  readonly status: number | NodeJS.Signals | null;
  readonly findings: string;
  /** The lines about cases that came to an end. */
  readonly done: string[];
  readonly last: string;
}

async function runLane(lane: string, cases: readonly FlipCase[]): Promise<Outcome> {
  const place = join(folder, lane);
  mkdirSync(place);
  const given = join(place, 'cases.json');
  writeFileSync(given, JSON.stringify({ folder: place, cases }));
  const child = spawn(process.execPath, [await bundle('tests/faults/ledger-flip-child.ts'), given]);
  const watchdog = setTimeout(() => child.kill('SIGKILL'), STUCK_MS);
  let printed = '';
  let findings = '';
  child.stdout.on('data', (data: Buffer) => {
    printed += data.toString();
    watchdog.refresh();
  });
  child.stderr.on('data', (data: Buffer) => (findings += data.toString()));
  const status = await new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(watchdog);
  const lines = printed.trim().split('\n');
  const done = lines.filter((line) => line.startsWith('<'));
  return { status, findings, done, last: lines.at(-1) ?? '' };
}

async function runAll(name: string, cases: readonly FlipCase[]): Promise<string[]> {
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    runLane(
      `${name}-${lane}`,
      cases.filter((_case, n) => n % LANES === lane),
    ),
  );
  const outcomes = await Promise.all(lanes);
  for (const { status, findings, last } of outcomes) {
    expect({ status, findings, last }).toEqual({ status: 0, findings: '', last });
  }
  const done = outcomes.flatMap((outcome) => outcome.done);
  expect(done).toHaveLength(cases.length);
  return done;
}

test(
  `${FLIPS} times flipped bits (seed ${SEED}): nothing ends the process, and it goes on storing`,
  { timeout: 60_000 + FLIPS * 1_000 },
  async () => {
    const done = await runAll('flips', flipCases());
    // Most damage is met by nobody; what is met is set aside. Both must have happened.
    expect(done.some((line) => line.endsWith(': ok, ok'))).toBe(true);
    expect(done.some((line) => line.includes(': new, ok'))).toBe(true);
  },
);

test('any column can hold invalid text', { timeout: 300_000 }, async () => {
  const done = await runAll('columns', columnCases());
  expect(done.length).toBeGreaterThan(150);
});
