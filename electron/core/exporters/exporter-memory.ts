import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import type { JsonDocument } from '../json-document.ts';

type Plain = Readonly<Record<string, unknown>>;

/** What exporters remember between runs, in one small document. Nothing here throws. */
export class ExporterMemories {
  /**
   * Tells this data folder's exchanges from those of other machines in a shared database. Made once;
   * a copied folder carries it along.
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

  /** A part of the document under a name of its own. */
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
      // What was not remembered is sent again, and is known by its key there.
      this.#log.warn({ error: String(error) }, 'what exporters remember could not be saved');
    }
  }
}
