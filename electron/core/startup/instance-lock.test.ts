import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './instance-lock.ts';

let folder: string;

describe('the lock of a data folder', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a second holder out until it is released', async () => {
    const lock = await lockDataDir(folder);
    await expect(lockDataDir(folder)).rejects.toThrow(/in use by another Tokwatt.*--data-dir/);
    lock.release();
    (await lockDataDir(folder)).release();
  });

  it('recognises a folder by another name', async () => {
    const lock = await lockDataDir(folder);
    await expect(lockDataDir(join(folder, '..', folder.split('/').at(-1)!))).rejects.toThrow();
    lock.release();
  });

  it('takes over from a process that was killed', async () => {
    const script = `
      require('net').createServer().listen(${JSON.stringify(join(folder, 'tokwatt.lock'))}, () =>
        process.kill(process.pid, 'SIGKILL'));`;
    await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined);
    expect(existsSync(join(folder, 'tokwatt.lock'))).toBe(true);
    (await lockDataDir(folder)).release();
  });

  it('creates the folder, for any length of its name', async () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(60));
    const lock = await lockDataDir(deep);
    await expect(lockDataDir(deep)).rejects.toThrow('in use');
    lock.release();
  });

  it('says why a folder cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(lockDataDir(join(folder, 'file', 'below'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
