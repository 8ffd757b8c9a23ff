import { foreignName } from '../../shared/foreign-name.ts';
import type { LiveExchange } from '../../shared/live-exchange.ts';
import type { Words } from './words.ts';

/** More requests than this are counted, not named. */
const MOST_NAMED = 3;
const LONGEST_NAME = 40;

/** The question's text, and its answers in the order of {@link QUIT_ANSWERS}. */
export interface QuitText {
  readonly title: string;
  readonly body: string;
  readonly answers: readonly string[];
}

/** `after` quits as soon as the requests that run now have ended. */
export const QUIT_ANSWERS = ['after', 'now', 'cancel'] as const;
export type QuitAnswer = (typeof QUIT_ANSWERS)[number];

export interface QuitQuestionOptions {
  readonly inFlight: () => readonly LiveExchange[];
  readonly words: () => Words;
  readonly ask: (text: QuitText) => Promise<QuitAnswer>;
  /** Quits without asking again. */
  readonly quit: () => void;
}

/** Asks before answers are cut off. Without any request in flight, it asks nothing. */
export class QuitQuestion {
  readonly #options: QuitQuestionOptions;
  /** The requests whose end is waited for; null if the user did not choose to wait. */
  #awaited: ReadonlySet<string> | null = null;

  constructor(options: QuitQuestionOptions) {
    this.#options = options;
  }

  /** True while it quits by itself as soon as the awaited requests have ended. */
  get isWaiting(): boolean {
    return this.#awaited !== null;
  }

  /** Resolves to whether the application may quit now. */
  async mayQuit(): Promise<boolean> {
    const running = this.#options.inFlight();
    if (running.length === 0) return true;
    const answer = await this.#options.ask(quitText(running, this.#options.words()));
    this.#awaited = answer === 'after' ? new Set(running.map(({ id }) => id)) : null;
    // They may have ended while the question was read.
    this.changed();
    return answer === 'now';
  }

  /** Call this when the requests in flight have changed. */
  changed(): void {
    const awaited = this.#awaited;
    if (awaited === null) return;
    if (this.#options.inFlight().some(({ id }) => awaited.has(id))) return;
    this.#awaited = null;
    this.#options.quit();
  }
}

/** What is cut off by quitting, and what can be done instead. */
export function quitText(running: readonly LiveExchange[], words: Words): QuitText {
  const count = running.length;
  const named = running.slice(0, MOST_NAMED).map(({ model, endpoint, application }) => {
    const name = foreignName(model ?? endpoint, LONGEST_NAME);
    if (application === null) return name;
    return words('quit.who', {
      model: name,
      application: foreignName(application, LONGEST_NAME),
    });
  });
  const rest = count - named.length;
  const names = [...named, ...(rest > 0 ? [words('quit.more', { count: rest })] : [])].join(', ');
  return {
    title: words('quit.title', { count }),
    body: words('quit.body', { count, names }),
    answers: QUIT_ANSWERS.map((answer) => words(`quit.${answer}`, { count })),
  };
}
