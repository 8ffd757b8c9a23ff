import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TokwattError, systemCode } from '../errors.ts';

/** 256 bits, as text. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The API's token: `TOKWATT_API_TOKEN` where it is set, else the one in the data folder's file
 * `api-token`, which only its owner can read and which is made at the first start. Throws a `usage`
 * error if the variable holds less than 32 characters.
 */
export function apiToken(dataDir: string): string {
  const given = process.env.TOKWATT_API_TOKEN ?? '';
  if (given !== '') {
    if (given.length >= 32) return given;
    throw new TokwattError(
      'usage',
      'TOKWATT_API_TOKEN: too short to be a secret; set 32 characters or more, or unset it.',
    );
  }
  return storedToken(join(dataDir, 'api-token'));
}

function storedToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (TOKEN.test(token)) return token;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return newToken();
  }
  const token = newToken();
  try {
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
  } catch {
    // A folder that cannot be written: the token lasts for this run, and nobody can read it.
  }
  return token;
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in a time that does not depend on where two tokens differ. */
export function isToken(given: string, token: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(token);
  return a.length === b.length && timingSafeEqual(a, b);
}
