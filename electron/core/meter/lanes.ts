import type { Outcome } from '../proxy/tap.ts';
import type { MessageEvent, MessageRequest } from '../usage/message-rules.ts';
import type { AnswerMessage } from './answer-message.ts';
import type { Exchange } from './exchange.ts';

/** Most exchanges of a connection that wait for their answers. Real servers accept fewer. */
const MAX_WAITING = 1_024;

/** A request that waits for its answer or receives it. */
interface Entry {
  /** Null if it is not metered. */
  readonly exchange: Exchange | null;
  isAnswered: boolean;
  answerId: string | null;
  /** True if its metering threw. Its messages are then skipped, until its end. */
  hasFailed: boolean;
}

interface Lane {
  /** The first one receives its answer. */
  readonly entries: Entry[];
  /** The last request, whose settings an answer without a request inherits. */
  request: MessageRequest;
  /** The last answer that ended, so that late messages of it do not end the next one. */
  endedId: string | null;
}

export interface LanesHost {
  /** Opens the exchange of an answer that has no request of its own; null while paused. */
  succeed(request: MessageRequest): Exchange | null;
  onFailure(error: unknown): void;
}

/**
 * Assigns the messages of a connection to its exchanges. An exchange whose metering throws does not
 * affect the others: it gets a row at its end that says so.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #host: LanesHost;
  #waiting = 0;
  #opened = 0;

  constructor(host: LanesHost) {
    this.#host = host;
  }

  /** Exchanges so far. */
  get opened(): number {
    return this.#opened;
  }

  /** True if one more request of this lane can wait for its answer. */
  accepts(name: string): boolean {
    return this.#waiting < MAX_WAITING && (this.#lanes.has(name) || this.#lanes.size < MAX_WAITING);
  }

  /** Adds a request with its exchange, which is null if it is not metered. */
  add(name: string, request: MessageRequest, exchange: Exchange | null): void {
    const lane = this.#lanes.get(name) ?? { entries: [], request, endedId: null };
    lane.request = request;
    this.#lanes.set(name, lane);
    this.#enter(lane, exchange);
  }

  /** Takes a message of the server. */
  take(message: AnswerMessage, event: MessageEvent): void {
    const lane = this.#lanes.get(event.lane);
    if (lane === undefined || event.step === 'none') return;
    if (event.answerId !== null && event.answerId === lane.endedId) return;
    const entry = lane.entries[0] ?? (event.step === 'begin' ? this.#successor(lane) : null);
    if (entry === null) return;
    entry.answerId ??= event.answerId;
    this.#step(entry, (exchange) => answer(exchange, entry, message, event));
    if (event.step === 'end' || event.step === 'refuse') {
      lane.endedId = entry.answerId;
      lane.entries.shift();
      this.#close(entry, { kind: 'complete' }, (exchange) => exchange.end({ kind: 'complete' }));
    }
  }

  /** Ends all exchanges, in the way that `end` does it. */
  endAll(outcome: Outcome, end: (exchange: Exchange) => void): void {
    for (const { entries } of this.#lanes.values()) {
      for (const entry of entries.splice(0)) this.#close(entry, outcome, end);
    }
  }

  #successor(lane: Lane): Entry | null {
    if (this.#waiting >= MAX_WAITING) return null;
    return this.#enter(lane, this.#host.succeed(lane.request));
  }

  #enter(lane: Lane, exchange: Exchange | null): Entry {
    const entry: Entry = { exchange, isAnswered: false, answerId: null, hasFailed: false };
    lane.entries.push(entry);
    this.#waiting += 1;
    if (exchange !== null) this.#opened += 1;
    return entry;
  }

  #step(entry: Entry, step: (exchange: Exchange) => void): void {
    if (entry.exchange === null || entry.hasFailed) return;
    try {
      step(entry.exchange);
    } catch (error) {
      entry.hasFailed = true;
      this.#host.onFailure(error);
    }
  }

  #close(entry: Entry, outcome: Outcome, end: (exchange: Exchange) => void): void {
    this.#waiting -= 1;
    this.#step(entry, end);
    if (entry.hasFailed) entry.exchange?.fail(outcome);
  }
}

/** Gives a message to its exchange. An error in place of an answer is read as an HTTP answer. */
function answer(
  exchange: Exchange,
  entry: Entry,
  message: AnswerMessage,
  { step, status }: MessageEvent,
): void {
  if (!entry.isAnswered && step === 'refuse' && status !== null && status >= 400) {
    exchange.response(status, ['content-type', 'application/json']);
    exchange.responseChunk(Buffer.from(JSON.stringify(message.value)));
    return;
  }
  if (!entry.isAnswered) exchange.response(101, []);
  entry.isAnswered = true;
  exchange.message(message);
}
