import { charts } from './charts.ts';
import { clients } from './clients.ts';
import { frame } from './frame.ts';

/** All texts in English, the language that the others are translated from. ICU message syntax. */
export const en = { charts, clients, frame } as const;
