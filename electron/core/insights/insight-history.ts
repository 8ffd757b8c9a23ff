import * as v from 'valibot';
import type { InsightHistory, PastInsight } from '../../../shared/insight-history.ts';
import { INSIGHT_KINDS, INSIGHT_SCOPES, INSIGHT_UNITS } from '../../../shared/insights.ts';
import type { Insight } from '../../../shared/insights.ts';
import { storedSentence } from './stored-sentence.ts';
import { EpisodeLog } from '../records/episode-log.ts';
import type { EpisodeRange } from '../records/ledger/episode-query.ts';
import type { Ledger } from '../records/ledger/ledger.ts';

type Content = Pick<
  PastInsight,
  'kind' | 'scope' | 'subject' | 'title' | 'titleSentence' | 'figure'
>;

const contentSchema: v.GenericSchema<unknown, Content> = v.object({
  kind: v.picklist(INSIGHT_KINDS),
  scope: v.picklist(INSIGHT_SCOPES),
  subject: v.string(),
  title: v.string(),
  titleSentence: v.optional(storedSentence, null),
  figure: v.object({ value: v.number(), unit: v.picklist(INSIGHT_UNITS) }),
});

/** Keeps the insights about models and the machine, in the ledger. Dismissed ones too. */
export class InsightHistoryLog {
  readonly #log: EpisodeLog<Content>;

  constructor(ledger: Pick<Ledger, 'saveEpisodes' | 'episodes'>) {
    this.#log = new EpisodeLog({ ledger, kind: 'insight', schema: contentSchema, merge: worse });
  }

  /** Takes all that was found at `now`, Unix milliseconds. */
  note(found: readonly Insight[], now: number): void {
    const lasting = found.map(({ firstSeenAt, ...insight }) => {
      const { kind, scope, subject, title, titleSentence, figure } = insight;
      const content = { kind, scope, subject, title, titleSentence, figure };
      return [JSON.stringify([kind, subject]), { beganAt: firstSeenAt, content }] as const;
    });
    this.#log.note(new Map(lasting), now);
  }

  /** Returns a page of what was found in a range. Rejects if the ledger cannot be read. */
  async page(range: Partial<EpisodeRange>): Promise<InsightHistory> {
    const { episodes, nextCursor } = await this.#log.page(range);
    const insights = episodes.map(({ beganAt, endedAt, isOngoing, lastSeenAt, content }) => ({
      ...{ ...content, from: beganAt, to: endedAt },
      ...{ isOngoing, lastSeenAt },
    }));
    return { insights, nextCursor };
  }
}

/** The one with the larger figure. Figures in another unit replace those before. */
function worse(before: Content, now: Content): Content {
  const isSameUnit = before.figure.unit === now.figure.unit;
  return isSameUnit && now.figure.value <= before.figure.value ? before : now;
}
