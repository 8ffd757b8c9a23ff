import { TZDateMini } from '@date-fns/tz/date/mini';
import type { ZoneDates } from '../../shared/local-time.ts';

/** Makes dates in a zone, given by its IANA name; null if this browser does not know it. */
export function zoneDates(zone: string): ZoneDates | null {
  if (Number.isNaN(new TZDateMini(0, zone).getTime())) return null;
  return {
    zone,
    at: (unixMs) => new TZDateMini(unixMs, zone),
    of: (year, month, day, hour, minute) => new TZDateMini(year, month, day, hour, minute, zone),
  };
}
