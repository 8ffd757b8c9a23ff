/** Things that wait to be stored, oldest first. Beyond a limit, the oldest are lost. */
export class Waiting<T> {
  readonly #limit: number;
  #items: readonly T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#items.length;
  }

  add(items: readonly T[]): void {
    this.#items = [...this.#items, ...items].slice(-this.#limit);
  }

  /** Returns what waits, and forgets it. */
  take(): readonly T[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Takes back what could not be stored. */
  putBack(items: readonly T[]): void {
    this.#items = [...items, ...this.#items].slice(-this.#limit);
  }
}
