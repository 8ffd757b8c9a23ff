import { charts } from './charts.ts';
import { frame } from './frame.ts';
import { models } from './models.ts';

/** All texts in English, the language that the others are translated from. ICU message syntax. */
export const en = { charts, frame, models } as const;
