/** How a dialect reads an answer, one JSON value at a time. */
import type { Content } from './content-tally.ts';
import type { Findings } from './findings.ts';
import type { ObjectShape } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';

export interface Fold {
  readonly findings: Findings;
  /** The parts to keep of a value that is too large to buffer. */
  readonly shape: ObjectShape;
  /** How to recognize content frames without parsing; null parses every frame. */
  readonly ordinary: OrdinaryFrames | null;
  /**
   * Takes one value: a frame of a stream, a whole answer, or an element of an answer that is an
   * array. Its objects may be incomplete if the value was too large to buffer.
   *
   * @returns the generated content in it; null if it has none
   */
  frame(value: JsonObject, context: FrameContext): Content | null;
  /** Called for the `[DONE]` that ends OpenAI-style streams. */
  done?(): void;
  /**
   * Takes a value after the `[DONE]`, where some gateways send their usage. It does not belong to
   * the answer.
   */
  late?(value: JsonObject): void;
  /** Called after the last value. */
  settle?(): void;
}

export interface FrameContext {
  /** The event's name; empty if it has none or the framing has no names. */
  readonly event: string;
  /** True for a frame of an event stream or of NDJSON, false for a whole answer. */
  readonly streamed: boolean;
  /** The element's position if the answer is an array, else -1. */
  readonly index: number;
}

/**
 * Recognizes, without parsing, frames that contain only content. Quotes inside JSON strings are
 * escaped, so generated text cannot match a pattern that begins at a structural quote. All other
 * frames are parsed.
 */
export interface OrdinaryFrames {
  /** Names of the events to accept; events with other names are parsed. Null accepts any name. */
  readonly events: ReadonlySet<string> | null;
  /**
   * Must match. Its group is the member's name, its last character the first one of the content.
   */
  readonly content: RegExp;
  /** Whether a member with this name, in an event with this name, is visible text. */
  isVisible(member: string, event: string): boolean;
  /** Must not match; null if the event's name is enough. */
  marker(): RegExp | null;
  /** Number of frames to parse before others may be skipped, in order to find the model's name. */
  readonly curiosity: number;
}

/** Splits a body into values. */
export interface BodyReader {
  push(chunk: Buffer): void;
  end(clean: boolean): void;
  /** Whether the body is a stream of frames, as far as is known. */
  readonly isStream: boolean;
}
