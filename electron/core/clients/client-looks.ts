import * as v from 'valibot';
import type { ClientDimension, ClientLook } from '../../../shared/clients.ts';
import { CLIENT_DIMENSIONS } from '../../../shared/clients.ts';
import { sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';

/** Most clients with a name or a colour of their own. */
const MAX_LOOKS = 1_000;

export const lookSchema = v.strictObject({
  label: v.optional(
    v.nullable(
      v.pipe(
        v.string('must be a text or null'),
        v.trim(),
        v.minLength(1, 'must not be empty; null shows the own name'),
        v.maxLength(80, 'must have at most 80 characters'),
      ),
    ),
    null,
  ),
  colour: v.optional(
    v.nullable(
      v.pipe(
        v.string('must be a colour or null'),
        v.regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1b9e77'),
      ),
    ),
    null,
  ),
});

const entrySchema = v.object({
  by: v.picklist(CLIENT_DIMENSIONS),
  name: v.string(),
  label: v.nullable(v.string()),
  colour: v.nullable(v.string()),
});
const documentSchema = v.object({ clients: v.array(entrySchema) });
type Entry = v.InferOutput<typeof entrySchema>;

const NO_LOOK: ClientLook = { label: null, colour: null };

/** The names and colours that the user gave to clients, in `clients.json`. */
export class ClientLooks {
  readonly #document: JsonDocument;
  #entries: readonly Entry[];

  constructor(document: JsonDocument) {
    this.#document = document;
    const read = v.safeParse(documentSchema, document.read());
    this.#entries = read.success ? read.output.clients : [];
  }

  of(by: ClientDimension, name: string | null): ClientLook {
    const entry = this.#entries.find((each) => each.by === by && each.name === name);
    return entry === undefined ? NO_LOOK : { label: entry.label, colour: entry.colour };
  }

  /** Sets both; without either, the entry is removed. Throws a `file` error if it cannot be saved. */
  set(by: ClientDimension, name: string, { label, colour }: ClientLook): void {
    const others = this.#entries.filter((each) => each.by !== by || each.name !== name);
    const isPlain = label === null && colour === null;
    if (!isPlain && others.length >= MAX_LOOKS) {
      const message = sentence('looks_full', { count: String(MAX_LOOKS) });
      throw new TokwattError('too_many', message, { status: 409 });
    }
    const entries = isPlain ? others : [...others, { by, name, label, colour }];
    try {
      this.#document.write({ clients: entries });
    } catch (cause) {
      const message = sentence('look_unsaved');
      throw new TokwattError('file', message, { status: 500, cause });
    }
    this.#entries = entries;
  }
}
