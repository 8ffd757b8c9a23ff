import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** 256 bits in base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Returns the secret in a file, which is created at the first start. If the file cannot be read or
 * written, the secret is valid for this run only and is stored nowhere.
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
    // The folder is not writable, so the secret stays in memory for this run.
  }
  return secret;
}

/**
 * Writes the file atomically. Only the owner has access, from its creation on. Throws a system
 * error.
 */
export function writeSecret(file: string, secret: string): void {
  const fresh = `${file}.new`;
  // A file left by an earlier crash would keep its own permissions.
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}

/** 256 random bits as 43 characters that need no quoting. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
