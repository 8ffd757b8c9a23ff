import type { Outcome } from '../proxy/tap.ts';
import type { Route } from '../usage/extractor.ts';
import type { ExchangeRules, MessageRequest, MessageRules } from '../usage/message-rules.ts';
import type { MessageSink, Side } from '../websocket/connection-reader.ts';
import type { MessageKind } from '../websocket/frames.ts';
import { AnswerMessageReader } from './answer-message.ts';
import type { AnswerMessage } from './answer-message.ts';
import type { Exchange } from './exchange.ts';
import { Lanes } from './lanes.ts';

/** What the exchanges of a connection need from their meter. */
export interface MessageHost {
  /** Creates an exchange that begins now. */
  create(route: Route): Exchange;
  /** Lists an exchange as in flight. Returns false while metering is paused. */
  admit(exchange: Exchange): boolean;
  onFailure(error: unknown): void;
  /** Most bytes that a capture keeps of an answer; 0 if nothing is captured. */
  captureBytes(): number;
}

const COMPLETE: Outcome = { kind: 'complete' };

/** Meters the messages of a WebSocket connection. Binary messages are not read. */
export class MessageMeter implements MessageSink {
  readonly #rules: MessageRules;
  readonly #endpoint: string;
  readonly #host: MessageHost;
  /** Takes the server's messages if the whole connection is one exchange. */
  readonly #onMessage: (message: AnswerMessage) => void;
  readonly #lanes: Lanes;
  /** The client's message that is being read, and the exchange that it may begin. */
  #request: { readonly reader: MessageRequest; readonly exchange: Exchange } | null = null;
  #answer: AnswerMessageReader | null = null;
  #stopped: 'unreadable' | 'failed' | null = null;
  #closedBy: Side | null = null;

  constructor(
    rules: MessageRules,
    endpoint: string,
    host: MessageHost,
    onMessage: (message: AnswerMessage) => void,
  ) {
    this.#rules = rules;
    this.#endpoint = endpoint;
    this.#host = host;
    this.#onMessage = onMessage;
    this.#lanes = new Lanes({
      succeed: (request) => this.#successor(request),
      onFailure: (error) => host.onFailure(error),
    });
  }

  /** Exchanges so far. */
  get exchanges(): number {
    return this.#lanes.opened;
  }

  /** Why the messages could not be read to their end; null if they could. */
  get stopped(): 'unreadable' | 'failed' | null {
    return this.#stopped;
  }

  /** The side that sent the first Close frame; null if there was none. */
  get closedBy(): Side | null {
    return this.#closedBy;
  }

  begin(side: Side, kind: MessageKind): void {
    if (side === 'client') this.#request = kind === 'text' ? this.#newRequest() : null;
    else {
      const answer = new AnswerMessageReader(this.#rules.shape, this.#host.captureBytes());
      this.#answer = kind === 'text' ? answer : null;
    }
  }

  data(side: Side, bytes: Buffer): void {
    if (side === 'client') this.#request?.exchange.requestChunk(bytes);
    else this.#answer?.push(bytes);
  }

  end(side: Side): void {
    if (side === 'client') this.#endRequest();
    else this.#endAnswer();
  }

  close(side: Side): void {
    this.#closedBy ??= side;
  }

  stop(failure: { readonly error: unknown } | null): void {
    this.#stopped = failure === null ? 'unreadable' : 'failed';
    if (failure !== null) this.#host.onFailure(failure.error);
    this.#lanes.endAll(COMPLETE, (exchange) => {
      if (failure === null) exchange.end(COMPLETE, false);
      else exchange.fail(COMPLETE);
    });
  }

  /** Ends the exchanges whose answers were cut off by the end of the connection. */
  endAll(outcome: Outcome, hasFailed: boolean): void {
    this.#lanes.endAll(outcome, (exchange) => {
      if (hasFailed) exchange.fail(outcome);
      else exchange.end(outcome);
    });
  }

  /** Creates an exchange for a message that may begin one. It is dropped if it does not. */
  #newRequest(): { reader: MessageRequest; exchange: Exchange } | null {
    const rules = this.#rules.exchanges;
    if (rules === null) return null;
    const reader = rules.request(this.#endpoint);
    return { reader, exchange: this.#create(rules, reader) };
  }

  #endRequest(): void {
    const request = this.#request;
    this.#request = null;
    const lane = request?.reader.lane ?? null;
    if (request === null || lane === null || !this.#lanes.accepts(lane)) return;
    const { reader, exchange } = request;
    this.#lanes.add(lane, reader, this.#host.admit(exchange) ? exchange : null);
  }

  #endAnswer(): void {
    const message = this.#answer?.end() ?? null;
    this.#answer = null;
    if (message === null) return;
    const { exchanges } = this.#rules;
    if (exchanges === null) this.#onMessage(message);
    else this.#lanes.take(message, exchanges.event(message.value));
  }

  #successor(request: MessageRequest): Exchange | null {
    const rules = this.#rules.exchanges;
    const exchange = rules === null ? null : this.#create(rules, request);
    return exchange !== null && this.#host.admit(exchange) ? exchange : null;
  }

  #create(rules: ExchangeRules, request: MessageRequest): Exchange {
    return this.#host.create(rules.route(this.#endpoint, request));
  }
}
