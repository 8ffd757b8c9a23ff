import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogFile } from './log-file.ts';

/** A busy disk may take a while. */
const PATIENT = { timeout: 10_000 };

describe('the log file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-log-'));
    path = join(folder, 'tokwatt.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const text = (): string => readFileSync(path, 'utf8');
  const written = (expected: string): Promise<void> =>
    vi.waitFor(() => expect(text()).toBe(expected), PATIENT);

  it('gets every line in order, after its old content', async () => {
    writeFileSync(path, 'earlier\n');
    const file = new LogFile(path);
    for (const line of ['one\n', 'two\n', 'drei ☃\n']) file.write(line);
    await written('earlier\none\ntwo\ndrei ☃\n');
  });

  it('gets the last lines at the end of the process, at once', () => {
    const file = new LogFile(path);
    // The first line is being written already; the others wait for it.
    for (const line of ['one\n', 'two\n', 'three\n']) file.write(line);
    file.flush();
    expect(text()).toContain('two\nthree\n');
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    const file = new LogFile(path, 10);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    file.write('123456789\n');
    await written('123456789\n');
    file.write('next\n');
    await written('next\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  });

  it('is bounded: with its predecessor, twice the limit', async () => {
    const file = new LogFile(path, 1_000);
    for (let count = 0; count < 500; count += 1) {
      const line = `${'x'.repeat(95)}${String(count).padStart(4, '0')}\n`;
      file.write(line);
      await vi.waitFor(() => expect(text().endsWith(line)).toBe(true), { ...PATIENT, interval: 1 });
      expect(statSync(path).size).toBeLessThanOrEqual(1_000);
    }
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1_000);
  });

  it('is emptied if it cannot be renamed', async () => {
    mkdirSync(join(`${path}.1`, 'in-the-way'), { recursive: true });
    const file = new LogFile(path, 10);
    file.write('123456789\n');
    await written('123456789\n');
    file.write('next\n');
    await written('next\n');
  });

  it('drops lines if the disk is too slow', () => {
    const file = new LogFile(path);
    const line = `${'x'.repeat(999)}\n`;
    for (let count = 0; count < 2_000; count += 1) file.write(line);
    file.flush();
    expect(statSync(path).size).toBeLessThan(300_000);
  });

  it('is refused at the start if it cannot be created', () => {
    mkdirSync(path);
    expect(() => new LogFile(path)).toThrow();
    expect(() => new LogFile(join(folder, 'nowhere', 'tokwatt.log'))).toThrow();
  });
});
