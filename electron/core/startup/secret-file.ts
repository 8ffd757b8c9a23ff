import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** 256 bits, as text. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * The secret that a file holds, made at the first start. It lasts for this run only where the file
 * cannot be read or written, so that nobody else can know it.
 */
export function storedSecret(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (SECRET.test(secret)) return secret;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return newSecret();
  }
  const secret = newSecret();
  try {
    writeSecret(file, secret);
  } catch {
    // A folder that cannot be written: the secret lasts for this run, and nobody can read it.
  }
  return secret;
}

/** In one step, and with the owner's rights alone from the first moment on. Throws a system error. */
export function writeSecret(file: string, secret: string): void {
  const fresh = `${file}.new`;
  // One that was left behind would keep its own rights.
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** 256 random bits as 43 characters that need no quoting anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
