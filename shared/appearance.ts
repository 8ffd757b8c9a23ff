/** How the window looks: the section `appearance` of the settings. */
import * as v from 'valibot';
import { LOCALES } from './messages/messages.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
/** `system` is the first complete language among those that the system prefers. */
export const LANGUAGES = ['system', ...LOCALES] as const;
export type Language = (typeof LANGUAGES)[number];

export const appearanceSchema = v.object({
  theme: v.optional(v.picklist(THEMES, `must be one of: ${THEMES.join(', ')}`), 'system'),
  language: v.optional(v.picklist(LANGUAGES, `must be one of: ${LANGUAGES.join(', ')}`), 'system'),
});

export type Appearance = v.InferOutput<typeof appearanceSchema>;

export const DEFAULT_APPEARANCE: Appearance = v.parse(appearanceSchema, {});
