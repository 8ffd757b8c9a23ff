/** Alert rules and what they say: the section `alerts` of the settings. */
import * as v from 'valibot';
import { httpUrl, secretHeaders } from './addresses.ts';

export const alertRuleSchema = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
});

export const alertsSchema = v.object({
  rules: v.optional(v.array(alertRuleSchema), []),
  /** Shows alerts on the desktop. */
  notify: v.optional(v.boolean(), true),
  /** Gets each change of an alert as a POST; null sends nothing. */
  webhook: v.optional(
    v.nullable(v.object({ url: httpUrl, headers: v.optional(secretHeaders, {}) })),
    null,
  ),
});

export type AlertRule = v.InferOutput<typeof alertRuleSchema>;
export type AlertSettings = v.InferOutput<typeof alertsSchema>;

/** What one rule says now about one subject (a model, an upstream, a GPU, or everything). */
export interface AlertState {
  readonly rule: string;
  /** Who it is about; null for everything. */
  readonly subject: string | null;
  /** `pending`: the condition holds, but not yet for as long as the rule asks. */
  readonly status: 'pending' | 'firing' | 'resolved';
  /** Since when it has this status, Unix milliseconds. */
  readonly since: number;
  /** The figure now; null while it is unknown. */
  readonly value: number | null;
  /** One line for a person. */
  readonly message: string;
}
