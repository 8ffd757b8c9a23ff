import { activity } from './activity.ts';
import { frame } from './frame.ts';

/** All texts in English, the language that the others are translated from. ICU message syntax. */
export const en = { activity, frame } as const;
