import type { EffectiveSettings } from './effective.ts';

/** A change that a part of the core has prepared. Exactly one of the two methods is called. */
export interface PreparedChange {
  /** Puts the change in force. Must not throw. */
  commit(): void;
  /**
   * Undoes the preparation, because the change was refused. Resolves when the old state is
   * restored.
   */
  abort(): Promise<void>;
}

export type Prepare = (next: EffectiveSettings) => Promise<PreparedChange>;

/** The parts of the core that prepare for a change of settings and may refuse it. */
export class PreparedParts {
  readonly #parts = new Set<Prepare>();

  /** Adds a part. Returns the function that removes it. */
  add(prepare: Prepare): () => void {
    this.#parts.add(prepare);
    return () => {
      this.#parts.delete(prepare);
    };
  }

  /**
   * Prepares all parts. Rejects with the error of the first part that cannot follow, after the
   * others were undone.
   */
  async prepare(next: EffectiveSettings): Promise<PreparedChange> {
    const prepared: PreparedChange[] = [];
    const abort = async (): Promise<void> => {
      await Promise.all(prepared.map((each) => each.abort()));
    };
    try {
      for (const part of this.#parts) prepared.push(await part(next));
    } catch (error) {
      await abort();
      throw error;
    }
    return { commit: () => prepared.forEach((each) => each.commit()), abort };
  }
}
