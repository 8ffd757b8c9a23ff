import { useState } from 'react';

export interface Typed {
  readonly shown: string;
  readonly type: (text: string) => void;
  /** Passes a changed text on. From then on `value` is shown again. */
  readonly commit: () => void;
  /** False if there is nothing to take back. */
  readonly revert: () => boolean;
}

/**
 * The text of a field that passes it on only when it is complete. What is typed belongs to the
 * value that it replaces; another value from elsewhere wins.
 */
export function useTyped(value: string, onChange: (value: string) => void): Typed {
  const [typed, setTyped] = useState({ of: value, text: value });
  const shown = typed.of === value ? typed.text : value;
  const type = (text: string): void => setTyped({ of: value, text });
  const revert = (): boolean => {
    type(value);
    return shown !== value;
  };
  const commit = (): void => {
    // The text must not come back when the change is undone or discarded.
    if (revert()) onChange(shown);
  };
  return { shown, type, commit, revert };
}
