import * as v from 'valibot';
import { INSIGHT_KINDS } from '../../../shared/insights.ts';
import type { Dismissal, Insight } from '../../../shared/insights.ts';
import type { DismissedInsight } from '../../../shared/insight-history.ts';
import { systemCode } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';

const HOUR_MS = 3_600_000;
/** Subjects contain names of models, which clients choose. */
const MAX_ENTRIES = 500;

const entrySchema = v.object({
  kind: v.picklist(INSIGHT_KINDS),
  subject: v.string(),
  /** Unix milliseconds; null for good. */
  until: v.nullable(v.number()),
});
const documentSchema = v.object({ dismissed: v.array(v.unknown()) });
type Entry = v.InferOutput<typeof entrySchema>;

type Dismissed = Pick<Insight, 'kind' | 'subject'>;

/** The insights that the user does not want to see, for an hour or for good. Kept between runs. */
export class Dismissals {
  readonly #document: JsonDocument;
  readonly #log: Log;
  #entries: readonly Entry[];

  constructor(document: JsonDocument, log: Log) {
    this.#document = document;
    this.#log = log;
    const read = v.safeParse(documentSchema, document.read());
    // Another version may know other kinds.
    this.#entries = read.success
      ? read.output.dismissed.filter((each) => v.is(entrySchema, each))
      : [];
  }

  /** Those in force, the last first. */
  list(now: number): readonly DismissedInsight[] {
    return this.#entries.filter((entry) => isInForce(entry, now)).reverse();
  }

  has({ kind, subject }: Dismissed, now: number): boolean {
    return this.#entries.some(
      (entry) => entry.kind === kind && entry.subject === subject && isInForce(entry, now),
    );
  }

  /** Dismisses an insight, or shows it again. It is in force even if it cannot be saved. */
  set({ kind, subject }: Dismissed, until: Dismissal, now: number): void {
    const others = this.#entries.filter(
      (entry) => isInForce(entry, now) && !(entry.kind === kind && entry.subject === subject),
    );
    const added: Entry = { kind, subject, until: until === 'hour' ? now + HOUR_MS : null };
    this.#entries = until === 'none' ? others : [...others, added].slice(-MAX_ENTRIES);
    try {
      this.#document.write({ dismissed: this.#entries });
    } catch (error) {
      const code = systemCode(error) ?? 'failed';
      this.#log.warn({ code }, 'dismissed insights could not be saved; they last until the end');
    }
  }
}

function isInForce({ until }: Entry, now: number): boolean {
  return until === null || until > now;
}
