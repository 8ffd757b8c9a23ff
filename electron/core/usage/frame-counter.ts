/** Hands frames to a fold, sparing it those that only carry content, and counts them. */
import type { Fold, FrameContext } from './fold.ts';
import { FrameFilter } from './frame-filter.ts';
import { at, isObject, parseJson } from './json-text.ts';

export class FrameCounter {
  readonly #fold: Fold;
  readonly #filter: FrameFilter | null;
  #parsed = 0;
  /** The last frame that went unparsed, for what it may say if it was the last of all. */
  #unparsed: { readonly line: string; readonly from: number; readonly event: string } | null = null;

  constructor(fold: Fold) {
    this.#fold = fold;
    this.#filter = fold.ordinary === null ? null : new FrameFilter(fold.ordinary);
  }

  /**
   * True if a frame needs no parsing; it is counted then.
   *
   * @param line one character a byte; the frame's data begins at `from`
   */
  isOrdinary(line: string, from: number, event: string): boolean {
    if (this.#filter === null || this.#isCurious()) return false;
    if (!this.#filter.isOrdinary(line, event)) return false;
    this.#fold.findings.content.add(this.#filter.contentOf(line));
    this.#unparsed = { line, from, event };
    return true;
  }

  /** No more frames. A stream that was cut off has its last word in an ordinary frame. */
  end(): void {
    if (this.#unparsed === null || this.#fold.findings.ended) return;
    const { line, from, event } = this.#unparsed;
    const value = parseJson(line.slice(from));
    if (isObject(value)) this.#fold.frame(value, { event, streamed: true, index: -1 });
    this.#fold.findings.endFrame();
    this.#unparsed = null;
  }

  /** Parses a frame's text (one character a byte) and takes it; text that is no JSON is ignored. */
  text(latin1: string, event: string): void {
    this.#parsed += 1;
    this.#unparsed = null;
    const value = parseJson(latin1);
    const streamed = true;
    if (Array.isArray(value)) {
      value.forEach((element, index) => this.value(element, { event, streamed, index }));
    } else this.value(value, { event, streamed, index: -1 });
  }

  /** A frame's text behind the end of the answer: only what it tells of the usage is of interest. */
  lateText(line: string, from: number): void {
    if (line.includes('"usage"', from)) this.late(parseJson(line.slice(from)));
  }

  /** As above, its value. */
  late(value: unknown): void {
    if (isObject(value)) this.#fold.late?.(value);
  }

  /** Takes a frame's value. */
  value(value: unknown, context: FrameContext): void {
    if (!isObject(value)) return;
    if (isError(value)) this.#fold.findings.failed = true;
    const content = this.#fold.frame(value, context);
    if (content !== null) this.#fold.findings.content.add(content);
    this.#fold.findings.endFrame();
  }

  #isCurious(): boolean {
    const { findings, ordinary } = this.#fold;
    return findings.responseModel === null && this.#parsed < (ordinary?.curiosity ?? 0);
  }
}

/** An `error` member that says something, in whatever shape. */
function isError(value: unknown): boolean {
  return Boolean(at(value, 'error'));
}
