/**
 * OpenAI's Responses API over WebSocket. Each `response.create` of the client is answered by the
 * events of the streamed form, one a message. Requests with the same `stream_id` are answered one
 * after another, others at the same time. A response that was steered is followed by another one
 * without a request.
 *
 * Sources: https://developers.openai.com/api/docs/guides/websocket-mode (lanes, limits, errors,
 * `generate`) and https://developers.openai.com/api/reference/resources/responses/websocket-events
 * (events). The API has no event that cancels a response. Codex also reads `status_code` in place of
 * the `status` of an error.
 */
import type { Dialect, RequestFacts, Route } from './extractor.ts';
import type { JsonObject } from './json-text.ts';
import { at, text } from './json-text.ts';
import { VALUE, object } from './json-shape.ts';
import { MessageAnswer } from './message-answer.ts';
import type { ExchangeRules, MessageEvent, MessageRequest, MessageRules } from './message-rules.ts';
import { OPENAI_LENS, OPENAI_REQUEST } from './openai-request.ts';
import {
  RESPONSES_EVENT,
  RESPONSES_RESPONSE,
  openAiResponses,
  responsesFold,
} from './openai-responses.ts';
import { JsonRequestReader } from './request.ts';
import type { RequestLens } from './request.ts';

/** The lane of requests without `stream_id`. */
const DEFAULT_LANE = '';
/** The lane of requests with an invalid `stream_id`. Their errors name no stream. */
const INVALID_LANE = ' ';
const STREAM_ID = /^[\w.-]{1,256}$/;

const LENS: RequestLens = {
  ...OPENAI_LENS,
  shape: object({ ...OPENAI_REQUEST, type: VALUE, stream_id: VALUE, generate: VALUE }),
  stream: () => true,
};

const SHAPE = object({
  ...RESPONSES_EVENT,
  stream_id: VALUE,
  status: VALUE,
  status_code: VALUE,
  response: object(RESPONSES_RESPONSE),
});

/** Only on WebSocket: they acknowledge input and may contain an error that is not the answer's. */
const NOT_ANSWER = /^response\.(?:steer|inject)\./;
const ENDS: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

class ResponsesRequest implements MessageRequest {
  readonly #reader: JsonRequestReader;

  constructor(endpoint: string) {
    this.#reader = new JsonRequestReader(LENS, endpoint, true);
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  facts(): RequestFacts {
    return this.#reader.facts();
  }

  get lane(): string | null {
    if (this.#reader.member('type') !== 'response.create') return null;
    const id = this.#reader.member('stream_id');
    if (id === undefined) return DEFAULT_LANE;
    return typeof id === 'string' && STREAM_ID.test(id) ? id : INVALID_LANE;
  }

  /** With `generate: false` the server only prepares a later response. */
  get generates(): boolean {
    return this.#reader.member('generate') !== false;
  }
}

function dialectFor(request: MessageRequest): Dialect {
  return {
    ...openAiResponses,
    request: () => request,
    response: (route, facts, head) =>
      head.status >= 400
        ? openAiResponses.response(route, facts, head)
        : new MessageAnswer(responsesFold(), asksForOutput(request)),
  };
}

/** Called when the answer begins, because the request must have been read. */
function asksForOutput(request: MessageRequest): boolean {
  return !(request instanceof ResponsesRequest) || request.generates;
}

function laneOf(message: JsonObject): string {
  if (at(message, 'error', 'code') === 'invalid_stream_id') return INVALID_LANE;
  return text(at(message, 'stream_id')) ?? DEFAULT_LANE;
}

function stepOf(type: string): MessageEvent['step'] {
  if (type === 'response.created') return 'begin';
  if (type === 'error') return 'refuse';
  if (ENDS.has(type)) return 'end';
  return type.startsWith('response.') && !NOT_ANSWER.test(type) ? 'content' : 'none';
}

const EXCHANGES: ExchangeRules = {
  request: (endpoint) => new ResponsesRequest(endpoint),
  route: (endpoint, request): Route => ({
    api: 'openai',
    operation: 'chat',
    endpoint,
    inference: true,
    dialect: dialectFor(request),
  }),
  event: (message) => {
    const status = at(message, 'status') ?? at(message, 'status_code');
    return {
      lane: laneOf(message),
      step: stepOf(text(at(message, 'type')) ?? ''),
      answerId: text(at(message, 'response', 'id')),
      status: typeof status === 'number' ? status : null,
    };
  },
};

export const RESPONSES_MESSAGES: MessageRules = { shape: SHAPE, exchanges: EXCHANGES };
