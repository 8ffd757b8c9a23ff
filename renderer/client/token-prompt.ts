import { sentence } from '../../shared/sentences.ts';
import type { Message } from '../../shared/sentences.ts';
import { messageOf } from './said-error.ts';

/** The content of the dialog. */
export interface TokenQuestion {
  /** Why the last answer was rejected, or null. */
  readonly problem: Message | null;
  readonly isChecking: boolean;
}

/** Keeps the API token for this tab and asks the user for it when needed. */
export interface TokenPrompt {
  readonly token: () => string | null;
  /** Drops a token that proved to be wrong, for example because it was replaced. */
  readonly forget: () => void;
  /**
   * Opens the prompt unless it is open. Resolves with true after a correct answer, false if the
   * user closes it.
   */
  readonly ask: () => Promise<boolean>;
  /** Calls the listener whenever a correct token was entered, until the returned function is called. */
  readonly onGranted: (listener: () => void) => () => void;
  /** Null while the prompt is closed. */
  readonly question: () => TokenQuestion | null;
  readonly subscribe: (listener: () => void) => () => void;
  readonly answer: (token: string) => Promise<void>;
  readonly dismiss: () => void;
}

/** The error of reading without a token. */
export const TOKEN_NEEDED = 'Tokwatt asks for its API token.';

const KEY = 'tokwatt-token';

type Check = (token: string) => Promise<boolean>;
type TokenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * `check` returns whether a token is correct. It rejects with one line if that cannot be
 * determined.
 */
export function createTokenPrompt(storage: TokenStorage, check: Check): TokenPrompt {
  const asking = new Asking();
  return {
    token: () => storage.getItem(KEY),
    forget: () => storage.removeItem(KEY),
    ask: () => asking.begin(),
    onGranted: (listener) => asking.onGranted(listener),
    question: () => asking.question,
    subscribe: (listener) => asking.subscribe(listener),
    answer: async (token) => {
      asking.show({ problem: null, isChecking: true });
      const problem = await problemWith(token.trim(), check);
      // The dialog was closed in the meantime.
      if (asking.question === null) return;
      if (problem !== null) asking.show({ problem, isChecking: false });
      else {
        storage.setItem(KEY, token.trim());
        asking.end(true);
      }
    },
    dismiss: () => asking.end(false),
  };
}

/** The open question, and all callers waiting for its answer. */
class Asking {
  readonly #listeners = new Set<() => void>();
  readonly #askers = new Set<(isGiven: boolean) => void>();
  readonly #followers = new Set<() => void>();
  #question: TokenQuestion | null = null;

  get question(): TokenQuestion | null {
    return this.#question;
  }

  begin(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#askers.add(resolve);
      if (this.#question === null) this.show({ problem: null, isChecking: false });
    });
  }

  onGranted(listener: () => void): () => void {
    this.#followers.add(listener);
    return () => this.#followers.delete(listener);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(question: TokenQuestion | null): void {
    this.#question = question;
    for (const listener of this.#listeners) listener();
  }

  end(isGiven: boolean): void {
    this.show(null);
    for (const asker of this.#askers) asker(isGiven);
    this.#askers.clear();
    if (isGiven) for (const follower of [...this.#followers]) follower();
  }
}

async function problemWith(token: string, check: Check): Promise<Message | null> {
  // A header cannot contain other characters.
  if (!/^[\x21-\x7e]+$/.test(token)) return sentence('token_letters');
  try {
    return (await check(token)) ? null : sentence('token_wrong');
  } catch (error) {
    return messageOf(error);
  }
}

/** The header with a token. */
export function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}
