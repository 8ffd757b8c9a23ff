import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

const schema = v.object({
  checkedAt: v.optional(v.nullable(v.number()), null),
  told: v.optional(v.nullable(v.string()), null),
});

/** What is kept of updates from one start to the next. */
export interface KeptUpdate {
  /** When the last answer came, Unix milliseconds. */
  readonly checkedAt: number | null;
  /** The version that a notification told of. */
  readonly told: string | null;
}

export interface UpdateMemory {
  readonly kept: KeptUpdate;
  keep(change: Partial<KeptUpdate>): void;
}

/** Keeps it in a file. Without one, and with one that is not usable, nothing was kept. */
export function openUpdateMemory(file: string): UpdateMemory {
  let kept = read(file);
  return {
    get kept() {
      return kept;
    },
    keep(change) {
      kept = { ...kept, ...change };
      try {
        writeFileSync(file, `${JSON.stringify(kept)}\n`);
      } catch {
        // The worst is one more question, and one more notification, after the next start.
      }
    },
  };
}

function read(file: string): KeptUpdate {
  try {
    return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { checkedAt: null, told: null };
  }
}
