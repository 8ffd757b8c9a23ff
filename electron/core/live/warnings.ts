import { englishOf, stated } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Warning } from '../../../shared/slices.ts';
import type { Log } from '../log.ts';

/** Most warnings that are kept. The oldest are dropped first. */
const MAX_WARNINGS = 100;

/** The warnings that the window shows, one for each topic. Each change is reported to `onChange`. */
export class Warnings {
  readonly #log: Log;
  readonly #onChange: () => void;
  #warnings: readonly (Warning & { readonly topic: string })[] = [];
  #made = 0;

  constructor(log: Log, onChange: () => void) {
    this.#log = log;
    this.#onChange = onChange;
  }

  /** Oldest first. */
  get all(): readonly Warning[] {
    return this.#warnings.map(({ topic: _topic, ...warning }) => warning);
  }

  /** Logs a message and shows it. A message that is shown already is not repeated. */
  readonly warn = (message: Message): void => {
    const english = englishOf(message);
    this.#log.warn({}, english);
    this.tell(english, message);
  };

  /**
   * Shows a message, or changes the one with the same topic, which keeps its time. Null removes
   * that one.
   */
  readonly tell = (topic: string, message: Message | null): void => {
    const isKnown = this.#warnings.some((warning) => warning.topic === topic);
    if (message === null) {
      this.#warnings = this.#warnings.filter((warning) => warning.topic !== topic);
    } else if (isKnown) {
      this.#warnings = this.#warnings.map((each) =>
        each.topic === topic ? { ...each, ...stated(message) } : each,
      );
    } else this.#add(topic, message);
    this.#onChange();
  };

  #add(topic: string, message: Message): void {
    this.#made += 1;
    const added = { id: `${this.#made}`, at: Date.now(), ...stated(message), topic };
    this.#warnings = [...this.#warnings, added].slice(-MAX_WARNINGS);
  }
}
