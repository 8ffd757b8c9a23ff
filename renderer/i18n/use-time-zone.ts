import { useEffect, useState } from 'react';
import { otherZone, processZone, setZoneDates } from '../../shared/local-time.ts';
import { useSliceOrNull } from '../state/context.tsx';

/**
 * The zone of all times of the page, an IANA name: that of the machine that meters. Until the first
 * state, and where the browser does not know that zone, it is the browser's own.
 */
export function useTimeZone(): string {
  const wanted = useSliceOrNull('app')?.timeZone ?? null;
  const [zone, setZone] = useState(zoneNow);
  useEffect(() => {
    if (wanted === null) return undefined;
    let isCurrent = true;
    void followZone(wanted).then(() => {
      if (isCurrent) setZone(zoneNow());
    });
    return () => {
      isCurrent = false;
    };
  }, [wanted]);
  return zone;
}

function zoneNow(): string {
  return otherZone() ?? processZone();
}

/** A zone that this browser does not know leaves times in its own. */
async function followZone(zone: string): Promise<void> {
  if (zone === processZone()) {
    setZoneDates(null);
    return;
  }
  try {
    const { zoneDates } = await import('./zone-dates.ts');
    setZoneDates(zoneDates(zone));
  } catch {
    // The part of the page cannot be read. Times stay in the zone of the browser.
  }
}
