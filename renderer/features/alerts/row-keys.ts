import { useState } from 'react';

/**
 * Keys of rows that are known by a name which can change. A renamed row keeps its key, and so its
 * focus and what is open in it.
 */
export function useRowKeys(): {
  readonly keyOf: (name: string) => string;
  readonly renamed: (before: string, after: string) => void;
} {
  const [keys, setKeys] = useState<ReadonlyMap<string, string>>(new Map());
  const keyOf = (name: string): string => keys.get(name) ?? name;
  const renamed = (before: string, after: string): void => {
    const key = keyOf(before);
    setKeys((all) => {
      const next = new Map(all).set(after, key);
      // The old name may be given to another row.
      return next.set(before, `${before}\0${next.size}`);
    });
  };
  return { keyOf, renamed };
}
