/** Schemas of insights, for the OpenAPI document. They follow shared/insights.ts. */
import * as v from 'valibot';
import { INSIGHT_KINDS, INSIGHT_SCOPES, INSIGHT_UNITS } from '../../../../shared/insights.ts';
import type {
  Evidence,
  Insight,
  InsightFigure,
  InsightsState,
} from '../../../../shared/insights.ts';
import { moment, number, shape, text } from './state-schemas.ts';

const unit = v.picklist(INSIGHT_UNITS);
const figure = shape<InsightFigure>()({ value: number, unit });
const evidence = shape<Evidence>()({
  label: text,
  value: v.union([number, text]),
  unit: v.pipe(v.nullable(unit), v.description('Null for a text')),
});

export const insight = shape<Insight>()({
  kind: v.pipe(v.picklist(INSIGHT_KINDS), v.description('The rule that found it')),
  scope: v.picklist(INSIGHT_SCOPES),
  subject: v.pipe(text, v.description('The id of an exchange, `upstream/model`, or a device')),
  title: v.pipe(text, v.description('One sentence with figures')),
  figure,
  evidence: v.array(evidence),
  advice: v.pipe(v.nullable(text), v.description('What to do, with the exact setting')),
  saving: v.nullable(figure),
  at: moment,
  firstSeenAt: moment,
});

export const insights = shape<InsightsState>()({
  current: v.array(insight),
  passed: v.pipe(v.array(text), v.description('Checks that found nothing, a few words each')),
  notes: v.pipe(v.array(text), v.description('Results that are no insights, one sentence each')),
});
