import * as v from 'valibot';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const moment = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A model's name. Slashes and colons are allowed, unprintable characters are not. */
export const modelNameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(300),
  v.regex(/^[^\p{Cc}]*$/u, 'must be without control characters'),
);

/** The fields that the user may write. */
const NOTES = {
  displayName: v.nullable(text(200)),
  description: v.nullable(text(2_000)),
  category: text(100),
  sizeLabel: v.nullable(text(50)),
  notes: v.nullable(text(4_000)),
  tags: v.pipe(v.array(v.pipe(text(60), v.trim(), v.minLength(1))), v.maxLength(30)),
};

/** A model in the user's list. Times are Unix milliseconds. */
export const entrySchema = v.object({
  modelName: modelNameSchema,
  ...NOTES,
  isFavorite: v.boolean(),
  isDefault: v.boolean(),
  /** True for a model that is to stay at the top. Files of earlier versions have none. */
  isPinned: v.optional(v.boolean(), false),
  /** Names of the upstreams that had it at the last sync. */
  upstreams: v.array(v.string()),
  /** In bytes; null if unknown. */
  sizeBytes: v.nullable(v.pipe(v.number(), v.minValue(0))),
  installedAt: v.nullable(moment),
  createdAt: moment,
  updatedAt: moment,
});

export type RepositoryEntry = v.InferOutput<typeof entrySchema>;

const partialNotes = {
  displayName: v.exactOptional(NOTES.displayName),
  description: v.exactOptional(NOTES.description),
  category: v.exactOptional(NOTES.category),
  sizeLabel: v.exactOptional(NOTES.sizeLabel),
  notes: v.exactOptional(NOTES.notes),
  tags: v.exactOptional(NOTES.tags),
};

/** A model that the user adds. */
export const newEntrySchema = v.strictObject({ modelName: modelNameSchema, ...partialNotes });

/** A change to an entry. */
export const entryPatchSchema = v.strictObject({
  ...partialNotes,
  isFavorite: v.exactOptional(v.boolean()),
  isDefault: v.exactOptional(v.boolean()),
  isPinned: v.exactOptional(v.boolean()),
});

export type NewEntry = v.InferOutput<typeof newEntrySchema>;
export type EntryPatch = v.InferOutput<typeof entryPatchSchema>;

/** A new entry with the given values and defaults. */
export function newEntry(given: NewEntry, now: number): RepositoryEntry {
  return {
    displayName: null,
    description: null,
    category: 'general',
    sizeLabel: null,
    notes: null,
    tags: [],
    ...given,
    isFavorite: false,
    isDefault: false,
    isPinned: false,
    upstreams: [],
    sizeBytes: null,
    installedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}
