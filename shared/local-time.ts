/**
 * Local times. They are those of the machine that meters, because its days, tariffs and sums are. A
 * page on another machine may be in another time zone; then it sets the zone, once.
 */

/** Makes dates whose local parts (`getHours`, `setHours` and the like) are those of a zone. */
export interface ZoneDates {
  /** The IANA name of the zone. */
  readonly zone: string;
  /** @param unixMs Unix milliseconds */
  readonly at: (unixMs: number) => Date;
  /** The first moment with these local parts. Months and days may overflow, as with `Date`. */
  readonly of: (year: number, month: number, day: number, hour: number, minute: number) => Date;
}

let other: ZoneDates | null = null;

/** Sets the zone of all later local times; null for the zone of this process. */
export function setZoneDates(dates: ZoneDates | null): void {
  other = dates;
}

/** The zone of local times, an IANA name, if it is not that of this process; else null. */
export function otherZone(): string | null {
  return other?.zone ?? null;
}

/** The zone of this process. */
export function processZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A date with local parts. @param unixMs Unix milliseconds */
export function localTime(unixMs: number): Date {
  return other === null ? new Date(unixMs) : other.at(unixMs);
}

/** The date with the given local parts. `month` is from 0 to 11; parts may overflow. */
export function localParts(year: number, month: number, day: number, hour = 0, minute = 0): Date {
  return other === null
    ? new Date(year, month, day, hour, minute)
    : other.of(year, month, day, hour, minute);
}
