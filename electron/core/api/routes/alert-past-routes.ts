import type { Hono } from 'hono';
import * as v from 'valibot';
import { SPLITS } from '../../../../shared/alert-figure-kinds.ts';
import { FIGURE_NAMES } from '../../../../shared/alert-figures.ts';
import type { AlertHistory, AlertPreview, PastAlert } from '../../../../shared/alert-history.ts';
import { SEVERITIES, alertRuleSchema } from '../../../../shared/alerts.ts';
import { fromWire, toWire } from '../../../../shared/wire.ts';
import type { AlertHistoryLog } from '../../alerts/alert-history.ts';
import type { AlertPreviews } from '../../alerts/previews/alert-previews.ts';
import { TokwattError } from '../../errors.ts';
import { episodeRangeEntries } from '../../records/ledger/episode-query.ts';
import { BACKWARD, isForward } from '../../records/ledger/ranges.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';
import { count, flag, moment, shape } from '../schemas/state-schemas.ts';
import { hangUp } from '../streamed-answer.ts';

export interface AlertPastOptions {
  readonly history: Pick<AlertHistoryLog, 'page'>;
  readonly previews: Pick<AlertPreviews, 'preview'>;
}

const nullableText = v.nullable(v.string());
const nullableNumber = v.nullable(v.number());
const DAY_MS = 86_400_000;
const MAX_PREVIEW_DAYS = 31;
const previewSchema = v.pipe(
  v.strictObject({
    rule: alertRuleSchema,
    from: v.optional(v.pipe(moment, v.description('Unix milliseconds; a week ago by default'))),
    to: v.optional(v.pipe(moment, v.description('Unix milliseconds; now by default'))),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
const previewAnswer = shape<AlertPreview>()({
  isKnown: v.pipe(flag, v.description('False if the past of the figure is not stored')),
  note: v.pipe(nullableText, v.description('Why it is not known, or in what it is inexact')),
  noteSentence: maybeSaid,
  from: v.pipe(moment, v.description('Later than asked if there are too many requests')),
  to: moment,
  resolutionMs: nullableNumber,
  count,
  alerts: v.pipe(
    v.array(
      v.strictObject({
        subject: nullableText,
        from: moment,
        to: v.nullable(moment),
        peakValue: nullableNumber,
      }),
    ),
    v.description('The first of them, at most 500'),
  ),
});
const historyQuery = v.pipe(
  v.strictObject({
    ...episodeRangeEntries,
    rule: v.optional(
      v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description('The name of a rule')),
    ),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
const historyAnswer = shape<AlertHistory>()({
  alerts: v.array(
    shape<PastAlert>()({
      rule: v.string(),
      figure: v.picklist(FIGURE_NAMES),
      severity: v.picklist(SEVERITIES),
      by: v.nullable(v.picklist(SPLITS)),
      subject: nullableText,
      op: v.picklist(['above', 'below']),
      threshold: v.number(),
      from: moment,
      to: v.nullable(moment),
      isOngoing: flag,
      lastSeenAt: moment,
      peakValue: nullableNumber,
      message: v.string(),
      messageSentence: maybeSaid,
      delivered: v.nullable(flag),
    }),
  ),
  nextCursor: nullableText,
});

/** Adds the alerts that fired, and what a rule would have said before. */
export function addAlertPast(app: Hono, { history, previews }: AlertPastOptions): void {
  app.get('/history', DESCRIBED.history, async (c) => {
    const given = checked(historyQuery, queryOf(c, { numbers: ['from', 'to', 'limit'] }));
    const { rule, ...range } = given;
    return c.json(toWire(await history.page(range, rule)));
  });
  app.post('/preview', DESCRIBED.preview, async (c) => {
    const given = checked(previewSchema, fromWire(await bodyOf(c)) as Record<string, unknown>);
    const { rule, to = Date.now(), from = to - 7 * DAY_MS } = given;
    const message = `from: must be before to, and at most ${MAX_PREVIEW_DAYS} days before it.`;
    if (from >= to || to - from > MAX_PREVIEW_DAYS * DAY_MS) {
      throw new TokwattError('bad_request', message, { status: 400 });
    }
    return c.json(toWire(await previews.preview({ rule, from, to, signal: hangUp(c) })));
  });
}

const DESCRIBED = {
  history: described({
    tag: 'alerts',
    summary: 'Alerts that fired, the last first',
    description:
      '`to` is null while an alert fires, and if it still fired when Tokwatt ended; then `last_seen_at` is the last moment at which it certainly did.',
    query: historyQuery,
    answer: historyAnswer,
    problems: [503],
  }),
  preview: described({
    tag: 'alerts',
    summary: 'When a rule would have fired in the past',
    description:
      'Changes nothing. At most 31 days. The rule is judged as it would be now, from what is stored.',
    body: previewSchema,
    answer: previewAnswer,
    problems: [413, 503],
  }),
};
