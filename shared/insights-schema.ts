import * as v from 'valibot';
import { DISMISSALS, INSIGHT_KINDS } from './insights.ts';

/** Which insight to hide or to show again. */
export const dismissalSchema = v.strictObject({
  kind: v.picklist(INSIGHT_KINDS),
  subject: v.pipe(v.string(), v.maxLength(1_000)),
  until: v.picklist(DISMISSALS),
});
