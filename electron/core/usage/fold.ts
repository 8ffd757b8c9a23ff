/** What a dialect makes of an answer, one JSON value at a time. */
import type { Content } from './content-tally.ts';
import type { Findings } from './findings.ts';
import type { ObjectShape } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';

export interface Fold {
  readonly findings: Findings;
  /** The parts to keep of a value that is too large to hold. */
  readonly shape: ObjectShape;
  /** How to tell an ordinary content frame from its text; null: every frame is parsed. */
  readonly ordinary: OrdinaryFrames | null;
  /**
   * Takes one value: a frame of a stream, the whole answer, or an element of an answer that is an
   * array. Members that are objects may be incomplete if the value was too large to hold.
   *
   * @returns the generated content that it carried; null if it carried none
   */
  frame(value: JsonObject, context: FrameContext): Content | null;
  /** The `[DONE]` that ends OpenAI-style streams. */
  done?(): void;
  /**
   * Takes a value that comes after the `[DONE]`: some gateways tell their usage there. It is no part
   * of the answer.
   */
  late?(value: JsonObject): void;
  /** Nothing more will come. */
  settle?(): void;
}

export interface FrameContext {
  /** The event's name, empty if it has none or the framing has no names. */
  readonly event: string;
  /** Part of an event stream or of lines, not a whole answer. */
  readonly streamed: boolean;
  /** The element's position in an answer that is an array, else -1. */
  readonly index: number;
}

/**
 * How to recognise, without parsing, a frame that carries content and nothing else worth reading.
 * Quotes inside JSON strings are escaped, so a pattern that begins at a structural quote cannot be
 * imitated by generated text. Whatever is not recognised is parsed.
 */
export interface OrdinaryFrames {
  /** Event names to accept as they are; other named events are parsed. Null: names do not matter. */
  readonly events: ReadonlySet<string> | null;
  /** Must match; its group is the member's name, its last character the first of the content. */
  readonly content: RegExp;
  /** Whether a member of this name, in an event of this name, is for the reader of the answer. */
  isVisible(member: string, event: string): boolean;
  /** Must not match; null where the event's name says enough. */
  marker(): RegExp | null;
  /** Frames to parse before ordinary ones are let through, to learn the model's name. */
  readonly curiosity: number;
}

/** One way to cut a body into values. */
export interface BodyReader {
  push(chunk: Buffer): void;
  end(clean: boolean): void;
  /** Whether the body is a stream of frames, as far as can be told. */
  readonly isStream: boolean;
}
