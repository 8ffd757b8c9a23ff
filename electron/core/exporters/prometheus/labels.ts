/** The label that all models past the limit share. */
export const OTHER = 'other';
/** The label of an unknown name. Prometheus treats an empty label as a missing one. */
const UNKNOWN = 'unknown';
const MAX_LENGTH = 200;

/**
 * A name as a label value: one line of well-formed text without control characters other than the
 * line feed, which the text format escapes; cut at 200 UTF-16 units.
 */
export function labelText(name: string | null): string {
  if (name === null || name === '') return UNKNOWN;
  const short = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH - 1)}…` : name;
  // A lone surrogate cannot be written in UTF-8; it is replaced the same way each time.
  return Buffer.from(short)
    .toString()
    .replace(/[\0-\x09\x0b-\x1f\x7f]/g, '\ufffd');
}

/**
 * Labels for names that clients choose. The first `limit` names get their own label, all others share
 * `other`. The list lives as long as the process.
 */
export class NameLimit {
  readonly #limit: number;
  readonly #known = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Labels in use, without `other`. */
  get known(): Iterable<string> {
    return this.#known;
  }

  label(name: string | null): string {
    const text = labelText(name);
    if (this.#known.has(text)) return text;
    if (this.#known.size >= this.#limit) return OTHER;
    this.#known.add(text);
    return text;
  }
}
