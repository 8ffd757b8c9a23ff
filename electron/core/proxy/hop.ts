import type { KeyObject } from 'node:crypto';
import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The result of checking a hop header: no header; a valid header of a known instance; an unproven
 * one.
 */
export type HopVerdict = 'none' | 'counted' | 'claimed';

export interface HopsOptions {
  /** This instance's own key. */
  readonly key: string;
  /**
   * The keys of trusted instances from the current settings, by the names that the user gave them.
   */
  readonly trusted: () => Readonly<Record<string, string>>;
  /** Unix milliseconds; the system's clock by default. */
  readonly now?: () => number;
}

/** Version, instance, Unix seconds, nonce, tag. */
const HEADER = /^(1\.([0-9a-f]{16})\.(\d{1,12})\.([\w-]{1,40}))\.([\w-]{43})$/;
/** Longest age of a header and largest difference between two machines' clocks, seconds. */
const WINDOW_S = 300;
/** A header that is valid now was signed at most two windows ago. */
const GENERATION_S = 2 * WINDOW_S;
/** Nonces kept in one generation. When it is full, the previous generation is dropped. */
const MAX_USED = 50_000;

/**
 * Signs and checks the hop header, which tells the next Tokwatt in a chain that a request is
 * already counted:
 *
 *     x-tokwatt-hop: 1.INSTANCE.SECONDS.NONCE.TAG
 *
 * The tag is the HMAC-SHA256, with the instance's key, of everything before it. Without the key
 * nobody can create a valid header, and the key cannot be derived from a header. A copied header is
 * valid for five minutes, once with each instance. The tag does not cover the request's content,
 * which has not been read when the header is sent, so a server that receives the header could
 * attach it to another request within that time.
 */
export class Hops {
  /** Identifies this instance in the header: a digest of its key. */
  readonly instance: string;
  /**
   * This instance's key, to be entered in the settings of other instances. Only its owner may see
   * it.
   */
  readonly key: string;
  readonly #own: KeyObject;
  readonly #trusted: HopsOptions['trusted'];
  readonly #now: () => number;
  /** Random for each run, so that nonces never repeat. */
  readonly #run = randomBytes(12).toString('base64url');
  #signed = 0;
  #settings: Readonly<Record<string, string>> | null = null;
  #keys = new Map<string, KeyObject>();
  readonly #used = new UsedNumbers();

  constructor({ key, trusted, now = Date.now }: HopsOptions) {
    this.key = key;
    this.instance = instanceOf(key);
    this.#own = keyOf(key);
    this.#trusted = trusted;
    this.#now = now;
  }

  /** Returns a new header value, valid for one request. */
  sign(): string {
    this.#signed += 1;
    const nonce = `${this.#run}${this.#signed.toString(36)}`;
    const text = `1.${this.instance}.${this.#seconds()}.${nonce}`;
    return `${text}.${tagOf(this.#own, text).toString('base64url')}`;
  }

  /**
   * Returns `counted` for a valid header of this instance or a trusted one. A repeated header is
   * `claimed`.
   */
  judge(value: string | undefined): HopVerdict {
    if (value === undefined) return 'none';
    const [, text = '', instance = '', seconds = '', nonce = '', tag = ''] =
      HEADER.exec(value.trim()) ?? [];
    const key = this.#keyOf(instance);
    if (key === undefined) return 'claimed';
    const isSigned = timingSafeEqual(tagOf(key, text), Buffer.from(tag, 'base64url'));
    const now = this.#seconds();
    if (!isSigned || Math.abs(now - Number(seconds)) > WINDOW_S) return 'claimed';
    return this.#used.add(`${instance}.${nonce}`, now) ? 'counted' : 'claimed';
  }

  #keyOf(instance: string): KeyObject | undefined {
    const trusted = this.#trusted();
    if (trusted !== this.#settings) {
      const keys = Object.values(trusted).map((key) => [instanceOf(key), keyOf(key)] as const);
      this.#keys = new Map([...keys, [this.instance, this.#own]]);
      this.#settings = trusted;
    }
    return this.#keys.get(instance);
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1_000);
  }
}

/** Nonces used recently, in two generations. The older generation is dropped as a whole. */
class UsedNumbers {
  #young = new Set<string>();
  #old = new Set<string>();
  #since = 0;

  /** Returns false if the nonce was used before. */
  add(number: string, now: number): boolean {
    if (Math.abs(now - this.#since) > GENERATION_S || this.#young.size >= MAX_USED) {
      this.#old = this.#young;
      this.#young = new Set();
      this.#since = now;
    }
    if (this.#young.has(number) || this.#old.has(number)) return false;
    this.#young.add(number);
    return true;
  }
}

function instanceOf(key: string): string {
  return createHash('sha256').update(`tokwatt hop ${key}`).digest('hex').slice(0, 16);
}

function keyOf(key: string): KeyObject {
  return createSecretKey(key, 'utf8');
}

function tagOf(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
