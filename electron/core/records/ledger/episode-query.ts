import * as v from 'valibot';
import { BACKWARD, isForward } from './ranges.ts';

/** What episodes are of. `unmetered`: traffic passed while nothing was measured. */
export type EpisodeKind = 'alert' | 'insight' | 'unmetered';

/** The time for which an alert fired, or an insight was found. Times are Unix milliseconds. */
export interface Episode {
  readonly kind: EpisodeKind;
  /** Unique among those of its kind that last at the same time. */
  readonly key: string;
  readonly beganAt: number;
  /** The last moment at which it certainly lasted. */
  readonly seenAt: number;
  /** Null while it lasts, and if it still lasted when Tokwatt ended. */
  readonly endedAt: number | null;
  /** What it was about. */
  readonly json: string;
}

const moment = v.pipe(v.number(), v.integer());

/** The fields of {@link episodeRangeSchema}. */
export const episodeRangeEntries = {
  from: v.optional(v.pipe(moment, v.description('Unix milliseconds'))),
  to: v.optional(v.pipe(moment, v.description('Unix milliseconds, exclusive'))),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^-?\d{1,16}\.\d{1,16}$/, 'must be the next_cursor of a page'),
      v.description('`next_cursor` of the previous page'),
    ),
  ),
};

/** The part of a query that readers choose: a page of what lasted at some time of a range. */
export const episodeRangeSchema = v.pipe(
  v.strictObject(episodeRangeEntries),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
export type EpisodeRange = v.InferOutput<typeof episodeRangeSchema>;

export interface EpisodeQuery extends Partial<EpisodeRange> {
  readonly kind: EpisodeKind;
  /** Leaves out episodes whose key does not begin with this. */
  readonly keyPrefix?: string;
}

export interface EpisodePage {
  readonly episodes: readonly Episode[];
  /** Null at the end. */
  readonly next: string | null;
}
