import type { EffectiveSettings } from './effective.ts';

/** A change that a part of the core is ready to follow. Exactly one of the two is called. */
export interface PreparedChange {
  /** The change is in force from now on. Must not throw. */
  commit(): void;
  /** The change was refused. Resolves when everything is as it was. */
  abort(): Promise<void>;
}

export type Prepare = (next: EffectiveSettings) => Promise<PreparedChange>;

/** The parts of the core that have to get ready for a change, and may refuse it. */
export class PreparedParts {
  readonly #parts = new Set<Prepare>();

  /** Returns the remover. */
  add(prepare: Prepare): () => void {
    this.#parts.add(prepare);
    return () => {
      this.#parts.delete(prepare);
    };
  }

  /** Rejects with the error of the first part that cannot follow; the others are put back then. */
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
