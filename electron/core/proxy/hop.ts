import type { KeyObject } from 'node:crypto';
import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a request's hop header is worth: there is none; it is vouched for; it is a mere claim. */
export type HopVerdict = 'none' | 'counted' | 'claimed';

export interface HopsOptions {
  /** This instance's own key. */
  readonly key: string;
  /** Keys of other instances by the names their owner gave them, as the settings have them now. */
  readonly trusted: () => Readonly<Record<string, string>>;
  /** Unix milliseconds; the system's clock by default. */
  readonly now?: () => number;
}

/** Version, instance, Unix seconds, number used once, tag. */
const HEADER = /^(1\.([0-9a-f]{16})\.(\d{1,12})\.([\w-]{1,40}))\.([\w-]{43})$/;
/** How old a header may be, and how far two machines' clocks may differ. */
const WINDOW_S = 300;
/** A header that is good now was good at most twice the window ago. */
const GENERATION_S = 2 * WINDOW_S;
/** Numbers remembered in one generation; past it the oldest are forgotten. */
const MAX_USED = 50_000;

/**
 * Signs and checks the hop header, which tells a Tokwatt further on that a request is counted already:
 *
 *     x-tokwatt-hop: 1.INSTANCE.SECONDS.NONCE.TAG
 *
 * The tag is HMAC-SHA256 with the instance's key over all that stands before it. Without the key,
 * nobody can make a header that counts; one that was seen elsewhere is good for five minutes and once
 * with each instance. It does not bind the request's content, which is not read by then: whoever the
 * header is sent to could put it on another request within that time. The key cannot be found from it.
 */
export class Hops {
  /** Names this instance in the header: a digest of its key. */
  readonly instance: string;
  /** The own key, for the settings of other instances. It is told to its owner only. */
  readonly key: string;
  readonly #own: KeyObject;
  readonly #trusted: HopsOptions['trusted'];
  readonly #now: () => number;
  /** Different in each run, so that no number comes twice. */
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

  /** A header's value for one request. */
  sign(): string {
    this.#signed += 1;
    const nonce = `${this.#run}${this.#signed.toString(36)}`;
    const text = `1.${this.instance}.${this.#seconds()}.${nonce}`;
    return `${text}.${tagOf(this.#own, text).toString('base64url')}`;
  }

  /** `counted` for a header of this instance or a trusted one. Asked a second time, it is a claim. */
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

/** Numbers that were used within the last while, in two generations: the older one goes as a whole. */
class UsedNumbers {
  #young = new Set<string>();
  #old = new Set<string>();
  #since = 0;

  /** False if it was there already. */
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
