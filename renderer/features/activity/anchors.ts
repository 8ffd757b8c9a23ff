import type { ActivityPositions } from '../../../shared/activity.ts';

interface Anchor {
  /** The index of the page's first row. */
  readonly position: number;
  /** The cursor after which the page begins; null for the newest row. */
  readonly cursor: string | null;
}

/** Where the pages of a long list begin. Pages may have different sizes. */
export class Anchors {
  readonly #anchors: Anchor[];
  #end: number;

  constructor(start: string | null = null, rows = 0) {
    this.#anchors = [{ position: 0, cursor: start }];
    this.#end = rows;
  }

  /** The number of rows. */
  get end(): number {
    return this.#end;
  }

  /** Adds the positions that follow the rows so far. */
  add({ rows, step, cursors, nextCursor }: ActivityPositions): void {
    const begin = this.#end;
    cursors.forEach((cursor, at) => this.#push({ position: begin + (at + 1) * step, cursor }));
    this.#end = begin + rows;
    if (nextCursor !== null) this.#push({ position: this.#end, cursor: nextCursor });
  }

  /** The page of a row, and the row's place in it. */
  find(index: number): { readonly page: number; readonly offset: number } {
    let low = 0;
    let high = this.#anchors.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.startOf(middle) <= index) low = middle;
      else high = middle - 1;
    }
    return { page: low, offset: index - this.startOf(low) };
  }

  startOf(page: number): number {
    return this.#anchors[page]?.position ?? this.#end;
  }

  sizeOf(page: number): number {
    return Math.max(0, this.startOf(page + 1) - this.startOf(page));
  }

  cursorOf(page: number): string | null {
    return this.#anchors[page]?.cursor ?? null;
  }

  #push(anchor: Anchor): void {
    // A page without rows would hide the one that follows.
    if (this.#anchors.at(-1)?.position === anchor.position) this.#anchors.pop();
    this.#anchors.push(anchor);
  }
}
