import type { Client } from '../../../shared/usage.ts';
import type { RequestHead } from '../proxy/tap.ts';
import type { DecodeOutcome } from '../usage/decode.ts';
import type { RequestFacts, RequestReader, Route } from '../usage/extractor.ts';
import { NO_FACTS } from '../usage/request.ts';
import { attempt } from './attempt.ts';
import { BodyReading } from './body-reading.ts';
import type { ExchangeHost } from './exchange-host.ts';
import { ExchangeSession } from './exchange-session.ts';
import { headerLookup } from './header-lookup.ts';
import type { Session } from './sessions.ts';

/** The request of an exchange as it passes. It holds no body. */
export class ExchangeRequest {
  readonly #reader: RequestReader;
  readonly #body: BodyReading;
  readonly #session: ExchangeSession;
  readonly #host: ExchangeHost;
  /** Bytes as they passed, and after decoding. */
  bytes = 0;
  decodedBytes = 0;

  /** @param onDecoded called with the decoded bytes */
  constructor(
    { rawHeaders, upstream }: RequestHead,
    route: Route,
    client: Client,
    host: ExchangeHost,
    onDecoded: (chunk: Buffer) => void,
  ) {
    const header = headerLookup(rawHeaders);
    this.#host = host;
    this.#reader = route.dialect.request(route, header);
    this.#session = new ExchangeSession(host.sessions, upstream.name, client, header);
    this.#body = new BodyReading(header('content-encoding'), (chunk) => {
      this.decodedBytes += chunk.length;
      this.#reader.push(chunk);
      onDecoded(chunk);
    });
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#body.push(chunk);
  }

  /** True if the body is read at once, without decoding. */
  get isDirect(): boolean {
    return this.#body.isDirect;
  }

  /** Resolves when all decodable bytes were read. */
  decoded(): Promise<DecodeOutcome> {
    return this.#body.end();
  }

  /** The facts so far. Throws if reading fails. */
  read(): RequestFacts {
    return this.#reader.facts();
  }

  /** The facts so far. Unknown if reading fails, which must not break a list. */
  get facts(): RequestFacts {
    return attempt(() => this.#reader.facts()) ?? NO_FACTS;
  }

  /** The session as far as it is known. */
  get session(): Session | null {
    return attempt(() => this.#session.of(this.facts.session, this.#host.monotonic())) ?? null;
  }

  /** Notes the id of the response, by which a later request may continue this one. */
  answered(responseId: string | null): void {
    if (responseId === null) return;
    this.#session.answered(this.session, responseId, this.#host.monotonic());
  }
}
