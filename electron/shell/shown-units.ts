import { DEFAULT_UNITS } from '../../shared/units.ts';
import type { Units } from '../../shared/units.ts';

/** Of tray, notifications and dialogs. One for the process, as it has one user. */
let units = DEFAULT_UNITS;

/** The units of the texts of the shell. Those of the core stay in degrees Celsius and ISO 8601. */
export function shownUnits(): Units {
  return units;
}

/** Sets the units of later texts of the shell. */
export function showUnits(wanted: Units): void {
  units = wanted;
}
