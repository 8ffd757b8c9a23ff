/**
 * The process that damaged files must not end. For each case it damages a copy of a ledger, opens
 * it, runs all queries and stores rows, as the ledger's threads do. It prints a line before and
 * after each case; lines on standard error are findings. Its argument is a file with the working
 * folder and the cases.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { append, readLastId } from '../../electron/core/records/ledger/append.ts';
import { Db } from '../../electron/core/records/ledger/database.ts';
import { failureOf } from '../../electron/core/records/ledger/failures.ts';
import { saveOllamaUpstreams } from '../../electron/core/records/ledger/model-names.ts';
import { NameWriter } from '../../electron/core/records/ledger/names.ts';
import { openFile } from '../../electron/core/records/ledger/open-file.ts';
import {
  DEFAULT_RETENTION,
  DIMENSIONS,
  NAME_KINDS,
} from '../../electron/core/records/ledger/query-schemas.ts';
import type {
  ActivityFilter,
  ExportQuery,
} from '../../electron/core/records/ledger/query-schemas.ts';
import { openReader } from '../../electron/core/records/ledger/reader.ts';
import { housekeep } from '../../electron/core/records/ledger/retention.ts';
import { flatten } from '../../electron/core/records/ledger/rows.ts';
import { uniteModels } from '../../electron/core/records/ledger/unite-models.ts';
import { NOON, record } from './ledger-records.ts';

export interface FlipCase {
  readonly name: string;
  /** The folder of the ledger to damage. */
  readonly from: string;
  /** Bits to flip, each counted over the bytes of the file that are not zero. */
  readonly flips?: { readonly file: string; readonly places: readonly number[] };
  /** A statement for each thing to damage through SQLite. */
  readonly sql?: string;
  /** False for what is met in a file too large to be checked as it is opened. */
  readonly isChecked: boolean;
}

/** More of anything is an end that never comes. */
const MAX_STEPS = 2_000;
/** Rows a page: some pages for all rows. */
const PAGE = 45;
const MAX_CLEANING = 200;
const DAY = 86_400_000;
const RANGE = { from: NOON - DAY, to: NOON + DAY };

const { folder, cases } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as {
  readonly folder: string;
  readonly cases: readonly FlipCase[];
};

let current = '';

async function runAll(): Promise<void> {
  for (const one of cases) {
    current = one.name;
    say(`> ${current}`);
    say(`< ${current}: ${await run(one)}`);
  }
}

async function run(one: FlipCase): Promise<string> {
  const here = join(folder, 'case');
  rmSync(here, { recursive: true, force: true });
  mkdirSync(here);
  cpSync(one.from, here, { recursive: true });
  damage(here, one);
  const path = join(here, 'ledger.db');
  const first = await useOnce(path, one, askEverything);
  // What the first use left can be opened and goes on storing.
  const second = await useOnce(path, one, () => Promise.resolve());
  return `${first}, ${second}`;
}

function damage(here: string, { flips, sql }: FlipCase): void {
  if (flips !== undefined) {
    const file = join(here, flips.file);
    const bytes = readFileSync(file);
    const used = [...bytes.keys()].filter((at) => bytes[at] !== 0);
    for (const place of flips.places) {
      const at = used[Math.floor(place * used.length)] ?? 0;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(((place * used.length) % 1) * 8));
    }
    writeFileSync(file, bytes);
  }
  if (sql === undefined) return;
  const db = new Db(join(here, 'ledger.db'), 0);
  db.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  db.close();
}

/** Opens, asks, stores, cleans up and closes. Says how it went, in a word. */
async function useOnce(
  path: string,
  { isChecked }: FlipCase,
  ask: (path: string) => Promise<void>,
): Promise<string> {
  let opened;
  try {
    opened = openFile(path, Date.now(), isChecked ? undefined : 0);
  } catch (error) {
    return told('open', error, ['newer', 'foreign']);
  }
  const { db } = opened;
  try {
    await ask(path);
    store(db);
    unite(db);
    cleanUp(db);
    return opened.setAside === null ? 'ok' : 'new';
  } catch (error) {
    // The ledger would set the file aside now, and begin a new one.
    return told('use', error, ['corrupt']);
  } finally {
    db.close();
  }
}

function told(what: string, error: unknown, expected: readonly string[]): string {
  const { kind, message } = failureOf(error);
  const isExpected = expected.includes(kind);
  if (!isExpected) complain(`${what}: ${kind}: ${message} ${String((error as Error).stack)}`);
  return kind;
}

function store(db: Db): void {
  const names = new NameWriter(db);
  const id = readLastId(db) + 1;
  const rows = ['llama3.2:3b', 'library/modèle-été', 'a new one'].map((model, n) =>
    flatten(record(id + n, { model, completedAt: NOON + (id + n) * 61_000 })),
  );
  const { rejected } = append(db, names, { rows, peaks: [], gpu: [] });
  if (rejected.length > 0) complain(`rejected: ${rejected.join(' ')}`);
}

function unite(db: Db): void {
  try {
    saveOllamaUpstreams(db, ['ollama']);
    Array.from(uniteModels(db, new NameWriter(db), 'ollama'));
  } catch (error) {
    // As in the ledger's own thread: what is left is done at the next start.
    told('unite', error, ['other', 'corrupt']);
  }
}

function cleanUp(db: Db): void {
  const names = new NameWriter(db);
  const now = NOON + 40 * DAY;
  try {
    // As in the ledger's own thread: bounded, and tried again some minutes later if it fails.
    for (let n = 0; n < MAX_CLEANING && housekeep(db, names, DEFAULT_RETENTION, now);) n += 1;
  } catch (error) {
    told('clean', error, ['other', 'corrupt']);
  }
}

async function askEverything(path: string): Promise<void> {
  const reader = openReader(path);
  try {
    const questions: (() => unknown)[] = [
      ...FILTERS.map((filter) => () => allPages(reader, filter)),
      ...FILTERS.slice(0, 4).map((filter) => () => reader.percentiles(filter)),
      () => reader.recordsAfter({ id: 0, limit: 1_000 }),
      () => reader.activity(20),
      ...NAME_KINDS.map((kind) => () => reader.names(kind)),
      () => reader.series({ ...RANGE, bucketMs: 60_000 }),
      () => reader.series({ ...RANGE, bucketMs: 3_600_000, groupBy: 'model' }),
      () => reader.rollups({ by: [...DIMENSIONS] }),
      () => reader.rollups({ by: [...DIMENSIONS], emptied: true }),
      () => reader.top({ by: 'model', order: 'totalTokens' }),
      () => reader.gpu({ from: NOON, to: NOON + 600_000, bucketMs: 10_000 }),
      () => reader.history({ ...HISTORY, points: 300, by: 'model' }),
      () => reader.history({ ...HISTORY, points: 30, by: 'key' }),
      () => reader.history({ ...HISTORY, points: 30, key: null, by: 'application' }),
      () => reader.usual(RANGE.to),
      () => reader.heatmap(RANGE),
      () => reader.speedByContext({ model: 'llama3.2:3b', days: 30, now: RANGE.to }),
      () => reader.distribution({ ...RANGE, ttftTargetMs: 500 }),
      () => reader.storageSummary(),
      ...[20, 40, 60, 80, 100, 120].map((id) => () => capture(reader, id)),
      ...EXPORTS.map((query) => () => exportAll(reader, query)),
    ];
    for (const question of questions) await answered(question);
  } finally {
    reader.close();
  }
}

const HISTORY = { ...RANGE, top: 7, prices: null, now: RANGE.to };
const FILTERS: readonly ActivityFilter[] = [
  {},
  { model: 'llama3.2:3b' },
  { from: NOON },
  { application: 'Open WebUI', inference: true },
  { error: 'any', key: '1f2e…9abc' },
  { error: 'upstream_died' },
  { statusClass: 2 },
  { text: 'chat' },
  { text: 'l' },
  { model: null },
  { model: 'library/llama3.2:3b' },
];
const EXPORTS: readonly ExportQuery[] = (['activity', 'rollups', 'series'] as const).flatMap(
  (what) => (['csv', 'json'] as const).map((format) => ({ what, format, filter: {} })),
);

/** JSON is what an answer becomes in the end; damage may be in the way there too. */
async function answered(question: () => unknown): Promise<void> {
  JSON.stringify(await question());
}

type Reader = ReturnType<typeof openReader>;

async function allPages(reader: Reader, filter: ActivityFilter): Promise<void> {
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: { next: string | null } = await reader.page({ ...filter, limit: PAGE, cursor });
    cursor = page.next;
    if (cursor !== null && !/^-?\d{1,16}\.\d{1,16}$/.test(cursor)) complain(`cursor ${cursor}`);
    pages += 1;
  } while (cursor !== null && pages < MAX_STEPS);
  if (pages === MAX_STEPS) complain(`pages of ${JSON.stringify(filter)} have no end`);
}

async function capture(reader: Reader, id: number): Promise<unknown> {
  try {
    return await reader.readCapture(id);
  } catch (error) {
    const { message } = failureOf(error);
    if (/This capture is (damaged|compressed)/.test(message)) return null;
    throw error;
  }
}

async function exportAll(reader: Reader, query: ExportQuery): Promise<void> {
  let cursor: string | null = null;
  let text = '';
  let pieces = 0;
  do {
    const piece: { text: string; next: string | null } = await reader.exportChunk({
      query,
      cursor,
    });
    text += piece.text;
    cursor = piece.next;
    pieces += 1;
  } while (cursor !== null && pieces < MAX_STEPS);
  if (pieces === MAX_STEPS) complain(`the export of ${query.what} has no end`);
  if (query.format === 'json') JSON.parse(text);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function complain(line: string): void {
  writeSync(2, `${current}: ${line}\n`);
}

void runAll();
