import * as v from 'valibot';
import { putNewest } from '../newest-entries.ts';
import type { Episode, EpisodeKind, EpisodeQuery, EpisodeRange } from './ledger/episode-query.ts';
import type { Ledger } from './ledger/ledger.ts';

/** How often it is stored that an episode still lasts, milliseconds. */
const REFRESH_MS = 60_000;
/** Episodes that are over and may still change, such as when a message of them was delivered. */
const REMEMBERED = 200;

/** Something that lasts now. */
export interface Lasting<Content> {
  /** Unix milliseconds. */
  readonly beganAt: number;
  readonly content: Content;
}

/** An episode, as readers see it. */
export interface PastEpisode<Content> extends Lasting<Content> {
  readonly lastSeenAt: number;
  /** Null while it lasts, and if it still lasted when Tokwatt ended. */
  readonly endedAt: number | null;
  readonly isOngoing: boolean;
}

interface EpisodeLogOptions<Content> {
  readonly ledger: Pick<Ledger, 'saveEpisodes' | 'episodes'>;
  readonly kind: EpisodeKind;
  /** Reads stored content. What does not fit, from damage or another version, is left out. */
  readonly schema: v.GenericSchema<unknown, Content>;
  /** Returns what to keep of an episode: the same object if nothing worth storing changed. */
  readonly merge: (before: Content, now: Content) => Content;
}

interface Kept<Content> extends Lasting<Content> {
  readonly seenAt: number;
  readonly endedAt: number | null;
}

/** Keeps when something began and ended, in the ledger. */
export class EpisodeLog<Content> {
  readonly #options: EpisodeLogOptions<Content>;
  readonly #lasting = new Map<string, Kept<Content>>();
  readonly #over = new Map<string, Kept<Content>>();
  #saving: Promise<void> = Promise.resolve();

  constructor(options: EpisodeLogOptions<Content>) {
    this.#options = options;
  }

  /** Takes all that lasts at `now`, by key. What is not among it any more has ended. Cheap if nothing changed. */
  note(current: ReadonlyMap<string, Lasting<Content>>, now: number): void {
    const changed: [string, Kept<Content>][] = [];
    for (const [key, kept] of this.#lasting) {
      if (current.get(key)?.beganAt === kept.beganAt) continue;
      const ended = { ...kept, seenAt: Math.max(kept.beganAt, now), endedAt: now };
      this.#lasting.delete(key);
      putNewest(this.#over, key, ended, REMEMBERED);
      changed.push([key, ended]);
    }
    for (const [key, { beganAt, content }] of current) {
      const before = this.#lasting.get(key);
      const merged = before === undefined ? content : this.#options.merge(before.content, content);
      const isDue = before === undefined || Math.abs(now - before.seenAt) >= REFRESH_MS;
      if (!isDue && merged === before.content) continue;
      const kept = { beganAt, content: merged, seenAt: now, endedAt: null };
      this.#lasting.set(key, kept);
      changed.push([key, kept]);
    }
    this.#save(changed);
  }

  /** Changes the newest episode of a key, also if it is over. */
  change(key: string, change: (content: Content) => Content): void {
    const [kept, place] = this.#lasting.has(key)
      ? [this.#lasting.get(key), this.#lasting]
      : [this.#over.get(key), this.#over];
    if (kept === undefined) return;
    const next = { ...kept, content: change(kept.content) };
    place.set(key, next);
    this.#save([[key, next]]);
  }

  /** Returns a page, the last that began first. Rejects if the ledger cannot be read. */
  async page(
    range: Partial<EpisodeRange> & Pick<EpisodeQuery, 'keyPrefix'>,
  ): Promise<{ readonly episodes: PastEpisode<Content>[]; readonly nextCursor: string | null }> {
    await this.#saving;
    const { kind, ledger } = this.#options;
    const { episodes, next } = await ledger.episodes({ ...range, kind });
    return { episodes: episodes.flatMap((each) => this.#parsed(each)), nextCursor: next };
  }

  #parsed({ key, beganAt, seenAt, endedAt, json }: Episode): PastEpisode<Content>[] {
    const result = v.safeParse(this.#options.schema, parse(json));
    if (!result.success) return [];
    const isOngoing = endedAt === null && this.#lasting.get(key)?.beganAt === beganAt;
    return [{ beganAt, lastSeenAt: seenAt, endedAt, isOngoing, content: result.output }];
  }

  #save(changed: readonly (readonly [string, Kept<Content>])[]): void {
    if (changed.length === 0) return;
    const { kind, ledger } = this.#options;
    const saved = ledger.saveEpisodes(
      changed.map(([key, { beganAt, seenAt, endedAt, content }]) => ({
        ...{ kind, key, beganAt, seenAt, endedAt },
        json: JSON.stringify(content),
      })),
    );
    this.#saving = Promise.all([this.#saving, saved]).then(() => undefined);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
