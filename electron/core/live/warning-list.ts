import type { Warning } from '../../../shared/slices.ts';

/** Nobody reads more; the oldest go first. */
const MAX_WARNINGS = 100;

/** What the user should know, oldest first; each once. */
export class WarningList {
  #warnings: readonly (Warning & { readonly topic: string })[] = [];
  #made = 0;

  get all(): readonly Warning[] {
    return this.#warnings.map(({ id, at, message }) => ({ id, at, message }));
  }

  /**
   * Adds a warning, or changes the words of the one with the same topic.
   * @param at when it was first noticed, Unix milliseconds
   */
  tell(topic: string, message: string, at: number): void {
    const known = this.#warnings.find((warning) => warning.topic === topic);
    if (known !== undefined) {
      this.#warnings = this.#warnings.map((each) => (each === known ? { ...each, message } : each));
      return;
    }
    this.#made += 1;
    const added = { id: `${this.#made}`, at, message, topic };
    this.#warnings = [...this.#warnings, added].slice(-MAX_WARNINGS);
  }

  /** Removes the warning of this topic, because its cause is gone. */
  withdraw(topic: string): void {
    this.#warnings = this.#warnings.filter((warning) => warning.topic !== topic);
  }
}
