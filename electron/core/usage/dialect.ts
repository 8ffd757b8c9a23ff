/** Builds a dialect from what is particular about it. */
import { AnswerReader } from './answer.ts';
import { NO_CLAIMS } from './claims.ts';
import type {
  Dialect,
  Extraction,
  RequestReader,
  ResponseHead,
  ResponseReader,
  Route,
} from './extractor.ts';
import type { Fold } from './fold.ts';
import { mediaType, parameter } from './media-type.ts';
import { MultipartRequestReader } from './multipart.ts';
import type { RequestLens } from './request.ts';
import { JsonRequestReader } from './request.ts';

/** An error as Tokwatt words it, to be put into a dialect's own shape. */
export interface ProxyError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface DialectParts {
  readonly id: string;
  /** How to read this route's requests. */
  lens(route: Route): RequestLens;
  /** How to read this route's answers, once per answer. */
  fold(route: Route, head: ResponseHead): Fold;
  /** An error's document. */
  error(error: ProxyError): unknown;
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
      return new JsonRequestReader(lens, route.endpoint);
    },
    response(route, facts, head): ResponseReader {
      if (!route.inference) return new UnreadAnswer(head.status, false);
      if (head.status >= 400) return new UnreadAnswer(head.status, true);
      return new AnswerReader(parts.fold(route, head), facts, head);
    },
    errorBody: (error) => JSON.stringify(parts.error(error)),
  };
}

/** An answer that says nothing about tokens: of a list, a token count, or an error. */
class UnreadAnswer implements ResponseReader {
  readonly contentChunks = null;
  readonly inputTokensSoFar = null;
  readonly #status: number;
  readonly #inference: boolean;
  #isWhole = false;

  constructor(status: number, inference: boolean) {
    this.#status = status;
    this.#inference = inference;
  }

  push(): void {
    // Nothing in it to count.
  }

  end(clean: boolean): void {
    this.#isWhole = clean;
  }

  result(): Extraction {
    return {
      responseModel: null,
      claims: NO_CLAIMS,
      finishReason: null,
      completed: this.#isWhole && this.#status < 400,
      failed: false,
      toolsCalled: false,
      inference: this.#inference,
      architecture: null,
    };
  }
}
