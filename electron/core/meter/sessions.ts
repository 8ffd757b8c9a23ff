import { createHash, randomBytes } from 'node:crypto';
import type { SessionSource } from '../../../shared/sessions.ts';
import type { Client } from '../../../shared/usage.ts';

/** The session of an exchange, and how it is known. */
export interface Session {
  readonly id: string;
  readonly source: SessionSource;
}

/** After this time without a request, a conversation that begins in the same way is another one. */
const IDLE_MS = 30 * 60_000;
/** Most beginnings of conversations and responses that are remembered, some 300 bytes each. */
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly session: Session;
  /** Monotonic milliseconds of its last request. */
  lastAt: number;
}

/**
 * Recognizes requests that continue an earlier one, by the beginning of their messages or by the
 * response that they name. It remembers fingerprints only, in memory and for a bounded number of
 * requests; the least recently used are forgotten first.
 */
export class Sessions {
  readonly #remembered = new Map<string, Remembered>();

  /**
   * The session of a conversation: that of the earlier request with the longest beginning in common
   * that is the whole of the earlier one, or a new session.
   *
   * @param scope see {@link scopeOf}
   * @param conversation fingerprints of its beginnings, shortest first; not empty
   * @param now monotonic milliseconds
   */
  infer(scope: string, conversation: readonly string[], now: number): Session {
    const found = this.#longest(scope, conversation, now) ?? {
      session: { id: `inferred-${randomBytes(8).toString('hex')}`, source: 'inferred' as const },
      lastAt: now,
    };
    found.lastAt = now;
    this.#remember(`${scope} ${conversation.at(-1) ?? ''}`, found);
    return found.session;
  }

  /** The session of the request that got a response, if that is remembered; without a time limit. */
  ofResponse(scope: string, responseId: string, now: number): Session | null {
    const found = this.#remembered.get(responseKey(scope, responseId));
    if (found === undefined) return null;
    found.lastAt = now;
    return found.session;
  }

  /** Remembers the session of a response, for requests that continue it. */
  answered(scope: string, responseId: string, session: Session, now: number): void {
    this.#remember(responseKey(scope, responseId), { session, lastAt: now });
  }

  /** Number of remembered beginnings and responses. */
  get size(): number {
    return this.#remembered.size;
  }

  #longest(scope: string, conversation: readonly string[], now: number): Remembered | null {
    for (let n = conversation.length - 1; n >= 0; n -= 1) {
      const found = this.#remembered.get(`${scope} ${conversation[n] ?? ''}`);
      if (found !== undefined && now - found.lastAt <= IDLE_MS) return found;
    }
    return null;
  }

  #remember(key: string, remembered: Remembered): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, remembered);
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

function responseKey(scope: string, responseId: string): string {
  return `${scope} response ${responseId}`;
}

/** Identifies a client at an upstream. Conversations of different ones are never united. */
export function scopeOf(upstream: string, client: Client): string {
  const { application, address, key, origin, tag } = client;
  const names = JSON.stringify([upstream, application, address, key, origin, tag]);
  return createHash('sha256').update(names).digest('base64').slice(0, 16);
}
