import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { chat, chats, keepChatting } from '../support/chats.ts';
import { allRows, ask, call } from '../support/control-api.ts';
import { HEADLESS, runHeadless, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

interface LedgerHealth {
  readonly status: string;
  readonly message: string | null;
  readonly waiting: number;
  readonly dropped: number;
}

let upstream: RecordedUpstream;
let folder: string;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  upstream = await startRecordedUpstream();
});
afterAll(() => upstream.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-storage-'));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string, through: readonly string[] = []): Promise<Headless> {
  const args = ['--upstream', upstream.url, '--log-level', 'error'];
  const tokwatt = await startHeadless({ args, dataDir, through });
  cleanUps.push(() => (tokwatt.process.exitCode === null ? tokwatt.stop() : null));
  return tokwatt;
}

async function ledger(tokwatt: Headless): Promise<LedgerHealth> {
  return (await ask<{ ledger: LedgerHealth }>(tokwatt, 'GET', '/api/health')).ledger;
}

async function requests(tokwatt: Headless): Promise<number> {
  return (await ask<{ totals: { requests: number } }>(tokwatt, 'GET', '/api/usage')).totals
    .requests;
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await sleep(50);
  }
}

const degraded = (tokwatt: Headless) => async (): Promise<boolean> =>
  (await ledger(tokwatt)).status === 'degraded';
const recovered = (tokwatt: Headless) => async (): Promise<boolean> =>
  (await ledger(tokwatt)).status === 'ok';
const stored = (tokwatt: Headless) => async (): Promise<boolean> =>
  (await ledger(tokwatt)).waiting === 0;

/** Ends the load once the ledger works again; how many requests there were, all answered. */
async function afterRecovery(
  tokwatt: Headless,
  load: ReturnType<typeof keepChatting>,
): Promise<number> {
  await until('the ledger to recover', recovered(tokwatt));
  const statuses = await load.stop();
  expect(new Set(statuses)).toEqual(new Set([200]));
  await until('the rows to be stored', stored(tokwatt));
  return statuses.length;
}

/** Every exchange was answered, counted and stored, here and after another start. */
async function nothingLost(tokwatt: Headless, dataDir: string, sent: number): Promise<void> {
  expect(await ledger(tokwatt)).toMatchObject({ status: 'ok', message: null, dropped: 0 });
  expect(await requests(tokwatt)).toBe(sent);
  const ids = (await allRows(tokwatt, 'limit=1000')).map((row) => row.id);
  expect(new Set(ids).size).toBe(sent);
  expect(await tokwatt.stop()).toBe(0);
  const again = await start(dataDir);
  expect(await requests(again)).toBe(sent);
  expect((await allRows(again, 'limit=1000')).map((row) => row.id)).toEqual(ids);
}

/** Mounts over a folder; null where that is not allowed, which ends the test by name. */
function mount(context: TestContext, place: string, ...args: string[]): void {
  try {
    execFileSync('mount', [...args, place], { stdio: 'ignore' });
  } catch {
    context.skip('mounting a file system is not allowed here');
  }
  cleanUps.push(() => execFileSync('umount', ['-l', place]));
}

describe('a full disk', () => {
  it('fails no request; rows wait, and are stored once there is space', async (context) => {
    const dataDir = join(folder, 'disk');
    mkdirSync(dataDir);
    mount(context, dataDir, '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs');
    const tokwatt = await start(dataDir);
    await chats(tokwatt, 5);
    await tokwatt.activity(5);
    const filler = openSync(join(dataDir, 'filler'), 'w');
    expect(() => {
      for (;;) writeSync(filler, Buffer.alloc(4_096));
    }).toThrow('ENOSPC');
    closeSync(filler);

    const load = keepChatting(tokwatt);
    await until('the full disk to show', degraded(tokwatt));
    expect(await ledger(tokwatt)).toMatchObject({
      message: expect.stringContaining('disk is full'),
    });
    // The totals cannot be saved either: nobody notices but the log.
    await ask(tokwatt, 'POST', '/api/counters/snapshot');
    await ask(tokwatt, 'POST', '/api/jobs', { name: 'while full' });
    expect((await allRows(tokwatt)).length).toBeGreaterThan(0);
    rmSync(join(dataDir, 'filler'));
    const sent = await afterRecovery(tokwatt, load);
    await nothingLost(tokwatt, dataDir, 5 + sent);
    expect(readFileSync(join(dataDir, 'totals.json'), 'utf8')).toContain('while full');
  });
});

describe('a folder that cannot be written', () => {
  /** Mounted read-only from the start: the kernel does not take a file away that is being written. */
  function readOnly(context: TestContext, dataDir: string): void {
    mkdirSync(dataDir, { recursive: true });
    mount(context, dataDir, '--bind', dataDir);
    execFileSync('mount', ['-o', 'remount,ro,bind', dataDir]);
  }

  it('fails no request, and is used as soon as it is writable', async (context) => {
    // The lock of a folder with so long a name is kept elsewhere.
    const dataDir = join(folder, 'with-a-long-name-'.repeat(8));
    const first = await start(dataDir);
    await chats(first, 3);
    await first.activity(3);
    await first.stop();
    readOnly(context, dataDir);
    const tokwatt = await start(dataDir);
    const load = keepChatting(tokwatt, 2);
    await until('the folder to show', degraded(tokwatt));
    expect((await ledger(tokwatt)).message).toMatch(/cannot be (opened or )?written/);
    expect(await requests(tokwatt)).toBeGreaterThanOrEqual(3);
    execFileSync('mount', ['-o', 'remount,rw,bind', dataDir]);
    const sent = await afterRecovery(tokwatt, load);
    await nothingLost(tokwatt, dataDir, 3 + sent);
  });

  it('is rejected in one line if not even its lock can be created', async (context) => {
    const dataDir = join(folder, 'short');
    readOnly(context, dataDir);
    const run = await runHeadless(['--data-dir', dataDir, '--proxy-port', '0', '--api-port', '0']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(/^tokwatt: Cannot use the data folder [^\n]*EROFS[^\n]*\n$/);
  });
});

describe('files of another user', () => {
  /** Root may write everything, so the program runs as nobody. */
  function asNobody(context: TestContext): string[] {
    if (process.getuid?.() !== 0) return [];
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    try {
      execFileSync(nobody[0]!, [...nobody.slice(1), process.execPath, HEADLESS, '--version']);
    } catch {
      context.skip('this checkout cannot be run by another user than root');
    }
    execFileSync('chown', ['-R', '65534:65534', folder]);
    return nobody;
  }

  it('fail no request; rows wait, and are stored once the files are writable', async (context) => {
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    const nobody = asNobody(context);
    const first = await start(dataDir, nobody);
    await chats(first, 3);
    await first.activity(3);
    await first.stop();
    const file = join(dataDir, 'ledger.db');
    chmodSync(file, 0o000);
    const tokwatt = await start(dataDir, nobody);
    const load = keepChatting(tokwatt, 2);
    await until('the file to show', degraded(tokwatt));
    // No empty file with a good status, where nothing can be read.
    expect(await call(tokwatt, 'GET', '/api/export/activity')).toMatchObject({
      status: 503,
      body: { code: 'ledger-unavailable' },
    });
    expect(await requests(tokwatt)).toBeGreaterThanOrEqual(3);
    chmodSync(file, 0o600);
    const sent = await afterRecovery(tokwatt, load);
    expect(await requests(tokwatt)).toBe(3 + sent);
    expect(await allRows(tokwatt, 'limit=1000')).toHaveLength(3 + sent);
    await tokwatt.stop();
    const again = await start(dataDir, nobody);
    expect(await requests(again)).toBe(3 + sent);
  });

  it('leave the totals in memory until they can be saved', async (context) => {
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    const tokwatt = await start(dataDir, asNobody(context));
    await chats(tokwatt, 4);
    const totals = join(dataDir, 'totals.json');
    await ask(tokwatt, 'POST', '/api/counters/snapshot');
    const saved = statSync(totals).mtimeMs;
    chmodSync(dataDir, 0o500);
    await chats(tokwatt, 4);
    await ask(tokwatt, 'POST', '/api/counters/snapshot');
    expect(statSync(totals).mtimeMs).toBe(saved);
    expect(await requests(tokwatt)).toBe(8);
    chmodSync(dataDir, 0o700);
    expect(await tokwatt.stop()).toBe(0);
    const again = await start(dataDir, asNobody(context));
    expect(await requests(again)).toBe(8);
  });
});

describe('no more open files', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterAll(() => agent.destroy());

  /** Over one connection that is kept: a new one would be one file more. */
  function send(url: string, method: string, body = ''): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const call = request(url, { method, agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      call.once('error', reject);
      call.end(body);
    });
  }

  it.skipIf(!existsSync('/bin/bash'))(
    'fails no request on connections that are there',
    async () => {
      const dataDir = join(folder, 'data');
      const limited = ['/bin/bash', '-c', 'ulimit -n 90; exec "$@"', 'bash'];
      const tokwatt = await start(dataDir, limited);
      const body = JSON.stringify({ model: MODEL, prompt: 'Hi', stream: false });
      const generate = async (): Promise<number> =>
        (await send(`${tokwatt.proxy}/api/generate`, 'POST', body)).status;
      const get = async (path: string): Promise<unknown> =>
        JSON.parse((await send(tokwatt.api + path, 'GET')).text);
      expect(await generate()).toBe(200);
      await get('/api/health');

      const idle: Socket[] = [];
      const proxy = new URL(tokwatt.proxy);
      for (let i = 0; i < 120; i += 1) {
        const socket = connect(Number(proxy.port), proxy.hostname).on('error', () => undefined);
        idle.push(socket);
      }
      await until('the limit', () => Promise.resolve(idle.some((socket) => socket.destroyed)));
      for (let i = 0; i < 10; i += 1) {
        // An answer without a length leaves its connection in doubt for a moment.
        await sleep(200);
        expect(await generate()).toBe(200);
      }
      // Asking for history takes a thread and a file that there may not be: an answer all the same.
      expect(await get('/api/activity')).toBeTypeOf('object');
      expect(await get('/api/usage')).toMatchObject({ totals: { requests: 11 } });

      for (const socket of idle) socket.destroy();
      // The first ones may still meet the limit: the old ones' descriptors are given back one by one.
      const answered = (): Promise<boolean> =>
        chat(tokwatt).then(
          (status) => status === 200,
          () => false,
        );
      await until('new connections', answered);
      await until('the rows to be stored', recovered(tokwatt));
      const sent = await requests(tokwatt);
      expect(sent).toBeGreaterThanOrEqual(12);
      await nothingLost(tokwatt, dataDir, sent);
    },
  );
});
