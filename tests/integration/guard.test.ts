/** The guard that holds the ports while the core is away, as real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askLockHolder } from '../../electron/core/startup/instance-lock.ts';
import { call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  MODEL,
  OUTPUT_TOKENS,
  PACED,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const GUARD = resolve(import.meta.dirname, '../../dist/guard.cjs');
const BODY = JSON.stringify({ model: MODEL, messages: [], stream: false });

let upstream: RecordedUpstream;
let paced: RecordedUpstream;
const running: Headless[] = [];

async function guarded(...more: readonly string[]): Promise<Headless> {
  const ports = ['--proxy-port', `${await freePort()}`, '--api-port', `${await freePort()}`];
  const args = [...ports, '--upstream', upstream.url, ...more];
  const tokwatt = await startHeadless({ script: GUARD, args, ports: 'settings' });
  running.push(tokwatt);
  return tokwatt;
}

async function corePid({ dataDir }: Headless): Promise<number> {
  const holder = await askLockHolder(dataDir);
  if (typeof holder === 'string') throw new Error(`The lock is held by ${holder}.`);
  return holder.pid;
}

/** One request on a connection of its own; the answer's status. */
async function chat(url: string): Promise<number> {
  const headers = { connection: 'close' };
  const answer = await fetch(`${url}/api/chat`, { method: 'POST', body: BODY, headers });
  await answer.text();
  return answer.status;
}

async function rows(tokwatt: Headless): Promise<number> {
  const { activity } = (await tokwatt.get('/api/activity?limit=1000')) as { activity: unknown[] };
  return activity.length;
}

/** Asks the API, on a connection of its own. */
function api(tokwatt: Headless): Promise<Response> {
  return fetch(`${tokwatt.api}/metrics`, { headers: { connection: 'close' } });
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  paced = await startRecordedUpstream(PACED);
});
afterAll(() => Promise.all([upstream.stop(), paced.stop()]));
afterEach(async () => {
  await Promise.all(running.splice(0).map((tokwatt) => tokwatt.stop()));
});

describe.skipIf(process.platform === 'win32')('a core that is killed', () => {
  it('costs no new connection: bytes pass until it is back, and are metered then', async () => {
    const tokwatt = await guarded('--upstream', `slow=${paced.url}`);
    const slow = tokwatt.proxies[1]?.url ?? '';
    const cut = Promise.allSettled(
      [1, 2, 3].map(async () => {
        const body = JSON.stringify({ model: MODEL, messages: [] });
        return (await fetch(`${slow}/api/chat`, { method: 'POST', body })).text();
      }),
    );
    expect(await chat(tokwatt.proxy)).toBe(200);
    await tokwatt.activity(1);
    const first = await corePid(tokwatt);
    process.kill(first, 'SIGKILL');
    const statuses = new Set<number>();
    let asked = 0;
    const apis = new Set<number>();
    // Until the core answers again for itself, after the guard has.
    for (; !apis.has(503) || !apis.has(200); asked += 1) {
      statuses.add(await chat(tokwatt.proxy));
      apis.add((await api(tokwatt)).status);
    }
    await cut;
    expect([...statuses]).toEqual([200]);
    expect(apis.size).toBe(2);
    expect(await corePid(tokwatt)).not.toBe(first);
    const before = await rows(tokwatt);
    expect(before).toBeLessThan(asked + 1);
    expect(await chat(tokwatt.proxy)).toBe(200);
    await tokwatt.activity(before + 1);
    expect(tokwatt.stderr()).toMatch(/guard: the core ended \(SIGKILL\)/);
    expect(await gaps(tokwatt)).toHaveLength(1);
  });

  it('meters the next request of a connection that a client kept', async () => {
    const tokwatt = await guarded();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    process.kill(await corePid(tokwatt), 'SIGSTOP');
    const stopped = stoppedPid(tokwatt);
    expect(await keptChat(agent, tokwatt.proxy)).toMatchObject({ status: 200, isReused: false });
    process.kill(stopped, 'SIGCONT');
    await expect.poll(() => tokwatt.stderr(), { timeout: 20_000 }).toMatch(/core is back/);
    const before = await rows(tokwatt);
    expect(await keptChat(agent, tokwatt.proxy)).toMatchObject({ status: 200, isReused: true });
    await tokwatt.activity(before + 1);
    expect(await keptChat(agent, tokwatt.proxy)).toMatchObject({ status: 200, isReused: true });
    await tokwatt.activity(before + 2);
    agent.destroy();
  });

  it('is not started again if it never ran, or was asked to end', async () => {
    const wrong = spawn(process.execPath, [GUARD, '--proxy-port', 'x']);
    let stderr = '';
    wrong.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    expect(await once(wrong, 'close')).toEqual([2, null]);
    expect(stderr).toMatch(/--proxy-port/);
    const tokwatt = await guarded();
    expect(await tokwatt.stop()).toBe(0);
    await expect(chat(tokwatt.proxy)).rejects.toThrow('fetch failed');
  });

  it('has no guard with TOKWATT_GUARD=off', async () => {
    const port = await freePort();
    const alone = await startHeadless({
      script: GUARD,
      args: ['--proxy-port', `${port}`, '--upstream', upstream.url],
      env: { TOKWATT_GUARD: 'off', TOKWATT_API_PORT: '0' },
      ports: 'settings',
    });
    running.push(alone);
    expect(await corePid(alone)).toBe(alone.process.pid);
  });
});

/** The core that is stopped; its lock does not answer any more. */
function stoppedPid(tokwatt: Headless): number {
  const pid = tokwatt.process.pid ?? 0;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

interface Kept {
  readonly status: number;
  readonly isReused: boolean;
}

function keptChat(agent: Agent, url: string): Promise<Kept> {
  return new Promise((settle, reject) => {
    const sent = request(`${url}/api/chat`, { method: 'POST', agent }, (answer) => {
      answer.resume().on('end', () => {
        settle({ status: answer.statusCode ?? 0, isReused: sent.reusedSocket });
      });
    });
    sent.on('error', reject).end(BODY);
  });
}

/** The times without metering that the charts shade. */
async function gaps(tokwatt: Headless): Promise<{ from: number; to: number }[]> {
  const now = Date.now();
  const { body } = await call<{ off: { from: number; to: number }[] }>(
    tokwatt,
    'GET',
    `/api/history?from=${now - 600_000}&to=${now + 60_000}&points=100`,
  );
  return body.off;
}

describe.skipIf(process.platform !== 'linux')('a core that is silent', () => {
  it('is passed by until it answers again', { timeout: 90_000 }, async () => {
    const tokwatt = await guarded();
    expect(await chat(tokwatt.proxy)).toBe(200);
    const pid = await corePid(tokwatt);
    process.kill(pid, 'SIGSTOP');
    // Answered while the core is stopped, though it was sent before anybody knew.
    expect(await chat(tokwatt.proxy)).toBe(200);
    expect(tokwatt.stderr()).toMatch(/the core is silent/);
    await sleep(500);
    expect(await chat(tokwatt.proxy)).toBe(200);
    process.kill(pid, 'SIGCONT');
    await expect.poll(() => tokwatt.stderr(), { timeout: 20_000 }).toMatch(/core is back; 2 conn/);
    expect(await corePid(tokwatt)).toBe(pid);
    const before = await rows(tokwatt);
    expect(await chat(tokwatt.proxy)).toBe(200);
    const all = await tokwatt.activity(before + 1);
    expect(all[0]?.usage.output_tokens).toBe(OUTPUT_TOKENS);
    const [gap] = await gaps(tokwatt);
    expect(gap).toBeDefined();
    expect((gap?.to ?? 0) - (gap?.from ?? 0)).toBeGreaterThan(5_000);
  });
});

describe.skipIf(process.platform === 'win32')('whatever a core sends', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((each) => rmSync(each, { recursive: true })));

  it('the guard goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-guard-'));
    folders.push(folder);
    const dist = resolve(GUARD, '..');
    for (const name of readdirSync(dist)) {
      if (/^(?:guard|.*\.chunk)\.cjs$/.test(name))
        copyFileSync(join(dist, name), join(folder, name));
    }
    writeFileSync(join(folder, 'headless.cjs'), HOSTILE_CORE);
    const guard = spawn(process.execPath, [join(folder, 'guard.cjs')], { stdio: 'pipe' });
    let stdout = '';
    guard.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await expect.poll(() => stdout, { timeout: 20_000 }).toMatch(/sent \d+\n/);
    expect(guard.exitCode).toBeNull();
    const port = Number(/port (\d+)/.exec(stdout)?.[1]);
    // It ends itself, and the guard then answers for the only socket that was sent in a whole message.
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(503);
    guard.kill('SIGTERM');
    await once(guard, 'close');
  });
});

/** Sends what no core sends, thousands of times, with and without handles, then one whole heartbeat, and crashes. */
const HOSTILE_CORE = `
const net = require('node:net');
const fs = require('node:fs');
const random = (n) => Math.floor(Math.random() * n);
const atoms = [null, true, 0, -1, 1e308, NaN, '', 'x'.repeat(999), [], {}, [[]], { port: 1 }, { address: '::1' }];
const value = (depth) => {
  if (depth === 0 || random(3) === 0) return atoms[random(atoms.length)];
  const keys = ['beat', 'listener', 'address', 'port', 'to', 'host', 'cmd', 'type', '__proto__'];
  if (random(2) === 0) return Array.from({ length: random(5) }, () => value(depth - 1));
  return Object.fromEntries(Array.from({ length: random(5) }, () => [keys[random(keys.length)], value(depth - 1)]));
};
if (fs.existsSync(__dirname + '/crashed')) setInterval(() => undefined, 1000);
else {
  const server = net.createServer().listen(0, '127.0.0.1', async () => {
    const { port } = server.address();
    let sent = 0;
    for (; sent < 5000; sent += 1) {
      const handle = sent % 500 === 0 ? server._handle : undefined;
      await new Promise((done) => process.send(value(4) ?? 0, handle, {}, done));
    }
    const at = { address: '127.0.0.1', port };
    await new Promise((done) => process.send({ listener: at }, server._handle, {}, done));
    await new Promise((done) => process.send({ beat: [{ ...at, to: null }] }, undefined, {}, done));
    fs.writeFileSync(__dirname + '/crashed', '');
    process.stdout.write('port ' + port + ' sent ' + sent + '\\n', () => process.abort());
  });
}
`;
