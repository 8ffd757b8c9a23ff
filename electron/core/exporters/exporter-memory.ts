import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import type { JsonDocument } from '../json-document.ts';

type Plain = Readonly<Record<string, unknown>>;

/** The state that exporters keep between runs, in one small document. Nothing here throws. */
export class ExporterMemories {
  /**
   * Identifies this data folder's exchanges in a database shared with other machines. Created once;
   * a copied folder keeps it.
   */
  readonly instance: string;
  readonly #document: JsonDocument;
  readonly #log: Log;
  #value: Plain;

  constructor(document: JsonDocument, log: Log) {
    this.#document = document;
    this.#log = log;
    this.#value = document.read();
    const { instance } = this.#value;
    this.instance = typeof instance === 'string' && instance !== '' ? instance : randomUUID();
    if (this.instance !== instance) this.#write({ ...this.#value, instance: this.instance });
  }

  /** The part of the document that belongs to `name`. */
  of(name: string): { read(): Plain; write(value: Plain): void } {
    return {
      read: () => {
        const value = this.#value[name];
        return typeof value === 'object' && value !== null ? { ...value } : {};
      },
      write: (value) => this.#write({ ...this.#value, [name]: value }),
    };
  }

  #write(value: Plain): void {
    this.#value = value;
    try {
      this.#document.write({ ...value });
    } catch (error) {
      // Not fatal: the rows are sent again, and the database recognizes them by their key.
      this.#log.warn({ error: String(error) }, 'what exporters remember could not be saved');
    }
  }
}
