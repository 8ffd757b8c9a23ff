import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentProblems } from './check-contents.mjs';
import { nativePackages } from './natives.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-contents-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const MODULES = join('resources', 'app.asar.unpacked', 'node_modules');

function put(name: string, content: Buffer | string = ''): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The header of a Linux library for x64 (0x3e) or arm64 (0xb7). */
function library(machine = 0x3e): Buffer {
  const file = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46]).copy(file);
  file.writeUInt16LE(machine, 18);
  return file;
}

function putAll(): void {
  for (const native of nativePackages('linux', 'x64')) {
    put(join(MODULES, native.name, native.file), library());
  }
  for (const locale of ['de', 'en-US', 'zh-CN']) put(join('locales', `${locale}.pak`));
}

function problems(): Promise<string[]> {
  const resources = join(folder, 'resources');
  return contentProblems({ folder, resources, platform: 'linux', arch: 'x64' });
}

describe('the contents of a package', () => {
  test("are right with the target's natives and the catalogue's languages", async () => {
    putAll();
    expect(await problems()).toEqual([]);
  });

  test('must not have a native file of another C library, platform or processor', async () => {
    putAll();
    put(join(MODULES, '@libsql/linux-x64-musl/index.node'), library());
    put('resources/elsewhere.node', 'MZ');
    put(join(MODULES, '@libsql/linux-x64-gnu/index.node'), library(0xb7));
    expect((await problems()).toSorted()).toEqual([
      `${join(MODULES, '@libsql/linux-x64-gnu/index.node')} is for linux-arm64, not for linux-x64`,
      `${join(MODULES, '@libsql/linux-x64-musl/index.node')} (linux-x64) does not belong to this target`,
      `${join('resources', 'elsewhere.node')} (unknown) does not belong to this target`,
    ]);
  });

  test('must have both natives and all languages', async () => {
    put(join('locales', 'de.pak'));
    put(join('locales', 'fr.pak'));
    expect(await problems()).toEqual([
      `${join(MODULES, '@libsql/linux-x64-gnu/index.node')} is missing`,
      `${join(MODULES, '@koromix/koffi-linux-x64/linux_x64/koffi.node')} is missing`,
      'no locale en-US',
      'no locale zh-CN',
      'the locale fr is not in the catalogue',
    ]);
  });
});
