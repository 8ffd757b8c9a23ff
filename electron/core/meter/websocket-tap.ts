import type { ExchangeTap, Outcome, Passed, RequestHead } from '../proxy/tap.ts';
import type { MessageRules } from '../usage/message-rules.ts';
import { ConnectionReader } from '../websocket/connection-reader.ts';
import { agreedForm } from '../websocket/extensions.ts';
import type { Exchange } from './exchange.ts';
import { headerLookup, headerValues } from './header-lookup.ts';
import { MessageMeter } from './message-meter.ts';
import type { MessageHost } from './message-meter.ts';

export interface WebSocketHost extends MessageHost {
  /** Drops the exchange of a connection without a row. */
  forget(exchange: Exchange): void;
}

/** Whether a request asks for a WebSocket (RFC 6455, section 4.1). */
export function asksForWebSocket({ method, rawHeaders }: RequestHead): boolean {
  return method === 'GET' && /\bwebsocket\b/i.test(headerLookup(rawHeaders)('upgrade') ?? '');
}

/**
 * Meters a WebSocket connection. If its messages are requests and answers, each of these exchanges
 * has a row; the connection has a row of its own only if it had no exchange or could not be read to
 * its end. Any other connection is one exchange, and so is an upgrade that the server refused.
 */
export class WebSocketTap implements ExchangeTap {
  /** Null if metering was paused when the connection began. */
  readonly #connection: Exchange | null;
  /** False if the messages of the client do not matter. */
  readonly #readsClient: boolean;
  readonly #host: WebSocketHost;
  readonly #messages: MessageMeter | null;
  #isSwitched = false;
  #reader: ConnectionReader | null = null;

  /** @param rules how the messages are read; null if they are not */
  constructor(
    connection: Exchange | null,
    endpoint: string,
    rules: MessageRules | null,
    host: WebSocketHost,
  ) {
    this.#connection = connection;
    this.#readsClient = rules !== null && rules.exchanges !== null;
    this.#host = host;
    this.#messages =
      rules === null
        ? null
        : new MessageMeter(rules, endpoint, host, (message) => {
            // The bytes of the connection are counted with their frames.
            connection?.message({ ...message, bytes: 0 });
          });
  }

  requestChunk(chunk: Buffer): void {
    if (!this.#isSwitched) {
      this.#connection?.requestChunk(chunk);
      return;
    }
    this.#connection?.addBytes(chunk.length, 0);
    if (this.#readsClient) this.#reader?.push('client', chunk);
  }

  requestEnd(): void {
    this.#connection?.requestEnd();
  }

  response(status: number, rawHeaders: readonly string[]): void {
    this.#connection?.response(status, rawHeaders);
    this.#isSwitched = status === 101;
    if (!this.#isSwitched || this.#messages === null) return;
    const form = agreedForm(headerValues(rawHeaders, 'sec-websocket-extensions'));
    if (form === 'unknown') this.#messages.stop(null);
    else this.#reader = new ConnectionReader(form === 'deflate', this.#messages);
  }

  responseChunk(chunk: Buffer): void {
    if (!this.#isSwitched) {
      this.#connection?.responseChunk(chunk);
      return;
    }
    this.#connection?.addBytes(0, chunk.length);
    this.#reader?.push('server', chunk);
  }

  end(outcome: Outcome): void {
    const settling = this.#reader?.settle() ?? null;
    if (settling === null) this.#end(outcome);
    else
      void settling
        .then(() => this.#end(outcome))
        .catch((error: unknown) => this.#host.onFailure(error));
  }

  abandon(passed: Passed): void {
    this.#reader?.close();
    this.#messages?.endAll(passed.outcome, true);
    this.#connection?.abandon(passed);
  }

  #end(outcome: Outcome): void {
    this.#reader?.close();
    const { stopped = null, exchanges = 0 } = this.#messages ?? {};
    this.#messages?.endAll(this.#outcomeOfRunning(outcome), false);
    const connection = this.#connection;
    if (connection === null) return;
    if (stopped === 'failed') connection.fail(outcome);
    else if (stopped === null && exchanges > 0) this.#host.forget(connection);
    else connection.end(outcome, stopped === null);
  }

  /** How the exchanges end that run at the end of the connection. */
  #outcomeOfRunning(outcome: Outcome): Outcome {
    if (this.#isLeftByClient(outcome)) return CLIENT_LEFT;
    // Without a Close frame the server has broken off, as in a body without its announced end.
    const isClosed = (this.#messages?.closedBy ?? null) !== null;
    return outcome.kind === 'complete' && !isClosed ? SERVER_LEFT : outcome;
  }

  /** Whether the client ended the connection first, with a Close frame or without one. */
  #isLeftByClient(outcome: Outcome): boolean {
    const closedBy = this.#messages?.closedBy ?? null;
    if (closedBy !== null) return closedBy === 'client';
    return outcome.kind === 'complete' && outcome.closedBy === 'client';
  }
}

const CLIENT_LEFT: Outcome = { kind: 'client-aborted' };
const SERVER_LEFT: Outcome = { kind: 'upstream-died', code: 'ECONNRESET' };
