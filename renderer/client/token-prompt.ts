/** What the dialog shows. */
export interface TokenQuestion {
  /** Why the last answer was not taken, or null. */
  readonly problem: string | null;
  readonly isChecking: boolean;
}

/** Keeps the API token for this tab, and asks for it where it is needed. */
export interface TokenPrompt {
  readonly token: () => string | null;
  /** The token turned out to be wrong: it has been replaced, say. */
  readonly forget: () => void;
  /** Asks, unless it is asking already. True once there is a token that is right, false if there will be none. */
  readonly ask: () => Promise<boolean>;
  /** Settles when the next right token was given, however long that takes. */
  readonly granted: () => Promise<void>;
  /** Null while nothing is asked. */
  readonly question: () => TokenQuestion | null;
  readonly subscribe: (listener: () => void) => () => void;
  readonly answer: (token: string) => Promise<void>;
  readonly dismiss: () => void;
}

/** The reason that reading fails with while there is no token for it. */
export const TOKEN_NEEDED = 'Tokwatt asks for its API token.';

const KEY = 'tokwatt-token';

/** `check` says whether a token is the right one; it rejects with one line if nobody can tell. */
export function createTokenPrompt(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  check: (token: string) => Promise<boolean>,
): TokenPrompt {
  const listeners = new Set<() => void>();
  const askers = new Set<(isGiven: boolean) => void>();
  const waiters = new Set<() => void>();
  let question: TokenQuestion | null = null;

  function become(next: TokenQuestion | null): void {
    question = next;
    for (const listener of listeners) listener();
  }

  function settle(isGiven: boolean): void {
    become(null);
    for (const asker of askers) asker(isGiven);
    askers.clear();
    if (!isGiven) return;
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  return {
    token: () => storage.getItem(KEY),
    forget: () => storage.removeItem(KEY),
    ask: () =>
      new Promise((resolve) => {
        askers.add(resolve);
        if (question === null) become({ problem: null, isChecking: false });
      }),
    granted: () => new Promise((resolve) => waiters.add(resolve)),
    question: () => question,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    answer: async (token) => {
      become({ problem: null, isChecking: true });
      const problem = await problemWith(token.trim(), check);
      // It was dismissed meanwhile.
      if (question === null) return;
      if (problem !== null) become({ problem, isChecking: false });
      else {
        storage.setItem(KEY, token.trim());
        settle(true);
      }
    },
    dismiss: () => settle(false),
  };
}

async function problemWith(
  token: string,
  check: (token: string) => Promise<boolean>,
): Promise<string | null> {
  // A header cannot carry anything else.
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'A token is made of letters, digits, dashes and underscores.';
  try {
    return (await check(token)) ? null : 'That is not the token. Copy it from the file again.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
