import * as v from 'valibot';
import { SPLITS } from '../../../shared/alert-figure-kinds.ts';
import { FIGURE_NAMES } from '../../../shared/alert-figures.ts';
import type { AlertHistory, PastAlert } from '../../../shared/alert-history.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { SEVERITIES } from '../../../shared/alerts.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import { storedSentence } from '../insights/stored-sentence.ts';
import { EpisodeLog } from '../records/episode-log.ts';
import type { PastEpisode } from '../records/episode-log.ts';
import type { EpisodeRange } from '../records/ledger/episode-query.ts';
import type { Ledger } from '../records/ledger/ledger.ts';

type Content = Omit<PastAlert, 'from' | 'to' | 'isOngoing' | 'lastSeenAt'>;

const contentSchema: v.GenericSchema<unknown, Content> = v.object({
  rule: v.string(),
  figure: v.picklist(FIGURE_NAMES),
  severity: v.picklist(SEVERITIES),
  by: v.nullable(v.picklist(SPLITS)),
  subject: v.nullable(v.string()),
  op: v.picklist(['above', 'below']),
  threshold: v.number(),
  peakValue: v.nullable(v.number()),
  message: v.string(),
  messageSentence: v.optional(storedSentence, null),
  delivered: v.nullable(v.boolean()),
});

/** How long alerts that do not change are not looked at, milliseconds. */
const UNCHANGED_MS = 30_000;

/** An alert that fires now, with its rule. */
export interface FiringAlert {
  readonly state: AlertState;
  readonly rule: AlertRule;
}

/** Keeps the alerts that fired, in the ledger. */
export class AlertHistoryLog {
  readonly #log: EpisodeLog<Content>;
  #noted: readonly FiringAlert[] = [];
  #notedAt = -Infinity;

  constructor(ledger: Pick<Ledger, 'saveEpisodes' | 'episodes'>) {
    this.#log = new EpisodeLog({ ledger, kind: 'alert', schema: contentSchema, merge: worse });
  }

  /** Takes all alerts that fire at `now`, Unix milliseconds. */
  note(firing: readonly FiringAlert[], now: number): void {
    if (isSame(firing, this.#noted) && Math.abs(now - this.#notedAt) < UNCHANGED_MS) return;
    this.#noted = firing;
    this.#notedAt = now;
    const lasting = firing.map(({ state, rule }) => {
      const { figure, severity, by, subject, threshold, value: peakValue } = state;
      const { message, messageSentence } = state;
      const named = { rule: rule.name, figure, severity, by, subject, op: rule.op };
      const content = { ...named, threshold, peakValue, message, messageSentence, delivered: null };
      return [keyOf(state), { beganAt: state.firedAt ?? now, content }] as const;
    });
    this.#log.note(new Map(lasting), now);
  }

  /** Notes whether the webhook accepted these changes. Only the beginning of an alert counts. */
  noteDelivery(changes: readonly AlertState[], delivered: boolean): void {
    for (const state of changes) {
      if (state.status !== 'firing') continue;
      this.#log.change(keyOf(state), (content) => ({ ...content, delivered }));
    }
  }

  /**
   * Returns a page of alerts that fired in a range, of all rules or of the one with a name. Rejects
   * if the ledger cannot be read.
   */
  async page(range: Partial<EpisodeRange>, rule?: string): Promise<AlertHistory> {
    const ofRule = rule === undefined ? {} : { keyPrefix: `[${JSON.stringify(rule)},` };
    const { episodes, nextCursor } = await this.#log.page({ ...range, ...ofRule });
    return { alerts: episodes.map(pastAlert), nextCursor };
  }
}

function pastAlert({ beganAt, endedAt, isOngoing, ...rest }: PastEpisode<Content>): PastAlert {
  const { lastSeenAt, content } = rest;
  return { ...content, from: beganAt, to: endedAt, isOngoing, lastSeenAt };
}

/** The value farthest beyond the threshold, with its message. */
function worse(before: Content, now: Content): Content {
  if (now.peakValue === null) return before;
  const isWorse =
    before.peakValue === null ||
    (now.op === 'above' ? now.peakValue > before.peakValue : now.peakValue < before.peakValue);
  return isWorse ? { ...now, delivered: before.delivered } : before;
}

/** The engine returns the same state while nothing changed. */
function isSame(a: readonly FiringAlert[], b: readonly FiringAlert[]): boolean {
  return a.length === b.length && a.every(({ state }, index) => state === b[index]?.state);
}

function keyOf({ rule, by, subject }: AlertState): string {
  return JSON.stringify([rule, by, subject]);
}
