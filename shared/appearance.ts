/** How the window looks, and the units in which it shows figures: the section `appearance` of the settings. */
import * as v from 'valibot';
import { LOCALES } from './messages/messages.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
/** `system` is the first complete language among those that the system prefers. */
export const LANGUAGES = ['system', ...LOCALES] as const;
export type Language = (typeof LANGUAGES)[number];

/** `system` is what is usual where the system says it is. */
export const TEMPERATURE_CHOICES = ['system', 'celsius', 'fahrenheit'] as const;
export const HOUR_CHOICES = ['system', 'h12', 'h23'] as const;
/** The days on which weeks begin somewhere; only the Maldives begin theirs on another one. */
export const WEEK_START_CHOICES = ['system', 'mon', 'sat', 'sun'] as const;

export const appearanceSchema = v.object({
  theme: v.optional(v.picklist(THEMES, `must be one of: ${THEMES.join(', ')}`), 'system'),
  language: v.optional(v.picklist(LANGUAGES, `must be one of: ${LANGUAGES.join(', ')}`), 'system'),
  /** The unit of shown temperatures. Stored and exported ones are always in degrees Celsius. */
  temperature: v.optional(
    v.picklist(TEMPERATURE_CHOICES, `must be one of: ${TEMPERATURE_CHOICES.join(', ')}`),
    'system',
  ),
  /** Clock times with AM and PM (`h12`), or from 0 to 23 (`h23`). */
  hours: v.optional(
    v.picklist(HOUR_CHOICES, `must be one of: ${HOUR_CHOICES.join(', ')}`),
    'system',
  ),
  /** The first day of a shown week. Sums by week and budgets begin on Mondays, as in ISO 8601. */
  weekStart: v.optional(
    v.picklist(WEEK_START_CHOICES, `must be one of: ${WEEK_START_CHOICES.join(', ')}`),
    'system',
  ),
});

export type Appearance = v.InferOutput<typeof appearanceSchema>;

export const DEFAULT_APPEARANCE: Appearance = v.parse(appearanceSchema, {});
