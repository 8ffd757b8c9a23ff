import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiToken } from './api-token.ts';

let folder: string;
const file = (): string => join(folder, 'api-token');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-token-'));
  vi.stubEnv('TOKWATT_API_TOKEN', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('it is created once, only for its owner, and found again', () => {
  const token = new ApiToken(folder);
  expect(token.source).toBe('file');
  expect(token.value).toMatch(/^[\w-]{43}$/);
  expect(readFileSync(file(), 'utf8')).toBe(`${token.value}\n`);
  if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(new ApiToken(folder).value).toBe(token.value);
});

test.skipIf(process.platform === 'win32')('what a start left behind lends it no rights', () => {
  writeFileSync(`${file()}.new`, 'half', { mode: 0o644 });
  const token = new ApiToken(folder);
  expect(readFileSync(file(), 'utf8')).toBe(`${token.value}\n`);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('only the token matches, for any length of the other one', () => {
  const token = new ApiToken(folder);
  expect(token.matches(token.value)).toBe(true);
  const { value } = token;
  for (const other of ['', value.slice(1), `${value}x`, value.toLowerCase(), 'ü'.repeat(43)]) {
    expect(token.matches(other)).toBe(false);
  }
});

test('a new token is valid at once, and after a restart', () => {
  const token = new ApiToken(folder);
  const old = token.value;
  const fresh = token.rotate();
  expect(fresh).not.toBe(old);
  expect([token.matches(old), token.matches(fresh)]).toEqual([false, true]);
  expect(new ApiToken(folder).value).toBe(fresh);
});

test('a token that cannot be saved changes nothing', () => {
  const token = new ApiToken(folder);
  const { value } = token;
  rmSync(folder, { recursive: true });
  expect(() => token.rotate()).toThrow(expect.objectContaining({ code: 'token', status: 500 }));
  expect(token.value).toBe(value);
});

test('the token of the environment is used and cannot be replaced', () => {
  const given = 'a-token-that-somebody-chose-for-it-0123456789';
  vi.stubEnv('TOKWATT_API_TOKEN', given);
  const token = new ApiToken(folder);
  expect([token.source, token.value]).toEqual(['environment', given]);
  expect(() => token.rotate()).toThrow(expect.objectContaining({ code: 'token', status: 409 }));
  vi.stubEnv('TOKWATT_API_TOKEN', 'too-short');
  expect(() => new ApiToken(folder)).toThrow(/TOKWATT_API_TOKEN: too short/);
});

test('a file with other content is replaced', () => {
  writeFileSync(file(), 'none\n', { mode: 0o644 });
  const token = new ApiToken(folder);
  expect(readFileSync(file(), 'utf8').trim()).toBe(token.value);
  if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);
});
