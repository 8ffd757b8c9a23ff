import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder, workerBundle } from '../../../../tests/faults/ledger-support.ts';
import { SILENT_LOG } from '../../log.ts';
import { Db } from './database.ts';
import { openLedger } from './open-ledger.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';
import { MIGRATIONS, migrate } from './migrations.ts';

let folder = '';
let remove = (): void => undefined;
const open: Ledger[] = [];

beforeEach(() => ({ folder, remove } = temporaryFolder()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((ledger) => ledger.close()));
  remove();
});

async function opened(name: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = openLedger({
    file: join(folder, name),
    log: SILENT_LOG,
    workerPath: await workerBundle(),
    ...options,
  });
  open.push(ledger);
  await ledger.ready;
  return ledger;
}

async function models(ledger: Ledger): Promise<(string | null)[]> {
  const { rows } = await ledger.page({});
  return rows.map(({ model }) => model);
}

test('a backup taken while rows are added is complete and can be opened', async () => {
  const ledger = await opened('ledger.db', { queue: { flushMs: 1 } });
  for (let id = 1; id <= 2_000; id++) ledger.append(record(id));
  await ledger.flush();
  const target = join(folder, 'backup.db');
  const copying = ledger.backup(target);
  for (let id = 2_001; id <= 4_000; id++) ledger.append(record(id));
  const { bytes } = await copying;
  await ledger.flush();
  expect(bytes).toBe(statSync(target).size);
  expect(existsSync(`${target}.partial`)).toBe(false);

  const copy = new Db(target, 0);
  expect(copy.row('PRAGMA integrity_check')?.[0]).toBe('ok');
  const rows = copy.number('SELECT count(*) FROM activity');
  expect(rows).toBeGreaterThanOrEqual(2_000);
  expect(copy.number('SELECT sum(requests) FROM rollup')).toBe(rows);
  copy.close();
  expect((await ledger.storageSummary()).activity.rows).toBe(4_000);
});

test('a backup replaces an older backup, but no other file', async () => {
  const ledger = await opened('ledger.db');
  ledger.append(record(1));
  await ledger.flush();
  const target = join(folder, 'backup.db');
  await ledger.backup(target);
  await ledger.backup(target);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  const other = join(folder, 'settings.json');
  writeFileSync(other, '{}');
  const own = ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'].map((name) => join(folder, name));
  for (const file of own) {
    await expect(ledger.importBackup(file)).rejects.toMatchObject({ code: 'file', status: 422 });
  }
  for (const file of [other, folder, ...own]) {
    await expect(ledger.backup(file)).rejects.toMatchObject({ code: 'file', status: 422 });
  }
  expect(readFileSync(other, 'utf8')).toBe('{}');
  expect(await models(ledger)).toHaveLength(1);
});

test('a backup that cannot be written fails and leaves nothing behind', async () => {
  const ledger = await opened('ledger.db');
  await expect(ledger.backup(join(folder, 'no', 'such', 'folder.db'))).rejects.toMatchObject({
    code: 'file',
    status: 422,
  });
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  expect(ledger.state.status).toBe('ok');
});

test.each<[string, string, RegExp]>([
  ['no/such/folder.db', '', /There is no folder .*no\/such: create it first/],
  ['plain/copy.db', 'plain', /plain is no folder: choose one/],
  ['.', '', /is a folder: add the name of the backup's file/],
])('a backup to %s is refused in one sentence', async (name, file, words) => {
  const ledger = await opened('ledger.db');
  if (file !== '') writeFileSync(join(folder, file), '');
  const message = await refusal(ledger.backup(join(folder, name)));
  expect(message).toMatch(words);
  expect(message).not.toMatch(/\bE[A-Z]{4,}\b/);
});

test('an import of a folder says which file to name', async () => {
  const ledger = await opened('ledger.db');
  expect(await refusal(ledger.importBackup(folder))).toBe(
    `${folder} is a folder: name the backup's file in it.`,
  );
});

test('an import of another file is refused in one sentence', async () => {
  const ledger = await opened('ledger.db');
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'root:x:0:0:root:/root:/bin/bash\n'.repeat(100));
  expect(await refusal(ledger.importBackup(file))).toBe(
    `${file} is damaged or no ledger: choose a file that a backup made.`,
  );
});

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const outcome = await attempt.catch((error: unknown) => error);
  if (!(outcome instanceof Error)) throw new Error('It was not refused.');
  return outcome.message;
}

test('an imported backup replaces the ledger, which is set aside', async () => {
  const backup = join(folder, 'backup.db');
  const other = await opened('other.db');
  for (let id = 1; id <= 50; id++) other.append(record(id, { model: 'imported' }));
  await other.flush();
  await other.backup(backup);

  const replaced: number[] = [];
  const ledger = await opened('ledger.db', { onReplaced: ({ lastId }) => replaced.push(lastId) });
  ledger.append(record(7, { model: 'own' }));
  ledger.append(record(8, { model: 'own' }));
  expect(await ledger.importBackup(backup)).toMatchObject({ rows: 50 });
  expect(replaced).toEqual([50]);
  expect(ledger.lastId()).toBe(50);
  expect(new Set(await models(ledger))).toEqual(new Set(['imported']));

  // It is the ledger now: rows can be added, and its sums continue.
  ledger.append(record(51, { model: 'new' }));
  await ledger.flush();
  expect((await ledger.rollups({}))[0]?.requests).toBe(51);
  const aside = readdirSync(folder).find((name) => name.startsWith('ledger.before-import-'));
  const before = await opened(aside ?? '');
  expect(await models(before)).toEqual(['own', 'own']);
  expect(readdirSync(folder).filter((name) => name.includes('incoming'))).toEqual([]);
});

test('a backup of an older version is migrated', async () => {
  const old = new Db(join(folder, 'old.db'), 0);
  migrate(old, MIGRATIONS.slice(0, 1));
  old.close();
  const ledger = await opened('ledger.db');
  expect(await ledger.importBackup(join(folder, 'old.db'))).toMatchObject({ rows: 0 });
  ledger.append(record(1));
  await ledger.flush();
  expect(await models(ledger)).toHaveLength(1);
});

const bad: [string, RegExp, (file: string) => void][] = [
  ['text', /damaged or no ledger/, (file) => writeFileSync(file, 'no database '.repeat(1_000))],
  ['nothing', /There is no file/, () => undefined],
  ['an empty file', /no backup of a Tokwatt ledger/, (file) => writeFileSync(file, '')],
  ["another program's database", /no backup/, (file) => change(file, 'PRAGMA application_id = 1')],
  ['a newer version', /newer version/, (file) => change(file, 'PRAGMA user_version = 99')],
  [
    'a trigger',
    /tables that a Tokwatt ledger does not have/,
    (file) =>
      change(file, 'CREATE TRIGGER t AFTER INSERT ON activity BEGIN DELETE FROM activity; END'),
  ],
  [
    'a row without its names',
    /damaged/,
    (file) => change(file, 'PRAGMA foreign_keys = OFF; DELETE FROM name WHERE id > 0'),
  ],
  [
    'damaged pages',
    /damaged/,
    (file) => {
      change(file, '');
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0x11, bytes.length / 2));
    },
  ],
];

/** A backup with one row, after a change. */
function change(file: string, sql: string): void {
  const db = new Db(file, 0);
  migrate(db);
  db.exec(`
    INSERT INTO name (id, kind, value) VALUES (1, 'upstream', 'old');
    INSERT INTO activity (id, started_at, completed_at, upstream, api, operation, inference,
      method, endpoint, status_class, completed, provenance, duration_ms, bytes_in, bytes_out,
      readable, features)
    VALUES (41, 1, 2, 1, 1, 1, 1, 1, 1, 0, 1, 0, 3.5, 4, 5, 1, 0);
    ${sql}`);
  db.close();
}

test.each(bad)('an import of %s is refused and changes nothing', async (_what, why, make) => {
  const file = join(folder, 'bad.db');
  make(file);
  const ledger = await opened('ledger.db');
  ledger.append(record(1, { completedAt: NOON }));
  await ledger.flush();
  const before = readdirSync(folder).sort();
  await expect(ledger.importBackup(file)).rejects.toThrow(why);
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(await models(ledger)).toEqual(['llama3.2:3b']);
  expect(ledger.state.status).toBe('ok');
});
