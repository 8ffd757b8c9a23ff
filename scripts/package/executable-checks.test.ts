import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { targetOf } from './check-artifact.mjs';
import { archiveHash, integrityProblems, statedHash } from './executable-checks.mjs';
import { elfLength } from './unpack-artifact.mjs';

const HEADER = JSON.stringify({ files: { 'main.js': { size: 3, offset: '0' } } });
const HASH = createHash('sha256').update(HEADER).digest('hex');
const OTHER = 'ab'.repeat(32);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-executable-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: Buffer | string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** As asar writes it: 4, the size of the header's pickle, the size of its payload, the length of its text. */
function archive(): string {
  const sizes = Buffer.alloc(16);
  [4, HEADER.length + 8, HEADER.length + 4, HEADER.length].forEach((size, index) =>
    sizes.writeUInt32LE(size, index * 4),
  );
  return put('app.asar', Buffer.concat([sizes, Buffer.from(`${HEADER}abc`)]));
}

function plist(hash: string): string {
  const dict = `<dict><key>algorithm</key><string>SHA256</string><key>hash</key><string>${hash}</string></dict>`;
  return `<key>ElectronAsarIntegrity</key><dict><key>Resources/app.asar</key>${dict}</dict>`;
}

describe('what is fixed in an executable', () => {
  test('the hash of the archive is that of its header', async () => {
    expect(await archiveHash(archive())).toBe(HASH);
  });

  test('the hash is read from the executable of Windows and the property list of macOS', () => {
    const list = String.raw`..[{"file":"resources\\app.asar","alg":"SHA256","value":"${OTHER}"}]..`;
    expect(statedHash('win32', list)).toBe(OTHER);
    expect(statedHash('win32', 'nothing')).toBeNull();
    expect(statedHash('darwin', plist(OTHER))).toBe(OTHER);
    expect(statedHash('darwin', '<dict></dict>')).toBeNull();
  });

  test('another hash than the archive has is a problem, and so is none', async () => {
    const check = (text: string) =>
      integrityProblems({
        platform: 'darwin',
        archive: archive(),
        holder: put('Info.plist', text),
      });
    expect(await check(plist(HASH))).toEqual([]);
    expect(await check(plist(OTHER))).toEqual([
      `it states the hash ${OTHER} of app.asar, which is ${HASH}`,
    ]);
    expect(await check('')).toEqual(['it states no hash of app.asar']);
  });

  test('the name of a package tells its target', () => {
    expect(targetOf('/x/Tokwatt-0.1.0-mac-arm64.zip')).toEqual({
      platform: 'darwin',
      arch: 'arm64',
    });
    expect(targetOf('tokwatt-0.1.0.aarch64.rpm')).toEqual({ platform: 'linux', arch: 'arm64' });
    expect(targetOf('Tokwatt-0.1.0-portable-x64.exe')).toEqual({ platform: 'win32', arch: 'x64' });
  });

  test('what follows a program begins after its section headers', async () => {
    const program = Buffer.alloc(64);
    Buffer.from([0x7f, 0x45, 0x4c, 0x46]).copy(program);
    program.writeBigUInt64LE(1000n, 0x28);
    program.writeUInt16LE(64, 0x3a);
    program.writeUInt16LE(3, 0x3c);
    expect(await elfLength(put('program', program))).toBe(1192);
    await expect(elfLength(put('text', 'x'.repeat(64)))).rejects.toThrow('text is no program');
  });
});
