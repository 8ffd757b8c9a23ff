import type { HistoryLine } from '../../../../shared/history.ts';
import { bucketFinder } from './history-buckets.ts';
import type { Buckets } from './history-buckets.ts';
import { LineBuilder } from './history-line.ts';
import type { HourPrices } from './history-query.ts';
import type { HistoryItem } from './history-sources.ts';

/** The total, and the lines by the numbers of their names. Items must come in the order of time. */
export class HistoryFold {
  readonly total: LineBuilder;
  readonly lines = new Map<number, LineBuilder>();
  others: LineBuilder | null = null;
  readonly #bucketOf: (at: number) => number;
  readonly #make: () => LineBuilder;

  constructor(buckets: Buckets, prices: HourPrices | null) {
    this.#make = () => new LineBuilder(buckets.edges.length - 1, prices);
    this.#bucketOf = bucketFinder(buckets);
    this.total = this.#make();
  }

  show(names: readonly number[]): void {
    for (const name of names) this.lines.set(name, this.#make());
  }

  addToTotal(item: HistoryItem): void {
    this.#add(this.total, item);
  }

  addToLine(item: HistoryItem): void {
    const line = this.lines.get(item.name) ?? (this.others ??= this.#make());
    this.#add(line, item);
  }

  /** Returns the lines in the order of `show`, then the others. */
  build(isKnown: readonly boolean[], nameOf: (id: number) => string | null): HistoryLine[] {
    const shown = [...this.lines].map(([id, line]) => line.build(nameOf(id), false, isKnown));
    return this.others === null ? shown : [...shown, this.others.build(null, true, isKnown)];
  }

  #add(line: LineBuilder, { at, addend, ttft, speed }: HistoryItem): void {
    const bucket = this.#bucketOf(at);
    if (bucket >= 0) line.add(bucket, at, addend, ttft, speed);
  }
}

export function foldRows(fold: HistoryFold, items: readonly HistoryItem[], top: number): void {
  const tokens = new Map<number, number>();
  for (const { name, addend } of items) {
    tokens.set(name, (tokens.get(name) ?? 0) + addend[2] + addend[4]);
  }
  const largest = [...tokens].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  fold.show(largest.slice(0, top).map(([name]) => name));
  for (const item of items) {
    fold.addToTotal(item);
    fold.addToLine(item);
  }
}
