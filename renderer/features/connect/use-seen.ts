import { isSeenAs } from '../../../shared/connect/client-guides.ts';
import type { ClientGuide } from '../../../shared/connect/client-guide.ts';
import { useSlice } from '../../state/context.tsx';

/** A request of a client. */
export interface Sighting {
  /** The application, or the program. */
  readonly who: string;
  readonly model: string | null;
  /** Unix milliseconds; null while it runs. */
  readonly at: number | null;
}

/**
 * Returns a function that finds the latest request of a client among those in flight and the latest
 * finished ones; null for none.
 */
export function useSightings(): (guide: Pick<ClientGuide, 'seenAs'>) => Sighting | null {
  const inFlight = useSlice('inFlight');
  const recent = useSlice('recent');
  return (guide) => {
    const running = inFlight.find(({ application }) =>
      isSeenAs(guide, { application, process: null }),
    );
    if (running !== undefined) {
      return { who: running.application ?? '', model: running.model, at: null };
    }
    const row = recent.find(({ client }) => isSeenAs(guide, client));
    if (row === undefined) return null;
    const { application, process } = row.client;
    return { who: application ?? process ?? '', model: row.model, at: row.completedAt };
  };
}
