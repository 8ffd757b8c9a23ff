import { createContext, use } from 'react';
import type { TimeRange } from '../group/group-store.ts';
import type { Plan } from './plan.ts';
import type { Reference } from './types.ts';

/** What a chart draws inside its coordinate system. */
export interface Drawn {
  readonly plan: Plan;
  readonly references: readonly Reference[];
  readonly offIntervals: readonly TimeRange[];
  readonly hasTimeLabels: boolean;
}

const Context = createContext<Drawn | null>(null);

export const DrawnProvider = Context.Provider;

/** @throws outside of a chart */
export function useDrawn(): Drawn {
  const drawn = use(Context);
  if (drawn === null) throw new Error('The parts of a picture need a <DrawnProvider> above them.');
  return drawn;
}
