/**
 * Bytes in, claims out: the interface between dialects (who know what servers say) and the meter
 * (who knows exchanges). Everything here is pure and synchronous: no sockets, no clocks.
 */
import type { Api, Features, Operation } from '../../../shared/usage.ts';
import type { Claims } from './claims.ts';

/** What a request's method and path say about it. */
export interface Route {
  readonly api: Api;
  readonly operation: Operation;
  /** The path without its query, as received. */
  readonly endpoint: string;
  /** True if it asks a model for tokens; a body may still say otherwise (a mere load). */
  readonly inference: boolean;
  readonly dialect: Dialect;
}

/** What a request's body says. Null: the body did not say, or could not be read. */
export interface RequestFacts {
  readonly model: string | null;
  /** Whether a stream is asked for, the dialect's default applied. */
  readonly stream: boolean | null;
  readonly features: Features;
  /** The request only loads or unloads a model (Ollama's empty prompt). */
  readonly inference: boolean;
  /** The server is to unload the model once it has answered (Ollama's `keep_alive` of 0). */
  readonly unloads: boolean;
}

/** What an answer said, as far as it came. */
export interface Extraction {
  readonly responseModel: string | null;
  readonly claims: Claims;
  readonly finishReason: string | null;
  /** The end that the dialect promises was seen. */
  readonly completed: boolean;
  /** The server reported an error inside the body. */
  readonly failed: boolean;
  /** The server refused, because it does not know the model. */
  readonly modelUnknown: boolean;
  readonly toolsCalled: boolean;
  /** False when the answer turned out not to be inference (a load, a token count, a replay). */
  readonly inference: boolean;
  /** Model architecture where the answer says it. */
  readonly architecture: string | null;
}

/** Reads a request's body as it passes; keeps bounded state whatever the body's size. */
export interface RequestReader {
  push(chunk: Uint8Array): void;
  /** The facts as far as the body was seen. */
  facts(): RequestFacts;
}

/** Reads an answer's body as it passes; keeps bounded state whatever the body's size. */
export interface ResponseReader {
  push(chunk: Uint8Array): void;
  /** No more bytes will come; `clean` is false if the answer was cut off. */
  end(clean: boolean): void;
  /** Frames that carried generated content, so far. Null if the answer is not a stream. */
  readonly contentChunks: number | null;
  /** Length of the generated text so far, in UTF-16 units; sound and images have none. */
  readonly characters: number;
  /** Text for the reader of the answer was seen: neither reasoning nor a tool call. */
  readonly hasVisibleText: boolean;
  /** The prompt's size as soon as the stream tells it, else null. */
  readonly inputTokensSoFar: number | null;
  result(): Extraction;
}

/** The head of the answer, as far as dialects need it. Names are lower case. */
export interface ResponseHead {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

/** One wire format family. A new one is one file and one entry in the registry. */
export interface Dialect {
  readonly id: string;
  /** `header` reads the request's headers (lower-case names): bodies are not always JSON. */
  request(route: Route, header: (name: string) => string | undefined): RequestReader;
  response(route: Route, facts: RequestFacts, head: ResponseHead): ResponseReader;
  /** The body of an error in this dialect's own shape. JSON text. */
  errorBody(error: { status: number; code: string; message: string }): string;
}
