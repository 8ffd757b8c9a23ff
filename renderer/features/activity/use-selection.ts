import { useSearchParams } from 'wouter';

/** The open exchange, and the one that it is compared with. */
export interface Selection {
  readonly id: number | null;
  readonly other: number | null;
  readonly select: (id: number) => void;
  /** Compares with the open one; opens it if none is. Null ends the comparison. */
  readonly compare: (id: number | null) => void;
  readonly close: () => void;
}

/** The selection in the address. Moving it is no step back; opening and closing it are. */
export function useSelection(): Selection {
  const [params, setParams] = useSearchParams();
  const id = idOf(params.get('id'));
  const other = id === null ? null : idOf(params.get('with'));
  const change = (
    changes: Readonly<Record<'id' | 'with', number | null>>,
    replace: boolean,
  ): void =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === null) after.delete(name);
          else after.set(name, `${value}`);
        }
        return after;
      },
      { replace },
    );
  return {
    id,
    other,
    select: (next) => change({ id: next, with: next === other ? null : other }, id !== null),
    compare: (next) => {
      if (id === null && next !== null) change({ id: next, with: null }, false);
      else if (next !== id) change({ id, with: next }, other !== null);
    },
    close: () => {
      if (id !== null) change({ id: null, with: null }, false);
    },
  };
}

function idOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
