/**
 * Passes frames to a fold and counts content. Skips parsing for frames that contain only content.
 */
import { contextWordsOf } from './context-words.ts';
import type { Fold, FrameContext } from './fold.ts';
import { FrameFilter } from './frame-filter.ts';
import type { JsonObject } from './json-text.ts';
import { at, isObject, parseJson } from './json-text.ts';

export class FrameCounter {
  readonly #fold: Fold;
  readonly #filter: FrameFilter | null;
  #parsed = 0;
  /** The last unparsed frame. It may matter if it is the last one of the stream. */
  #unparsed: { readonly line: string; readonly from: number; readonly event: string } | null = null;

  constructor(fold: Fold) {
    this.#fold = fold;
    this.#filter = fold.ordinary === null ? null : new FrameFilter(fold.ordinary);
  }

  /**
   * True if a frame needs no parsing. Its content is counted in that case.
   *
   * @param line one character per byte; the frame's data begins at `from`
   */
  isOrdinary(line: string, from: number, event: string): boolean {
    if (this.#filter === null || this.#isCurious()) return false;
    if (!this.#filter.isOrdinary(line, event)) return false;
    this.#fold.findings.content.add(this.#filter.contentOf(line));
    this.#unparsed = { line, from, event };
    return true;
  }

  /** Ends the frames. If the stream was cut off, parses the last skipped frame after all. */
  end(): void {
    if (this.#unparsed === null || this.#fold.findings.ended) return;
    const { line, from, event } = this.#unparsed;
    const value = parseJson(line.slice(from));
    if (isObject(value)) this.#fold.frame(value, { event, streamed: true, index: -1 });
    this.#fold.findings.endFrame();
    this.#unparsed = null;
  }

  /**
   * Parses a frame's text (one character per byte) and takes its value. Ignores text that is not
   * JSON.
   */
  text(latin1: string, event: string): void {
    this.#parsed += 1;
    this.#unparsed = null;
    const value = parseJson(latin1);
    const streamed = true;
    if (Array.isArray(value)) {
      value.forEach((element, index) => this.value(element, { event, streamed, index }));
    } else this.value(value, { event, streamed, index: -1 });
  }

  /** Takes a frame's text after the end of the answer. Only its usage matters. */
  lateText(line: string, from: number): void {
    if (line.includes('"usage"', from)) this.late(parseJson(line.slice(from)));
  }

  /** The same for a parsed value. */
  late(value: unknown): void {
    if (isObject(value)) this.#fold.late?.(value);
  }

  value(value: unknown, context: FrameContext): void {
    if (!isObject(value)) return;
    if (isError(value)) this.#fail(value);
    const content = this.#fold.frame(value, context);
    if (content !== null) this.#fold.findings.content.add(content);
    this.#fold.findings.endFrame();
  }

  #fail(error: JsonObject): void {
    const { findings } = this.#fold;
    findings.failed = true;
    findings.contextWords ??= contextWordsOf(error);
  }

  #isCurious(): boolean {
    const { findings, ordinary } = this.#fold;
    return findings.responseModel === null && this.#parsed < (ordinary?.curiosity ?? 0);
  }
}

/** True if there is a non-empty `error` member of any shape. */
function isError(value: unknown): boolean {
  return Boolean(at(value, 'error'));
}
