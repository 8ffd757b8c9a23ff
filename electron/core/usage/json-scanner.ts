/**
 * An incremental JSON reader that keeps only the wanted parts of a document (see json-shape.ts).
 * Its memory is bounded for any document size and depth, and it never throws.
 */
import type { ScanSink, Shape } from './json-shape.ts';
import { elementOf, isReported, keep, leafOf } from './json-frame.ts';
import type { Frame } from './json-frame.ts';
import { JsonKey } from './json-key.ts';
import { ValueRecorder } from './json-recorder.ts';
import { ValueSkipper } from './json-skipper.ts';

const enum Mode {
  Between,
  Value,
  Key,
  InKey,
  Colon,
  After,
  Skip,
}

/** Most bytes kept in all arrays of one document. */
const MAX_ELEMENT_BYTES = 256 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export class JsonScanner {
  readonly #root: Shape;
  readonly #sink: ScanSink;
  readonly #frames: Frame[] = [];
  readonly #skipper = new ValueSkipper();
  readonly #key = new JsonKey();
  readonly #recorder = new ValueRecorder();
  #mode = Mode.Between;
  /** The shape of the next value or of the one being skipped; null if it is not wanted. */
  #wanted: Shape | null;
  #elementBytes = 0;
  readonly #digests: boolean;
  #documents: number;
  #broken = false;

  /**
   * @param documents number of top-level values that another reader has already taken
   * @param digests true if digests are needed
   */
  constructor(root: Shape, sink: ScanSink, documents = 0, digests = false) {
    this.#documents = documents;
    this.#digests = digests;
    this.#root = this.#wanted = root;
    this.#sink = sink;
  }

  /** Number of complete top-level values. */
  get documents(): number {
    return this.#documents;
  }

  /** True if the input is not JSON. */
  get broken(): boolean {
    return this.#broken;
  }

  /** True if there is at least one top-level value and none is unfinished. */
  get complete(): boolean {
    return !this.#broken && this.#documents > 0 && this.#mode === Mode.Between;
  }

  /** The wanted parts of the current object so far. */
  get unfinished(): unknown {
    const frame = this.#frames[0];
    return frame?.isArray === false ? frame.object : undefined;
  }

  /** Bytes of input held back; tests check the limit with it. */
  get retainedBytes(): number {
    return this.#key.capacity + this.#recorder.capacity + this.#elementBytes;
  }

  push(chunk: Buffer): void {
    let i = 0;
    while (i < chunk.length && !this.#broken) {
      if (this.#mode === Mode.Skip) i = this.#skip(chunk, i);
      else if (this.#mode === Mode.InKey) i = this.#readKey(chunk, i);
      else i = this.#step(chunk[i] ?? 0, i);
    }
  }

  /** Ends the input, which completes a bare number or word at the top level. */
  end(): void {
    if (this.#mode === Mode.Skip && this.#frames.length === 0 && this.#skipper.isBareScalar) {
      this.#endSkipped();
    }
  }

  /** Takes one structural byte and returns the position to continue at. */
  #step(byte: number, i: number): number {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return i + 1;
    switch (this.#mode) {
      case Mode.Between:
        // A byte order mark may precede a document.
        if (byte === 0xef || byte === 0xbb || byte === 0xbf) return i + 1;
        this.#wanted = this.#root;
        return this.#begin(byte, i);
      case Mode.Value:
        if (byte === CLOSE_ARRAY && this.#frames.at(-1)?.count === 0) this.#close(true);
        else return this.#begin(byte, i);
        return i + 1;
      case Mode.Key:
        if (byte === QUOTE) this.#beginKey();
        else if (byte === CLOSE_OBJECT) this.#close(false);
        else this.#broken = true;
        return i + 1;
      case Mode.Colon:
        if (byte === COLON) this.#mode = Mode.Value;
        else this.#broken = true;
        return i + 1;
      case Mode.After:
      case Mode.InKey:
      case Mode.Skip:
        this.#after(byte);
        return i + 1;
    }
  }

  #after(byte: number): void {
    const frame = this.#frames.at(-1);
    if (byte === COMMA && frame !== undefined) {
      this.#mode = frame.isArray ? Mode.Value : Mode.Key;
      if (frame.isArray) this.#wanted = frame.isRootArray ? frame.shape : elementOf(frame.shape);
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) this.#close(byte === CLOSE_ARRAY);
    else this.#broken = true;
  }

  /** Begins the value with its first byte at `i`. */
  #begin(byte: number, i: number): number {
    const shape = this.#wanted;
    const atRoot = this.#frames.length === 0;
    const parent = this.#frames.at(-1);
    if (parent !== undefined) parent.count += 1;
    if (byte === OPEN_OBJECT && shape?.kind === 'object') {
      this.#open(shape, false, false);
      return i + 1;
    }
    if (byte === OPEN_ARRAY && (shape?.kind === 'array' || (atRoot && shape !== null))) {
      this.#open(shape, true, shape.kind !== 'array');
      return i + 1;
    }
    if (!ValueSkipper.canBegin(byte)) {
      this.#broken = true;
      return i;
    }
    this.#recorder.begin(leafOf(shape, this.#digests), byte);
    this.#skipper.begin();
    this.#mode = Mode.Skip;
    return i;
  }

  #open(shape: Shape, isArray: boolean, isRootArray: boolean): void {
    this.#frames.push({ shape, isArray, isRootArray, object: {}, array: [], key: '', count: 0 });
    this.#mode = isArray ? Mode.Value : Mode.Key;
    if (isArray) this.#wanted = isRootArray ? shape : elementOf(shape);
  }

  #close(isArray: boolean): void {
    const frame = this.#frames.pop();
    if (frame?.isArray !== isArray) {
      this.#broken = true;
      return;
    }
    // An array without wanted elements must still be recognizable as not empty.
    if (isArray && frame.count > 0 && frame.array.length === 0) frame.array.push(null);
    this.#endValue(isArray ? frame.array : frame.object, frame.isRootArray);
  }

  #beginKey(): void {
    this.#key.begin();
    this.#skipper.beginString();
    this.#mode = Mode.InKey;
  }

  #readKey(chunk: Buffer, i: number): number {
    const next = this.#skipper.skip(chunk, i);
    const end = this.#skipper.ended ? next - 1 : next;
    this.#key.add(chunk, i, end);
    if (!this.#skipper.ended) return next;
    const frame = this.#frames.at(-1);
    if (frame !== undefined) {
      const key = this.#key.text();
      const { shape } = frame;
      frame.key = key ?? '';
      this.#wanted =
        key !== null && shape.kind === 'object' ? (shape.members.get(key) ?? null) : null;
    }
    this.#mode = Mode.Colon;
    return next;
  }

  #skip(chunk: Buffer, i: number): number {
    const next = this.#skipper.skip(chunk, i);
    this.#recorder.add(chunk, i, next);
    if (this.#skipper.ended) this.#endSkipped();
    return next;
  }

  #endSkipped(): void {
    const { leaf, length } = this.#recorder;
    if (leaf === null) {
      this.#endValue(undefined, true);
      return;
    }
    const { ok, value } = this.#recorder.end();
    if (!ok) this.#broken = true;
    if (isReported(leaf) && value !== undefined) this.#sink.visit?.(leaf.name, value);
    const keeps = !isReported(leaf) && (!this.#isInArray() || this.#affords(length));
    this.#endValue(keeps ? value : undefined, true);
  }

  /** True if the arrays of this document may keep `bytes` more. */
  #affords(bytes: number): boolean {
    this.#elementBytes += bytes;
    return this.#elementBytes <= MAX_ELEMENT_BYTES;
  }

  #isInArray(): boolean {
    return this.#frames.some((frame) => frame.isArray && !frame.isRootArray);
  }

  /** Ends a value and passes it to its parent or to the sink. A `silent` value is not delivered. */
  #endValue(value: unknown, silent: boolean): void {
    const parent = this.#frames.at(-1);
    if (parent === undefined) {
      this.#mode = Mode.Between;
      this.#elementBytes = 0;
      this.#documents += 1;
      if (!silent) this.#sink.value(value, -1);
      return;
    }
    this.#mode = Mode.After;
    if (parent.isRootArray) {
      this.#elementBytes = 0;
      if (!silent) this.#sink.value(value, parent.count - 1);
    } else keep(parent, value, this.#wanted !== null);
  }
}
