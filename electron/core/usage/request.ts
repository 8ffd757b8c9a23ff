/** Reads a request's JSON body as it passes and keeps only the parts needed for metering. */
import type { Features } from '../../../shared/features.ts';
import { Conversation } from './conversation.ts';
import type { BodySession, RequestFacts, RequestReader } from './extractor.ts';
import type { ObjectShape, ScanSink } from './json-shape.ts';
import { JsonReader } from './json-reader.ts';
import { at, holdsSomething, isObject, modelName } from './json-text.ts';
import { modelInPath } from './model-path.ts';
import type { RequestBody } from './request-body.ts';
import { samplingOf } from './sampling.ts';
import { previousResponse, sessionInBody } from './session-id.ts';

/** How a dialect reads requests. */
export interface RequestLens {
  readonly shape: ObjectShape;
  /** Whether a stream is requested. Called only if that can be determined. */
  stream(value: unknown): boolean;
  /**
   * True, false, or null if unknown. Missing members count as absent only if the body is complete.
   */
  features(body: RequestBody): Features;
  /** False if this request only loads a model. Called only if the body is complete. */
  inference?(body: RequestBody): boolean;
  /** True if the server shall unload the model after the answer. */
  unloads?(body: RequestBody): boolean;
  /** How many answers to each prompt are requested, from 1 on. One by default. */
  answersPerPrompt?(body: RequestBody): number;
}

export const NO_FEATURES: Features = {
  tools: null,
  structuredOutput: null,
  images: null,
  thinking: null,
};

/** The session of a request that says nothing about it. */
const NO_SESSION: BodySession = { id: null, previousResponse: null, conversation: [] };

/** The facts of a request whose body is not or could not be read. */
export const NO_FACTS: RequestFacts = {
  model: null,
  stream: null,
  features: NO_FEATURES,
  inference: true,
  unloads: false,
  answersPerPrompt: 1,
  session: NO_SESSION,
  sampling: null,
};

/** The value of a feature that is off by default: unknown until the body is complete. */
export function asked(body: RequestBody, isAsked: boolean): boolean | null {
  return isAsked || (body.complete ? false : null);
}

export class JsonRequestReader implements RequestReader {
  readonly #lens: RequestLens;
  readonly #endpoint: string;
  readonly #reader: JsonReader;
  readonly #visits = new Set<string>();
  readonly #counts = { stop: 0, tool: 0 };
  readonly #conversation = new Conversation();
  #body: unknown = undefined;
  /** The facts of the bytes so far; null if there are new bytes. */
  #facts: RequestFacts | null = null;

  /** @param digests true if the fingerprints of the conversation are needed */
  constructor(lens: RequestLens, endpoint: string, digests = false) {
    this.#lens = lens;
    this.#endpoint = endpoint;
    const sink: ScanSink = {
      value: (value) => {
        this.#body = value;
      },
      visit: (name, value) => {
        if (holdsSomething(value)) this.#visit(name, value);
      },
    };
    this.#reader = new JsonReader(lens.shape, sink, digests);
  }

  #visit(name: string, value: unknown): void {
    if (name === 'stop' || name === 'tool') this.#counts[name] += 1;
    else if (typeof value === 'string' && name === 'role') this.#conversation.role(value);
    else if (typeof value === 'string' && name === 'said') this.#conversation.text(value);
    else if (typeof value === 'string' && name === 'instructed') {
      this.#conversation.instruction(value);
    } else if (this.#visits.size <= 64) {
      this.#visits.add(name);
      if (typeof value === 'string') this.#visits.add(`${name}=${value}`);
    }
  }

  push(chunk: Uint8Array): void {
    this.#facts = null;
    this.#reader.push(
      Buffer.isBuffer(chunk)
        ? chunk
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    );
  }

  /** A member at the top level, as far as the shape keeps it; undefined if there is none. */
  member(name: string): unknown {
    return at(this.#body ?? this.#reader.unfinished, name);
  }

  facts(): RequestFacts {
    return (this.#facts ??= this.#readFacts());
  }

  #readFacts(): RequestFacts {
    const inPath = modelInPath(this.#endpoint);
    const document = this.#body ?? this.#reader.unfinished;
    if (!isObject(document)) {
      return { ...NO_FACTS, model: inPath };
    }
    const body: RequestBody = {
      get: (...path) => at(document, ...path),
      met: (name, value) => this.#visits.has(value === undefined ? name : `${name}=${value}`),
      complete: this.#reader.complete,
    };
    const stream = body.get('stream');
    return {
      model: inPath ?? modelName(body.get('model')) ?? modelName(body.get('name')),
      stream: body.complete || stream !== undefined ? this.#lens.stream(stream) : null,
      features: this.#lens.features(body),
      inference: !body.complete || (this.#lens.inference?.(body) ?? true),
      unloads: this.#lens.unloads?.(body) ?? false,
      answersPerPrompt: this.#lens.answersPerPrompt?.(body) ?? 1,
      session: {
        id: sessionInBody(body),
        previousResponse: previousResponse(body),
        conversation: body.complete ? this.#conversation.fingerprints() : [],
      },
      sampling: samplingOf(body, (name) => this.#counts[name]),
    };
  }
}
