/** Creates a dialect from its specific parts. */
import { AnswerReader } from './answer.ts';
import { CONTEXT_STATUSES } from './context-words.ts';
import type {
  Dialect,
  RequestFacts,
  RequestReader,
  ResponseHead,
  ResponseReader,
  Route,
} from './extractor.ts';
import type { Fold } from './fold.ts';
import { mediaType, parameter } from './media-type.ts';
import { MultipartRequestReader } from './multipart.ts';
import { noAnswerByStatus } from './no-answer.ts';
import { ProgressAnswer } from './progress.ts';
import { RefusedAnswer } from './refused-answer.ts';
import type { RequestLens } from './request.ts';
import { JsonRequestReader } from './request.ts';
import { sessionInHeaders } from './session-id.ts';
import { UNKNOWN_MODEL_STATUSES } from './unknown-model.ts';
import { UnreadAnswer } from './unread-answer.ts';

/** An error of Tokwatt itself, to be converted to a dialect's own shape. */
export interface ProxyError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface DialectParts {
  readonly id: string;
  /** How to read the requests of this route. */
  lens(route: Route): RequestLens;
  /** Creates the fold for one answer of this route. */
  fold(route: Route, head: ResponseHead, facts: RequestFacts): Fold;
  /** True if the route asks for no tokens and its answer reports progress or an error. */
  tellsProgress?(route: Route): boolean;
  /** The document for an error. */
  error(error: ProxyError): unknown;
  /**
   * The document for an error in an event stream whose events have names; its event is named
   * `error`. Without this function, such an event has no name and the document of `error`.
   */
  errorEvent?(error: ProxyError): unknown;
}

function refusal(facts: RequestFacts, head: ResponseHead): ResponseReader {
  const asked = UNKNOWN_MODEL_STATUSES.has(head.status) ? facts.model : null;
  const mayTell = asked !== null || CONTEXT_STATUSES.has(head.status);
  return mayTell ? new RefusedAnswer(asked, facts, head) : new UnreadAnswer(head.status, true);
}

export function createDialect(parts: DialectParts): Dialect {
  return {
    id: parts.id,
    request(route, header): RequestReader {
      const contentType = header('content-type');
      const lens = parts.lens(route);
      if (mediaType(contentType) === 'multipart/form-data') {
        return new MultipartRequestReader(parameter(contentType, 'boundary') ?? '', route.endpoint);
      }
      // Fingerprints are needed only if the client does not name the session itself.
      const isConversation = route.inference && route.operation === 'chat';
      const digests = isConversation && sessionInHeaders(header) === null;
      return new JsonRequestReader(lens, route.endpoint, digests);
    },
    response(route, facts, head): ResponseReader {
      if (parts.tellsProgress?.(route) === true) return new ProgressAnswer(facts, head);
      if (!route.inference) return new UnreadAnswer(head.status, false);
      if (head.status >= 400) return refusal(facts, head);
      const instead = noAnswerByStatus(head.status);
      if (instead !== null) {
        return new UnreadAnswer(head.status, instead !== 'redirected', instead);
      }
      return new AnswerReader(parts.fold(route, head, facts), facts, head);
    },
    errorBody: (error) => JSON.stringify(parts.error(error)),
    streamError(format, error): string {
      if (format === 'lines') return `${JSON.stringify(parts.error(error))}\n`;
      const named = parts.errorEvent?.(error) ?? null;
      if (named !== null) return `event: error\ndata: ${JSON.stringify(named)}\n\n`;
      return `data: ${JSON.stringify(parts.error(error))}\n\n`;
    },
  };
}
