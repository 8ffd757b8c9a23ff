import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Db } from '../../electron/core/records/ledger/database.ts';
import { openLedger } from '../../electron/core/records/ledger/open-ledger.ts';
import type {
  Ledger,
  LedgerOptions,
  LedgerState,
} from '../../electron/core/records/ledger/ledger.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { englishOf } from '../../shared/sentences.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { record } from './ledger-records.ts';
import { eventually, temporaryFolder, workerBundle } from './ledger-support.ts';

let folder = '';
let remove = (): void => undefined;
const cleanUps: (() => void | Promise<void>)[] = [];

beforeEach(() => ({ folder, remove } = temporaryFolder()));
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  remove();
});

interface Watched {
  readonly ledger: Ledger;
  readonly states: LedgerState[];
  readonly warnings: string[];
  readonly committed: number[];
  readonly dropped: number[];
}

async function watched(options: Partial<LedgerOptions> = {}): Promise<Watched> {
  const states: LedgerState[] = [];
  const warnings: string[] = [];
  const committed: number[] = [];
  const dropped: number[] = [];
  const ledger = openLedger({
    file: join(folder, 'ledger.db'),
    log: SILENT_LOG,
    workerPath: await workerBundle(),
    onState: (state) => states.push(state),
    onWarning: (message) => warnings.push(englishOf(message)),
    onCommitted: (records) => committed.push(...records.map(({ id }) => id)),
    onDropped: (records) => dropped.push(...records.map(({ id }) => id)),
    ...options,
    queue: { flushMs: 5, retryMs: 50, maxRetryMs: 100, ...options.queue },
  });
  cleanUps.push(() => ledger.close());
  await ledger.ready;
  return { ledger, states, warnings, committed, dropped };
}

async function ids(ledger: Ledger): Promise<number[]> {
  const records: ActivityRecord[] = [];
  for await (const batch of ledger.recordsAfter(0)) records.push(...batch);
  return records.map(({ id }) => id);
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** A file system of its own that is soon full, or null where that is not allowed. */
function smallDisk(kib: number): string | null {
  const place = join(folder, 'disk');
  mkdirSync(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', place], {
      stdio: 'ignore',
    });
  } catch {
    return null;
  }
  cleanUps.push(() => void execFileSync('umount', ['-l', place]));
  return place;
}

test('a full disk: rows wait, the state reports it, and all are stored once there is space', async (context) => {
  const disk = smallDisk(3_000);
  if (disk === null) return context.skip('mounting a file system is not allowed here');
  const { ledger, states, warnings, committed, dropped } = await watched({
    file: join(disk, 'ledger.db'),
  });
  ledger.append(record(1));
  await eventually(() => committed.length === 1, 'the first row');
  // What else is on the disk takes the rest of it.
  const filler = openSync(join(disk, 'filler'), 'w');
  const block = Buffer.alloc(4_096);
  expect(() => {
    for (;;) writeSync(filler, block);
  }).toThrow(/ENOSPC/);
  closeSync(filler);

  for (let id = 2; id <= 2_000; id++) ledger.append(record(id));
  await eventually(() => ledger.state.status === 'degraded', 'the full disk to show');
  expect(ledger.state.message).toContain('disk is full');
  expect(ledger.state.waiting).toBeGreaterThan(0);

  rmSync(join(disk, 'filler'));
  await eventually(() => ledger.state.waiting === 0, 'the rows to be stored');
  expect(ledger.state).toMatchObject({ status: 'ok', message: null, dropped: 0 });
  expect(committed).toEqual(upTo(2_000));
  expect(dropped).toEqual([]);
  expect(warnings).toEqual([]);
  expect(states.map(({ status }) => status)).toEqual(['ok', 'degraded', 'ok']);
  expect(await ids(ledger)).toEqual(upTo(2_000));
});

test('a full disk at the start: opens by itself once there is space', async (context) => {
  const disk = smallDisk(2_000);
  if (disk === null) return context.skip('mounting a file system is not allowed here');
  writeFileSync(join(disk, 'filler'), Buffer.alloc(1_990 * 1_024));
  const { ledger, committed } = await watched({ file: join(disk, 'ledger.db') });
  ledger.append(record(1));
  expect(ledger.state.status).toBe('degraded');
  rmSync(join(disk, 'filler'));
  await eventually(() => committed.length === 1, 'the row');
  expect(ledger.state.status).toBe('ok');
});

test('an overflowing queue drops the oldest rows with one warning, and reports every row once', async (context) => {
  const disk = smallDisk(1_000);
  if (disk === null) return context.skip('mounting a file system is not allowed here');
  writeFileSync(join(disk, 'filler'), Buffer.alloc(990 * 1_024));
  const order: number[] = [];
  const { ledger, warnings, committed, dropped } = await watched({
    file: join(disk, 'ledger.db'),
    queue: { rows: 100 },
    onCommitted: (records) => {
      committed.push(...records.map(({ id }) => id));
      order.push(...records.map(({ id }) => id));
    },
    onDropped: (records) => {
      dropped.push(...records.map(({ id }) => id));
      order.push(...records.map(({ id }) => id));
    },
  });
  for (let id = 1; id <= 250; id++) ledger.append(record(id));
  expect(dropped).toEqual(upTo(150));
  expect(ledger.state).toMatchObject({ status: 'degraded', waiting: 100, dropped: 150 });
  expect(warnings).toHaveLength(1);
  rmSync(join(disk, 'filler'));
  await eventually(() => ledger.state.waiting === 0, 'the rest to be stored');
  expect(order).toEqual(upTo(250));
  expect(await ids(ledger)).toEqual(upTo(250, 151));
});

test('a file at its size limit fails the write and harms nothing', async () => {
  const first = await watched();
  first.ledger.append(record(1));
  await first.ledger.close();
  // The limit is one of the process (ulimit -f), so the ledger runs in one of its own.
  const worker = await workerBundle();
  const script = `
    process.on('SIGXFSZ', () => {});
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(${JSON.stringify(worker)}, { workerData: { role: 'writer', path: process.argv[1] } });
    const retention = { activityDays: 90, maxBytes: 2e9, seriesDays: 9, rollupDays: 9, gpuDays: 9, captureDays: 9, captureMaxBytes: 9 };
    worker.postMessage({ call: 1, op: 'open', input: { setAside: false, retention } });
    const body = { headers: [], body: require('node:crypto').randomBytes(900000), bodyBytes: 900000 };
    worker.on('message', (message) => {
      if (message.call === 1) worker.postMessage({ call: 2, op: 'saveCapture', input: { id: 1, at: 1, content: { request: body, response: body } } });
      if (message.call === 2) { console.log(message.failure?.kind); worker.postMessage({ call: 3, op: 'close', input: null }); }
    });`;
  const output = execFileSync(
    'bash',
    [
      '-c',
      `ulimit -f 600; exec "$0" -e "$1" "$2"`,
      process.execPath,
      script,
      join(folder, 'ledger.db'),
    ],
    { encoding: 'utf8' },
  );
  expect(output.trim()).toBe('io');
  const again = await watched();
  expect(await ids(again.ledger)).toEqual([1]);
});

test('a lock of another program: rows wait until it is gone', async () => {
  const file = join(folder, 'ledger.db');
  const { ledger, committed } = await watched();
  ledger.append(record(1));
  await eventually(() => committed.length === 1, 'the first row');
  const holder = spawn(process.execPath, [
    '-e',
    `const db = new (require('libsql'))(process.argv[1]);
     db.exec('BEGIN IMMEDIATE');
     console.log('held');
     setInterval(() => {}, 1000);`,
    file,
  ]);
  cleanUps.push(() => void holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  ledger.append(record(2));
  await eventually(() => ledger.state.status === 'degraded', 'the lock to show');
  expect(ledger.state.message).toContain('Another program holds the ledger');
  expect(await ids(ledger)).toEqual([1]);
  holder.kill('SIGKILL');
  await eventually(() => committed.length === 2, 'the second row');
  expect(ledger.state.status).toBe('ok');
});

test('an exclusive lock at the start: opens when it is gone', async () => {
  const file = join(folder, 'ledger.db');
  const holder = new Db(file, 0);
  holder.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  const { ledger, committed } = await watched();
  expect(ledger.state.status).toBe('degraded');
  ledger.append(record(1));
  holder.exec('ROLLBACK');
  holder.close();
  await eventually(() => committed.length === 1, 'the row');
});

test('a read-only folder: reports it and recovers', async (context) => {
  const place = join(folder, 'read-only');
  mkdirSync(place);
  try {
    execFileSync('mount', ['--bind', place, place], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'remount,ro,bind', place], { stdio: 'ignore' });
  } catch {
    return context.skip('bind mounts are not allowed here');
  }
  cleanUps.push(() => void execFileSync('umount', ['-l', place]));
  const { ledger, committed } = await watched({ file: join(place, 'ledger.db') });
  ledger.append(record(1));
  expect(ledger.state).toMatchObject({ status: 'degraded', waiting: 1 });
  expect(ledger.state.message).toContain('cannot be written');
  execFileSync('mount', ['-o', 'remount,rw,bind', place]);
  await eventually(() => committed.length === 1, 'the row');
});

test('no more open files: the ledger opens once there are', async () => {
  const worker = await workerBundle();
  const script = `
    const fs = require('node:fs');
    const { Worker } = require('node:worker_threads');
    const retention = { activityDays: 90, maxBytes: 2e9, seriesDays: 9, rollupDays: 9, gpuDays: 9, captureDays: 9, captureMaxBytes: 9 };
    const worker = new Worker(${JSON.stringify(worker)}, { workerData: { role: 'writer', path: process.argv[1] } });
    const open = (call) => worker.postMessage({ call, op: 'open', input: { setAside: false, retention } });
    const held = [];
    worker.postMessage({ call: 0, op: 'append', input: {} });
    worker.on('message', (message) => {
      console.log(message.call, message.failure?.kind ?? 'ok');
      if (message.call === 0) {
        try { for (;;) held.push(fs.openSync('/dev/null')); } catch {}
        open(1);
      } else if (message.call === 1) {
        held.forEach((fd) => fs.closeSync(fd));
        open(2);
      } else if (message.call === 2) worker.postMessage({ call: 3, op: 'close', input: null });
    });`;
  const output = execFileSync(
    'bash',
    [
      '-c',
      `ulimit -n 200; exec "$0" -e "$1" "$2"`,
      process.execPath,
      script,
      join(folder, 'ledger.db'),
    ],
    { encoding: 'utf8' },
  );
  expect(output.trim().split('\n')).toEqual(['0 other', '1 io', '2 ok', '3 ok']);
});

test('a thread that crashes is started again, and its rows are stored once', async () => {
  // The product's own worker, with a switch to make it throw where nothing catches.
  const wrapper = join(folder, 'worker.cjs');
  writeFileSync(
    wrapper,
    `require(${JSON.stringify(await workerBundle())});
     require('node:worker_threads').parentPort.on('message', (message) => {
       if (message === 'crash') throw new Error('boom');
     });`,
  );
  const writers: Worker[] = [];
  const { ledger, states, committed, dropped } = await watched({
    workerPath: wrapper,
    startWorker: (path, data) => {
      const worker = new Worker(path, { workerData: data });
      if (data.role === 'writer') writers.push(worker);
      return worker;
    },
  });
  for (let round = 0; round < 5; round++) {
    for (let id = round * 500 + 1; id <= (round + 1) * 500; id++) ledger.append(record(id));
    writers.at(-1)?.postMessage('crash');
    await eventually(() => writers.length === round + 2, 'a new thread');
  }
  await eventually(() => committed.length === 2_500, 'all rows');
  expect(committed).toEqual(upTo(2_500));
  expect(dropped).toEqual([]);
  expect(await ids(ledger)).toEqual(upTo(2_500));
  expect(await ledger.rollups({})).toMatchObject([{ requests: 2_500 }]);
  expect(states.some(({ message }) => message?.includes('boom'))).toBe(true);
  expect(ledger.state.status).toBe('ok');
});

test('a damaged file is set aside with a warning, and a new one is created', async () => {
  const first = await watched();
  for (let id = 1; id <= 500; id++) first.ledger.append(record(id));
  await first.ledger.close();
  const file = join(folder, 'ledger.db');
  const damaged = readFileSync(file);
  damaged.fill(0x5a, 4_096, statSync(file).size - 4_096);
  writeFileSync(file, damaged);

  const { ledger, warnings, committed } = await watched();
  expect(ledger.state.status).toBe('ok');
  expect(warnings).toHaveLength(1);
  const aside = readdirSync(folder).find((name) => name.startsWith('ledger.corrupt-'));
  expect(warnings[0]).toContain(aside);
  expect(readFileSync(join(folder, aside!)).equals(damaged)).toBe(true);
  ledger.append(record(501));
  await eventually(() => committed.length === 1, 'a row in the new file');
  expect(await ids(ledger)).toEqual([501]);
});

test('a file that is not a database is set aside too', async () => {
  writeFileSync(join(folder, 'ledger.db'), 'not a database, '.repeat(1_000));
  const { ledger, warnings } = await watched();
  expect(ledger.state.status).toBe('ok');
  expect(warnings).toHaveLength(1);
});

test('damage found at run time: the file is set aside, waiting rows go to the new one', async () => {
  const { ledger, warnings, committed } = await watched();
  for (let id = 1; id <= 3_000; id++) ledger.append(record(id));
  await eventually(() => committed.length === 3_000, 'the rows');
  // Behind SQLite's back, in all it has in memory or in the file.
  const file = join(folder, 'ledger.db');
  const other = new Db(file, 1_000);
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  other.close();
  const size = statSync(file).size;
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(size - 8_192, 0x5a), 0, size - 8_192, 8_192);
  closeSync(handle);
  for (let id = 3_001; id <= 3_100; id++) ledger.append(record(id));
  await eventually(() => warnings.length === 1, 'the damage to show');
  await eventually(() => committed.length === 3_100, 'the waiting rows');
  expect(committed).toEqual(upTo(3_100));
  expect(await ids(ledger)).toEqual(upTo(3_100, 3_001));
  expect(readdirSync(folder).filter((name) => name.startsWith('ledger.corrupt-'))).not.toEqual([]);
});

test.each([
  ['a newer version of Tokwatt', 'PRAGMA user_version = 99'],
  ['another program', 'PRAGMA application_id = 7'],
])('a file of %s is left alone, and rows are handed back', async (whose, change) => {
  const first = await watched();
  first.ledger.append(record(1));
  await first.ledger.close();
  const file = join(folder, 'ledger.db');
  const db = new Db(file, 0);
  db.exec(`PRAGMA journal_mode = DELETE; ${change}`);
  db.close();
  copyFileSync(file, join(folder, 'before'));

  const { ledger, committed, dropped, warnings } = await watched();
  expect(ledger.state.status).toBe('degraded');
  expect(ledger.state.message).toContain(whose);
  ledger.append(record(2));
  ledger.append(record(3));
  await ledger.close();
  expect(dropped).toEqual([2, 3]);
  expect(committed).toEqual([]);
  expect(warnings).toEqual([]);
  expect(readFileSync(file).equals(readFileSync(join(folder, 'before')))).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test('closing stores the waiting rows, and returns those that cannot be stored', async () => {
  const good = await watched({ queue: { flushMs: 60_000 } });
  for (let id = 1; id <= 150; id++) good.ledger.append(record(id));
  await good.ledger.close();
  expect(good.committed).toEqual(upTo(150));

  const bad = await watched({ workerPath: join(folder, 'nowhere') });
  for (let id = 151; id <= 160; id++) bad.ledger.append(record(id));
  await bad.ledger.close(200);
  expect(bad.dropped).toEqual(upTo(160, 151));
});
