import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nativeFormat } from './native-format.mjs';

/** A header as the formats define it; what follows is empty. */
function header(magic: number[], at: number, value: number, bytes: 2 | 4): Buffer {
  const file = Buffer.alloc(256);
  Buffer.from(magic).copy(file);
  file.writeUIntLE(value, at, bytes);
  return file;
}

function windows(machine: number): Buffer {
  const file = header([0x4d, 0x5a], 0x3c, 0x80, 4);
  file.write('PE\0\0', 0x80, 'latin1');
  file.writeUInt16LE(machine, 0x84);
  return file;
}

describe('the format of a native file', () => {
  const elf = [0x7f, 0x45, 0x4c, 0x46];
  const macho = [0xcf, 0xfa, 0xed, 0xfe];
  test.each([
    [header(elf, 18, 0x3e, 2), 'linux-x64'],
    [header(elf, 18, 0xb7, 2), 'linux-arm64'],
    [header(elf, 18, 0x16, 2), 'linux-unknown'],
    [header(macho, 4, 0x0100000c, 4), 'darwin-arm64'],
    [header(macho, 4, 0x01000007, 4), 'darwin-x64'],
    [windows(0x8664), 'win32-x64'],
    [windows(0xaa64), 'win32-arm64'],
    [header([0x4d, 0x5a], 0x3c, 0xffff, 4), 'unknown'],
    [Buffer.from('#!/bin/sh'), 'unknown'],
    [Buffer.alloc(0), 'unknown'],
  ])('is read from its header (%#: %s)', (file, format) => {
    expect(nativeFormat(file)).toBe(format);
  });

  test('a library that names musl is told from one for glibc', () => {
    const musl = header(elf, 18, 0x3e, 2);
    musl.write('\0libc.musl-x86_64.so.1\0', 100, 'latin1');
    expect(nativeFormat(musl)).toBe('linux-x64-musl');
  });

  test('the executable of this process is for this machine', () => {
    const { platform, arch } = process;
    expect(nativeFormat(readFileSync(process.execPath))).toMatch(
      new RegExp(`^${platform}-${arch}(-musl)?$`),
    );
  });
});
