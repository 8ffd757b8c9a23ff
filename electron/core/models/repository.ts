import * as v from 'valibot';
import { sentence } from '../../../shared/sentences.ts';
import { TokwattError, systemCode } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import { sameModel } from './same-model.ts';
import type { Installed, InstalledModel } from './installed.ts';
import { entrySchema, newEntry } from './repository-entry.ts';
import type { EntryPatch, NewEntry, RepositoryEntry } from './repository-entry.ts';

/** Limits the cost of a change, because each one writes the whole list. */
const MAX_ENTRIES = 1_000;

/** The result of a sync. */
export interface SyncResult {
  /** The models of the upstreams. */
  readonly installed: readonly string[];
  readonly added: readonly string[];
  /** Models that no upstream has any longer. They stay on the list. */
  readonly gone: readonly string[];
}

/**
 * The user's own list of models: favourites, one default, notes. It is kept in memory and written
 * with each change. If writing fails, the change is not applied (`models`, 500).
 */
export class ModelRepository {
  readonly #document: JsonDocument;
  #entries: readonly RepositoryEntry[];
  /**
   * Entries that this version cannot read. They are kept, because a newer version may have written
   * them.
   */
  readonly #unread: readonly unknown[];

  constructor(document: JsonDocument, log: Log) {
    this.#document = document;
    const { models, unread } = document.read();
    const read = readEntries(models);
    this.#entries = read.entries;
    this.#unread = [...(Array.isArray(unread) ? (unread as unknown[]) : []), ...read.unread];
    if (read.unread.length > 0) {
      log.warn(
        { unread: read.unread.length },
        'models.json has entries that could not be read; they are kept under "unread"',
      );
    }
  }

  /** Favourites first, then by name. */
  get entries(): readonly RepositoryEntry[] {
    const rank = ({ isFavorite }: RepositoryEntry): number => (isFavorite ? 0 : 1);
    return [...this.#entries].sort(
      (a, b) => rank(a) - rank(b) || (a.modelName < b.modelName ? -1 : 1),
    );
  }

  /** The model to use if a request names none. */
  get defaultModel(): string | null {
    return this.#entries.find(({ isDefault }) => isDefault)?.modelName ?? null;
  }

  /** Throws `not_found` (404). */
  get(name: string): RepositoryEntry {
    const entry = this.#find(name);
    if (entry !== undefined) return entry;
    throw new TokwattError('not_found', sentence('not_on_list', { model: name }), { status: 404 });
  }

  /** Throws `exists` (409). */
  add(given: NewEntry, now: number): RepositoryEntry {
    if (this.#find(given.modelName) !== undefined) {
      throw new TokwattError('exists', sentence('on_list', { model: given.modelName }), {
        status: 409,
      });
    }
    const entry = newEntry(given, now);
    this.#save([...this.#entries, entry]);
    return entry;
  }

  /** Throws `not_found` (404). A new default replaces the previous one. */
  update(name: string, patch: EntryPatch, now: number): RepositoryEntry {
    return this.#change(this.#entries, this.get(name), patch, now);
  }

  /** Like `update`, but adds the model if it is not on the list yet. */
  mark(name: string, patch: (entry: RepositoryEntry) => EntryPatch, now: number): RepositoryEntry {
    const known = this.#find(name);
    const entry = known ?? newEntry({ modelName: name }, now);
    const entries = known === undefined ? [...this.#entries, entry] : this.#entries;
    return this.#change(entries, entry, patch(entry), now);
  }

  /** Throws `not_found` (404). Does not delete the model from its servers. */
  remove(name: string): void {
    const entry = this.get(name);
    this.#save(this.#entries.filter((each) => each !== entry));
  }

  /**
   * Updates the list with the models of the upstreams. New models are added; missing ones stay but
   * are no longer marked as installed. Models of an upstream that did not answer stay as they are.
   */
  sync({ models, errors }: Installed, now: number): SyncResult {
    const silent = new Set(errors.map(({ upstream }) => upstream));
    const known = this.#entries.map((entry) => synced(entry, models, silent, now));
    const added = uniqueNames(models)
      .filter((name) => this.#find(name) === undefined)
      .map((name) => synced(newEntry({ modelName: name }, now), models, silent, now));
    const next = [...known, ...added];
    if (JSON.stringify(next) !== JSON.stringify(this.#entries)) this.#save(next);
    const names = (entries: readonly RepositoryEntry[]): string[] =>
      entries.map(({ modelName }) => modelName);
    return {
      installed: uniqueNames(models),
      added: names(added),
      gone: names(known.filter(({ upstreams }) => upstreams.length === 0)),
    };
  }

  #find(name: string): RepositoryEntry | undefined {
    return (
      this.#entries.find(({ modelName }) => modelName === name) ??
      this.#entries.find(({ modelName }) => sameModel(modelName, name))
    );
  }

  #change(
    entries: readonly RepositoryEntry[],
    target: RepositoryEntry,
    patch: EntryPatch,
    now: number,
  ): RepositoryEntry {
    const changed = { ...target, ...patch, updatedAt: now };
    this.#save(
      entries.map((entry) => {
        if (entry === target) return changed;
        return patch.isDefault === true && entry.isDefault ? { ...entry, isDefault: false } : entry;
      }),
    );
    return changed;
  }

  #save(entries: readonly RepositoryEntry[]): void {
    if (entries.length > MAX_ENTRIES) {
      const message = sentence('list_full', { count: String(MAX_ENTRIES) });
      throw new TokwattError('too_many', message, { status: 409 });
    }
    try {
      const unread = this.#unread.length === 0 ? {} : { unread: this.#unread };
      this.#document.write({ models: entries, ...unread });
    } catch (error) {
      const code = systemCode(error) ?? 'failed';
      const message = sentence('list_unsaved', { code });
      throw new TokwattError('models', message, { status: 500, cause: error });
    }
    this.#entries = entries;
  }
}

function readEntries(models: unknown): { entries: RepositoryEntry[]; unread: unknown[] } {
  const entries: RepositoryEntry[] = [];
  const unread: unknown[] = [];
  const given =
    models === undefined ? [] : Array.isArray(models) ? (models as unknown[]) : [models];
  for (const each of given) {
    const result = v.safeParse(entrySchema, each);
    const isNew = result.success && !entries.some((e) => e.modelName === result.output.modelName);
    if (isNew) entries.push(result.output);
    else unread.push(each);
  }
  // The file may have been edited, so only the first default is kept.
  const first = entries.findIndex(({ isDefault }) => isDefault);
  return {
    entries: entries.map((entry, index) => ({ ...entry, isDefault: index === first })),
    unread,
  };
}

function uniqueNames(models: readonly InstalledModel[]): string[] {
  return [...new Set(models.map(({ name }) => name))];
}

function synced(
  entry: RepositoryEntry,
  models: readonly InstalledModel[],
  silent: ReadonlySet<string>,
  now: number,
): RepositoryEntry {
  const found = models.filter(({ name }) => sameModel(name, entry.modelName));
  const still = entry.upstreams.filter((upstream) => silent.has(upstream));
  const upstreams = [...new Set([...still, ...found.map(({ upstream }) => upstream)])].sort();
  const size = found.find((model) => model.size !== null)?.size ?? entry.sizeBytes;
  const installedAt = upstreams.length === 0 ? null : (entry.installedAt ?? now);
  const next = { ...entry, upstreams, sizeBytes: size, installedAt };
  return JSON.stringify(next) === JSON.stringify(entry) ? entry : { ...next, updatedAt: now };
}
