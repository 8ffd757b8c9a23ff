import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { sentence } from '../../../shared/sentences.ts';
import { TokwattError, systemCode } from '../errors.ts';
import { newSecret, storedSecret, writeSecret } from './secret-file.ts';

/** The source of the token: `TOKWATT_API_TOKEN` or the data folder. */
export type TokenSource = 'environment' | 'file';

/**
 * The API's token: `TOKWATT_API_TOKEN` if it is set, else the content of `api-token` in the data
 * folder. That file is created at the first start and only its owner can read it. All parts of the
 * program share one object, so that a new token takes effect at once.
 */
export class ApiToken {
  readonly source: TokenSource;
  readonly #file: string;
  #value: string;

  /** Throws a `usage` error if the variable holds less than 32 characters. */
  constructor(dataDir: string) {
    this.#file = join(dataDir, 'api-token');
    const given = process.env.TOKWATT_API_TOKEN ?? '';
    if (given !== '' && given.length < 32) {
      throw new TokwattError(
        'usage',
        'TOKWATT_API_TOKEN: too short to be a secret; set 32 characters or more, or unset it.',
      );
    }
    this.source = given === '' ? 'file' : 'environment';
    this.#value = given === '' ? storedSecret(this.#file) : given;
  }

  get value(): string {
    return this.#value;
  }

  /** Compares in constant time for any contents and lengths. */
  matches(given: string): boolean {
    return timingSafeEqual(digest(given), digest(this.#value));
  }

  /**
   * Replaces the token; the old one stops working at once. Throws `token` (409) if the token comes
   * from the environment, `token` (500) if the file cannot be written. The old token stays valid
   * then.
   */
  rotate(): string {
    if (this.source === 'environment') {
      throw new TokwattError('token', sentence('token_of_environment'), { status: 409 });
    }
    const token = newSecret();
    try {
      writeSecret(this.#file, token);
    } catch (error) {
      const message = sentence('token_unsaved', { code: systemCode(error) ?? 'failed' });
      throw new TokwattError('token', message, { status: 500, cause: error });
    }
    this.#value = token;
    return token;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
