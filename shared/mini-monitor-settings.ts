/** The mini monitor of the desktop: the section `miniMonitor` of the settings. */
import * as v from 'valibot';

/** From one line of figures to a card with the loaded models. */
export const MINI_FORMS = ['line', 'strip', 'card'] as const;
export type MiniForm = (typeof MINI_FORMS)[number];

/** Most models in the card. The rest is counted. */
export const MINI_MODELS = 6;

/** Less would be hard to read, and easy to lose. */
const LEAST_OPACITY = 0.3;

export const miniMonitorSchema = v.object({
  form: v.optional(v.picklist(MINI_FORMS, `must be one of: ${MINI_FORMS.join(', ')}`), 'strip'),
  onTop: v.optional(v.boolean(), true),
  /** 1 is opaque. It has no effect on Linux. */
  opacity: v.optional(v.pipe(v.number(), v.minValue(LEAST_OPACITY), v.maxValue(1)), 1),
  /** Clicks go to what lies below. */
  clickThrough: v.optional(v.boolean(), false),
});

export type MiniMonitorSettings = v.InferOutput<typeof miniMonitorSchema>;

export const DEFAULT_MINI_MONITOR: MiniMonitorSettings = v.parse(miniMonitorSchema, {});
