import type { Client } from '../../../shared/usage.ts';
import type { BodySession } from '../usage/extractor.ts';
import { sessionInHeaders } from '../usage/session-id.ts';
import { scopeOf } from './sessions.ts';
import type { Session, Sessions } from './sessions.ts';

/** Finds the session of one exchange. */
export class ExchangeSession {
  readonly #sessions: Sessions;
  readonly #upstream: string;
  readonly #client: Client;
  readonly #inHeaders: string | null;
  /** Found by the conversation or by an earlier response. It stays the same once it is found. */
  #continued: Session | null = null;

  constructor(
    sessions: Sessions,
    upstream: string,
    client: Client,
    header: (name: string) => string | undefined,
  ) {
    this.#sessions = sessions;
    this.#upstream = upstream;
    this.#client = client;
    this.#inHeaders = sessionInHeaders(header);
  }

  /**
   * The session as far as the request has been read; null if it is not known. An id of the client
   * counts before anything inferred.
   *
   * @param now monotonic milliseconds
   */
  of({ id, previousResponse, conversation }: BodySession, now: number): Session | null {
    if (this.#inHeaders !== null) return { id: this.#inHeaders, source: 'header' };
    if (id !== null) return { id, source: 'body' };
    if (this.#continued === null && previousResponse !== null) {
      this.#continued = this.#sessions.ofResponse(this.#scope, previousResponse, now);
    }
    if (this.#continued === null && conversation.length > 0) {
      this.#continued = this.#sessions.infer(this.#scope, conversation, now);
    }
    return this.#continued;
  }

  /** Notes the id of the exchange's response, by which a later request may continue it. */
  answered(session: Session | null, responseId: string | null, now: number): void {
    if (session === null || responseId === null) return;
    this.#sessions.answered(this.#scope, responseId, session, now);
  }

  get #scope(): string {
    return scopeOf(this.#upstream, this.#client);
  }
}
