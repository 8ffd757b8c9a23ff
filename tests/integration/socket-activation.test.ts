/** Listening sockets that a service manager opens: no connection is lost over a restart. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askLockHolder } from '../../electron/core/startup/instance-lock.ts';
import { freePort } from '../support/free-port.ts';
import { HEADLESS, startHeadless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';

/** Starts Tokwatt again and again on the sockets that it inherits as 3 and 4, as systemd does. */
const MANAGER = `while :; do bash -c 'LISTEN_PID=$$ exec "$@"' -- "$@"; done`;

function isMissing(): boolean {
  try {
    execFileSync('systemd-socket-activate', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

let upstream: RecordedUpstream;
let dataDir: string;
beforeAll(async () => {
  upstream = await startRecordedUpstream();
  dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-sockets-'));
});
afterAll(async () => {
  await upstream.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function corePid(): Promise<number | null> {
  const holder = await askLockHolder(dataDir);
  return typeof holder === 'string' ? null : holder.pid;
}

/** One chat on a new connection: its status, or the code of its error. */
function chat(port: number): Promise<number | string> {
  return new Promise((settle) => {
    const agent = new Agent({ keepAlive: false });
    const sent = request({ port, path: '/api/chat', method: 'POST', agent }, (answer) => {
      answer.resume().on('end', () => settle(answer.statusCode ?? 0));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    sent.end(JSON.stringify({ model: MODEL, messages: [], stream: false }));
  });
}

describe.skipIf(process.platform !== 'linux' || isMissing())('sockets of systemd', () => {
  it('lose no connection over restarts under load', { timeout: 90_000 }, async () => {
    const [proxyPort, apiPort] = [await freePort(), await freePort()];
    const listen = [proxyPort, apiPort].flatMap((port) => ['-l', `127.0.0.1:${port}`]);
    const flags = ['--proxy-port', `${proxyPort}`, '--api-port', `${apiPort}`];
    const core = [process.execPath, HEADLESS, ...flags, '--data-dir', dataDir];
    const manager: ChildProcess = spawn(
      'systemd-socket-activate',
      [...listen, 'bash', '-c', MANAGER, '--', ...core, '--upstream', upstream.url],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let starts = 0;
    manager.stdout?.on('data', (chunk: Buffer) => {
      starts += chunk.toString().split('"ready"').length - 1;
    });
    let log = '';
    manager.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => log, { timeout: 10_000 }).toMatch(/Listening on 127/);
    let isOver = false;
    const outcomes = new Map<number | string, number>();
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const outcome = await chat(proxyPort);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    });
    for (let restart = 1; restart <= 3; restart += 1) {
      await expect.poll(() => starts, { timeout: 20_000 }).toBe(restart);
      await sleep(300);
      process.kill((await corePid()) ?? 0, 'SIGTERM');
    }
    await expect.poll(() => starts, { timeout: 20_000 }).toBe(4);
    await sleep(300);
    isOver = true;
    await Promise.all(load);
    const last = await corePid();
    manager.kill('SIGKILL');
    process.kill(last ?? 0, 'SIGTERM');
    await once(manager, 'close');
    expect([...outcomes.keys()]).toEqual([200]);
    expect(log).not.toMatch(/inherited socket is unused/);
  });
});

describe.skipIf(process.platform !== 'linux' || isMissing())(
  'sockets of systemd, with the guard',
  () => {
    it('stay with the guard when the core is killed', { timeout: 90_000 }, async () => {
      const [proxyPort, apiPort] = [await freePort(), await freePort()];
      const listen = [proxyPort, apiPort].flatMap((port) => ['-l', `127.0.0.1:${port}`]);
      const flags = ['--proxy-port', `${proxyPort}`, '--api-port', `${apiPort}`];
      const guard = spawn(
        'systemd-socket-activate',
        [
          ...[...listen, process.execPath, resolve(HEADLESS, '../guard.cjs'), ...flags],
          ...['--data-dir', dataDir, '--upstream', upstream.url],
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      let out = '';
      guard.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      let log = '';
      guard.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
      await expect.poll(() => log, { timeout: 10_000 }).toMatch(/Listening on 127/);
      expect(await chat(proxyPort)).toBe(200);
      await expect.poll(() => out, { timeout: 20_000 }).toMatch(/"ready"/);
      // The guard has the sockets of the core before its first heartbeat.
      await sleep(200);
      for (let kill = 1; kill <= 2; kill += 1) {
        process.kill((await corePid()) ?? 0, 'SIGKILL');
        for (let n = 0; n < 5; n += 1) expect(await chat(proxyPort)).toBe(200);
        await expect
          .poll(() => log.match(/the core is back/g)?.length, { timeout: 30_000 })
          .toBe(kill);
      }
      guard.kill('SIGTERM');
      expect(await once(guard, 'close')).toEqual([0, null]);
      expect(log).not.toMatch(/EADDRINUSE|is unused/);
    });
  },
);

describe.skipIf(process.platform === 'win32')('SIGHUP to a service', () => {
  it('reads the settings again and drops no stream', async () => {
    const stepped = await startSteppedUpstream();
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-hup-'));
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, JSON.stringify({ proxyPort: await freePort(), apiPort: 0 }));
    const args = ['--upstream', stepped.url];
    const env = { TOKWATT_SERVICE: '1' };
    const tokwatt = await startHeadless({ args, env, dataDir: folder, ports: 'settings' });
    const body = JSON.stringify({ model: 'stepped', stream: true, messages: [] });
    const answer = await fetch(`${tokwatt.proxy}/v1/chat/completions`, { method: 'POST', body });
    tokwatt.process.kill('SIGHUP');
    await expect.poll(() => tokwatt.stderr()).toMatch(/settings are read again/);
    stepped.step();
    stepped.finish();
    expect(await answer.text()).toMatch(/\[DONE\]/);
    expect(await tokwatt.stop()).toBe(0);
    await stepped.stop();
    rmSync(folder, { recursive: true });
  });
});
