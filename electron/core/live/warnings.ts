import type { Warning } from '../../../shared/slices.ts';
import type { Log } from '../log.ts';
import { WarningList } from './warning-list.ts';

/** The warnings that the window shows. Each change is reported to `onChange`. */
export class Warnings {
  readonly #list = new WarningList();
  readonly #log: Log;
  readonly #onChange: () => void;

  constructor(log: Log, onChange: () => void) {
    this.#log = log;
    this.#onChange = onChange;
  }

  /** Oldest first. */
  get all(): readonly Warning[] {
    return this.#list.all;
  }

  /** Logs a message and shows it. A message that is shown already is not repeated. */
  readonly warn = (message: string): void => {
    this.#log.warn({}, message);
    this.tell(message, message);
  };

  /** Shows a message, or changes the one with the same topic. Null withdraws that one. */
  readonly tell = (topic: string, message: string | null): void => {
    if (message === null) this.#list.withdraw(topic);
    else this.#list.tell(topic, message, Date.now());
    this.#onChange();
  };
}
