/**
 * The interface between dialects, which know wire formats, and the meter, which knows exchanges.
 * Bytes go in, claims come out. All code behind it is pure and synchronous: no sockets, no clocks.
 */
import type { Sampling } from '../../../shared/sampling.ts';
import type { Features } from '../../../shared/features.ts';
import type { Api, NoAnswer, Operation } from '../../../shared/usage.ts';
import type { StreamFormat } from '../proxy/stream-end.ts';
import type { Claims, PromptSoFar } from './claims.ts';
import type { ContextWords } from './context-words.ts';
import type { Drafts } from './drafts.ts';
import type { JsonObject } from './json-text.ts';

/** What a request's method and path reveal. */
export interface Route {
  readonly api: Api;
  readonly operation: Operation;
  /** The path without its query, as received. */
  readonly endpoint: string;
  /** True if the route asks a model for tokens. The body may still show otherwise (a mere load). */
  readonly inference: boolean;
  readonly dialect: Dialect;
}

/** What a request's body says about the session to which it belongs. */
export interface BodySession {
  /** The id that the client gave; null if it gave none. */
  readonly id: string | null;
  /** The id of the response that this request continues (`previous_response_id`). */
  readonly previousResponse: string | null;
  /** See {@link import('./conversation.ts').Conversation}; empty until the body is complete. */
  readonly conversation: readonly string[];
}

/** What a request's body contains. Null if the body has no value or could not be read. */
export interface RequestFacts {
  readonly model: string | null;
  /** Whether a stream is requested, with the dialect's default. */
  readonly stream: boolean | null;
  readonly features: Features;
  /** False if the request only loads or unloads a model (Ollama's empty prompt). */
  readonly inference: boolean;
  /** True if the server unloads the model after its answer (Ollama's `keep_alive` of 0). */
  readonly unloads: boolean;
  /** How many answers to each prompt are requested (`n`); 1 if it does not say. */
  readonly answersPerPrompt: number;
  readonly session: BodySession;
  /** Null if the request gave no sampling parameters. */
  readonly sampling: Sampling | null;
}

/** What was found in an answer, as far as it came. */
export interface Extraction {
  readonly responseModel: string | null;
  readonly claims: Claims;
  readonly finishReason: string | null;
  /** True if the end marker of the dialect was seen. */
  readonly completed: boolean;
  /** True if the body contains an error. */
  readonly failed: boolean;
  /** True if the server refused because it does not know the model. */
  readonly modelUnknown: boolean;
  /** What the server said about a prompt that does not fit into the context; null if nothing. */
  readonly contextWords: ContextWords | null;
  readonly toolsCalled: boolean;
  /** What came in place of an answer; null for an answer. */
  readonly instead: NoAnswer | null;
  /**
   * False if the answer showed that the request was no inference (a load, a token count, a replay).
   */
  readonly inference: boolean;
  /** The model's architecture; null if the answer does not contain it. */
  readonly architecture: string | null;
  /** The response's own id, by which a later request may continue it; null if it has none. */
  readonly responseId: string | null;
  /** Null if the answer says nothing about drafted tokens. */
  readonly drafts: Drafts | null;
}

/** Reads a request's body in chunks. Its memory is bounded for any body size. */
export interface RequestReader {
  push(chunk: Uint8Array): void;
  /** The facts found so far. */
  facts(): RequestFacts;
}

/** Reads an answer's body in chunks. Its memory is bounded for any body size. */
export interface ResponseReader {
  push(chunk: Uint8Array): void;
  /** Takes a whole message, in answers that consist of messages instead of a stream of bytes. */
  message?(value: JsonObject): void;
  /** Ends the body. `clean` is false if the answer was cut off. */
  end(clean: boolean): void;
  /** Frames with generated content so far; null if the answer is not a stream. */
  readonly contentChunks: number | null;
  /** Length of the generated text so far, in UTF-16 units; sound and images have none. */
  readonly characters: number;
  /** True once visible text was seen, that is neither reasoning nor a tool call. */
  readonly hasVisibleText: boolean;
  /** The prompt's size once the stream has reported it, else null. */
  readonly inputTokensSoFar: number | null;
  /** What the answer has reported about its prompt so far. */
  readonly promptSoFar: PromptSoFar;
  result(): Extraction;
}

/** The parts of an answer's head that dialects need. Header names are lower case. */
export interface ResponseHead {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

/** One family of wire formats. A new one needs a file and an entry in the registry. */
export interface Dialect {
  readonly id: string;
  /**
   * `header` returns a request header by its lower-case name. It is needed because not all bodies
   * are JSON.
   */
  request(route: Route, header: (name: string) => string | undefined): RequestReader;
  response(route: Route, facts: RequestFacts, head: ResponseHead): ResponseReader;
  /** The body of an error in this dialect's shape, as JSON text. */
  errorBody(error: { status: number; code: string; message: string }): string;
  /** An error at the end of a stream of this dialect; null if its streams have no errors. */
  streamError(
    format: StreamFormat,
    error: { status: number; code: string; message: string },
  ): string | null;
}
