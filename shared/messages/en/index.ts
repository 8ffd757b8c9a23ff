import { charts } from './charts.ts';
import { frame } from './frame.ts';
import { history } from './history.ts';
import { settings } from './settings.ts';

/** All texts in English, the language that the others are translated from. ICU message syntax. */
export const en = { charts, frame, history, settings } as const;
