import { structureOf, withTexts } from './entry.ts';
import type { TrayEntry } from './entry.ts';

/** What has changed in the shown menu. */
export type MenuChange = 'nothing' | 'texts' | 'structure';

/**
 * The menu as it is shown. While it is open, its texts may change, but no row comes, goes or moves
 * under the pointer: that waits until it is closed.
 */
export class HeldMenu {
  #shown: readonly TrayEntry[];
  #waiting: readonly TrayEntry[] | null = null;
  #isOpen = false;

  constructor(entries: readonly TrayEntry[]) {
    this.#shown = entries;
  }

  get shown(): readonly TrayEntry[] {
    return this.#shown;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Takes the menu as it should be now. Says what has changed in the shown one. */
  offer(wanted: readonly TrayEntry[]): MenuChange {
    const isSameShape = structureOf(wanted) === structureOf(this.#shown);
    if (!isSameShape && !this.#isOpen) return this.#show(wanted, 'structure');
    this.#waiting = isSameShape ? null : wanted;
    const next = isSameShape ? wanted : withTexts(this.#shown, wanted);
    const isSame = JSON.stringify(next) === JSON.stringify(this.#shown);
    return isSame ? 'nothing' : this.#show(next, 'texts');
  }

  opened(): void {
    this.#isOpen = true;
  }

  /** The menu is closed, or about to be read anew. What waited is shown now. */
  closed(): MenuChange {
    this.#isOpen = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting === null ? 'nothing' : this.#show(waiting, 'structure');
  }

  #show(entries: readonly TrayEntry[], change: MenuChange): MenuChange {
    this.#shown = entries;
    return change;
  }
}
