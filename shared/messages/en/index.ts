import { alerts } from './alerts.ts';
import { charts } from './charts.ts';
import { frame } from './frame.ts';

/** All texts in English, the language that the others are translated from. ICU message syntax. */
export const en = { alerts, charts, frame } as const;
