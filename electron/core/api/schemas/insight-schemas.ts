/** Schemas of insights, for the OpenAPI document. They follow shared/insights.ts. */
import * as v from 'valibot';
import { INSIGHT_KINDS, INSIGHT_SCOPES, INSIGHT_UNITS } from '../../../../shared/insights.ts';
import type {
  DismissedInsight,
  DismissedInsights,
  InsightHistory,
  PastInsight,
} from '../../../../shared/insight-history.ts';
import type {
  Evidence,
  Insight,
  InsightAction,
  InsightCheck,
  InsightFigure,
  InsightsState,
} from '../../../../shared/insights.ts';
import { said } from './sentence-schema.ts';
import { flag, moment, number, shape, text } from './state-schemas.ts';

const unit = v.picklist(INSIGHT_UNITS);
const figure = shape<InsightFigure>()({ value: number, unit });
const evidence = shape<Evidence>()({
  label: text,
  labelSentence: v.nullable(said),
  value: v.union([number, text]),
  valueSentence: v.nullable(said),
  unit: v.pipe(v.nullable(unit), v.description('Null for a text')),
});

const action = v.variant('kind', [
  shape<Extract<InsightAction, { kind: 'unload_model' }>>()({
    kind: v.literal('unload_model'),
    upstream: text,
    model: text,
  }),
  shape<Extract<InsightAction, { kind: 'copy_text' }>>()({
    kind: v.literal('copy_text'),
    text,
  }),
]);
const check = shape<InsightCheck>()({
  kind: v.picklist(INSIGHT_KINDS),
  result: v.picklist(['found', 'passed', 'unknown']),
  label: text,
  labelSentence: said,
  reasonSentence: v.nullable(said),
  reason: v.pipe(v.nullable(text), v.description('Why it could not be judged')),
});

export const insight = shape<Insight>()({
  kind: v.pipe(v.picklist(INSIGHT_KINDS), v.description('The rule that found it')),
  scope: v.picklist(INSIGHT_SCOPES),
  subject: v.pipe(text, v.description('The id of an exchange, `upstream/model`, or a device')),
  title: v.pipe(text, v.description('One sentence with figures')),
  titleSentence: v.nullable(said),
  adviceSentence: v.nullable(said),
  figure,
  evidence: v.array(evidence),
  advice: v.pipe(v.nullable(text), v.description('What to do, with the exact setting')),
  saving: v.nullable(figure),
  action: v.pipe(v.nullable(action), v.description('What can be done at a click')),
  at: moment,
  firstSeenAt: moment,
});

export const insightHistory = shape<InsightHistory>()({
  insights: v.array(
    shape<PastInsight>()({
      kind: v.picklist(INSIGHT_KINDS),
      scope: v.picklist(INSIGHT_SCOPES),
      subject: text,
      title: v.pipe(text, v.description('With the figure at its worst')),
      titleSentence: v.nullable(said),
      figure,
      from: moment,
      to: v.nullable(moment),
      isOngoing: flag,
      lastSeenAt: moment,
    }),
  ),
  nextCursor: v.nullable(text),
});

export const dismissedInsights = shape<DismissedInsights>()({
  dismissed: v.array(
    shape<DismissedInsight>()({
      kind: v.picklist(INSIGHT_KINDS),
      subject: text,
      until: v.pipe(v.nullable(moment), v.description('Null for good')),
    }),
  ),
});

export const insights = shape<InsightsState>()({
  current: v.array(insight),
  passed: v.pipe(v.array(text), v.description('Checks that found nothing, a few words each')),
  checks: v.pipe(v.array(check), v.description('The result of each rule')),
  notes: v.pipe(v.array(text), v.description('Results that are no insights, one sentence each')),
  noteSentences: v.array(said),
});
