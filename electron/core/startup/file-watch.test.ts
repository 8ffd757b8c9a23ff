import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import { watchFile } from './file-watch.ts';
import type { FileWatchOptions } from './file-watch.ts';

let folder: string;
let path: string;
let seen = 0;
let end = (): void => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-watch-'));
  path = join(folder, 'settings.json');
  seen = 0;
});
afterEach(() => {
  end();
  rmSync(folder, { recursive: true, force: true });
});

function watch(options: Partial<FileWatchOptions> = {}): void {
  end = watchFile({ path, onChange: () => (seen += 1), log: SILENT_LOG, ...options });
}

async function changes(count: number): Promise<void> {
  for (let tries = 0; seen < count; tries += 1) {
    if (tries === 400) throw new Error('The change was not seen.');
    await sleep(25);
  }
}

describe('a watched file', () => {
  it('is reported when created, changed, replaced or deleted', async () => {
    watch();
    writeFileSync(path, '{}');
    await changes(1);
    writeFileSync(path, '{"a": 1}');
    await changes(2);
    writeFileSync(join(folder, 'other.json'), '{"a": 2}');
    renameSync(join(folder, 'other.json'), path);
    await changes(3);
    rmSync(path);
    await changes(4);
  });

  it('is reported once when it is written in several steps, and not for other files', async () => {
    watch();
    for (const text of ['{', '{"a"', '{"a": 1}']) writeFileSync(path, text);
    await changes(1);
    writeFileSync(join(folder, 'settings.json.tmp'), 'x');
    await sleep(400);
    expect(seen).toBe(1);
  });

  it.skipIf(process.platform === 'win32')('is seen behind a symbolic link', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'mine.json'), '{}');
    symlinkSync(join(elsewhere, 'mine.json'), path);
    watch();
    writeFileSync(join(elsewhere, 'mine.json'), '{"a": 1}');
    await changes(1);
  });

  it('is polled if its folder cannot be watched', async () => {
    watch({
      watch: () => {
        throw Object.assign(new Error('no'), { code: 'ENOSPC' });
      },
    });
    writeFileSync(path, '{}');
    await changes(1);
    end();
    writeFileSync(path, '{"a": 1}');
    await sleep(2_500);
    expect(seen).toBe(1);
  });
});
