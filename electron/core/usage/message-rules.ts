/** The interface between the dialects that use WebSocket messages and the meter. */
import type { RequestReader, Route } from './extractor.ts';
import type { ObjectShape } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';

/** How the messages of a WebSocket connection are read. They are JSON texts. */
export interface MessageRules {
  /** The parts of a server's message that are needed. */
  readonly shape: ObjectShape;
  /** How to find exchanges in the messages; null if the whole connection is one exchange. */
  readonly exchanges: ExchangeRules | null;
}

export interface ExchangeRules {
  /** Creates a reader for one message of the client. */
  request(endpoint: string): MessageRequest;
  /** The route of the exchange that a message of the client began. */
  route(endpoint: string, request: MessageRequest): Route;
  /** What a server's message means. */
  event(message: JsonObject): MessageEvent;
}

/** Reads a message of the client. */
export interface MessageRequest extends RequestReader {
  /**
   * The lane of the exchange that the message begins; null if it begins none. Known once the whole
   * message was pushed. Exchanges of a lane are answered one after another, in their order.
   */
  readonly lane: string | null;
}

export interface MessageEvent {
  readonly lane: string;
  /**
   * - `begin`: an answer begins, to the lane's next request or without one
   * - `content`: a part of the lane's answer
   * - `end`: the last part of it
   * - `refuse`: an error that ends the lane's exchange
   * - `none`: not part of an answer
   */
  readonly step: 'begin' | 'content' | 'end' | 'refuse' | 'none';
  /** Identifies the answer; null if the message has no such name. */
  readonly answerId: string | null;
  /** HTTP status of an error; null if the message has none. */
  readonly status: number | null;
}
