import { useState } from 'react';

/**
 * Keys of rows that are known by a name which can change. A renamed row keeps its key, and so its
 * focus and what is open in it.
 */
export function useRowKeys(): {
  /** The keys of all rows, in their order. */
  readonly keysOf: (names: readonly string[]) => readonly string[];
  readonly renamed: (before: string, after: string) => void;
} {
  const [keys, setKeys] = useState<ReadonlyMap<string, string>>(new Map());
  return {
    keysOf: (names) => rowKeys(names, keys),
    renamed: (before, after) =>
      setKeys((all) => new Map(all).set(after, all.get(before) ?? before)),
  };
}

/** `keys` has the first names of renamed rows. A new row with such a name gets another key. */
export function rowKeys(
  names: readonly string[],
  keys: ReadonlyMap<string, string>,
): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let key = keys.get(name) ?? name;
    while (used.has(key)) key += '\0';
    used.add(key);
    return key;
  });
}
