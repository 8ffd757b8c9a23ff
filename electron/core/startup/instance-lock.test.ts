import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataDirInUse, askLockHolder, lockDataDir } from './instance-lock.ts';
import type { InstanceLock } from './instance-lock.ts';

let folder: string;

function lock(dir: string): Promise<InstanceLock> {
  return lockDataDir(dir, { kind: 'headless', version: '1.2.3' });
}

describe('the lock of a data folder', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a second holder out until it is released', async () => {
    const held = await lock(folder);
    await expect(lock(folder)).rejects.toThrow(/in use by another Tokwatt.*--data-dir/);
    held.release();
    (await lock(folder)).release();
  });

  it('waits for a holder that is stopping', async () => {
    const held = await lock(folder);
    held.announceEnd();
    let isTaken = false;
    const next = lock(folder).then((taken) => {
      isTaken = true;
      return taken;
    });
    // The folder is in use, so several tries fail before this.
    await vi.waitUntil(() => existsSync(join(folder, 'tokwatt.stopping')));
    await sleep(200);
    expect(isTaken).toBe(false);
    held.release();
    const second = await next;
    // The mark was the first one's.
    await expect(lock(folder)).rejects.toThrow(/in use/);
    second.release();
  });

  it('does not wait for a mark that a dead process left', async () => {
    const held = await lock(folder);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(folder, 'tokwatt.stopping'), `${pid}\n`);
    await expect(lock(folder)).rejects.toThrow(/in use/);
    held.release();
  });

  it('recognises a folder by another name', async () => {
    const held = await lock(folder);
    await expect(lock(join(folder, '..', folder.split('/').at(-1)!))).rejects.toThrow();
    held.release();
  });

  it('takes over from a process that was killed', async () => {
    const script = `
      require('net').createServer().listen(${JSON.stringify(join(folder, 'tokwatt.lock'))}, () =>
        process.kill(process.pid, 'SIGKILL'));`;
    await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined);
    expect(existsSync(join(folder, 'tokwatt.lock'))).toBe(true);
    (await lock(folder)).release();
  });

  it('creates the folder, for any length of its name', async () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(60));
    const held = await lock(deep);
    await expect(lock(deep)).rejects.toThrow('in use');
    held.release();
  });

  it('says why a folder cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(lock(join(folder, 'file', 'below'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  it('tells who holds it, and where its API is as soon as it listens', async () => {
    expect(await askLockHolder(folder)).toBe('nobody');
    const before = Date.now();
    const held = await lock(folder);
    const starting = await askLockHolder(folder);
    if (typeof starting === 'string') throw new Error(starting);
    expect(starting).toMatchObject({
      kind: 'headless',
      version: '1.2.3',
      pid: process.pid,
      api: null,
    });
    expect(starting.since).toBeGreaterThanOrEqual(before);
    expect(starting.knowsToken('the token')).toBe(false);

    held.serves('http://127.0.0.1:9', () => 'the token');
    const ready = await askLockHolder(folder);
    if (typeof ready === 'string') throw new Error(ready);
    expect(ready.api).toBe('http://127.0.0.1:9');
    // Only a process that has the token can prove it.
    expect(ready.knowsToken('the token')).toBe(true);
    expect(ready.knowsToken('another token')).toBe(false);
    held.release();
  });

  it('names its holder to whom it refuses', async () => {
    const held = await lock(folder);
    const refused: unknown = await lock(folder).catch((error: unknown) => error);
    if (!(refused instanceof DataDirInUse)) throw new Error('not refused');
    expect(refused.holder?.pid).toBe(process.pid);
    expect(refused.message).toMatch(
      new RegExp(`\\(headless, version 1\\.2\\.3, process ${process.pid}, running since 2`),
    );
    held.release();
  });

  it('is refused by a holder that does not say who it is', async () => {
    // Earlier versions close each connection at once.
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(join(folder, 'tokwatt.lock'), resolve));
    expect(await askLockHolder(folder)).toBe('silent');
    const refused: unknown = await lock(folder).catch((error: unknown) => error);
    expect(refused).toMatchObject({ holder: null, code: 'data-dir' });
    silent.close();
  });

  it.each(['', 'GET / HTTP/1.1\r\n\r\n', 'x'.repeat(10_000)])(
    'survives a question that is none',
    async (text) => {
      const held = await lock(folder);
      const socket = createConnection(join(folder, 'tokwatt.lock'));
      socket.on('error', () => undefined);
      socket.write(text);
      expect(typeof (await askLockHolder(folder))).toBe('object');
      socket.destroy();
      held.release();
    },
  );
});
