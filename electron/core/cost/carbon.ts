import type { CostSettings } from '../../../shared/cost-settings.ts';
// Under CC BY-SA 4.0, unlike the rest of Tokwatt: see data/README.md.
import table from './data/carbon-intensity.json';

const GRAMS: Readonly<Record<string, number>> = table.gramsPerKwh;

/** The table's own description, for the API. */
export const CARBON_TABLE = {
  source: table.source,
  date: table.date,
  licence: table.licence,
  licenceUrl: table.licenceUrl,
  unit: table.unit,
};

export interface Carbon {
  readonly gramsPerKwh: number | null;
  /** Null if there is no figure. */
  readonly carbonSource: string | null;
}

/** True if the bundled table has the country, given by its ISO 3166-1 code of three letters. */
export function hasCarbonFigure(country: string): boolean {
  return Object.hasOwn(GRAMS, country);
}

/** The figure that the settings mean, with its source. */
export function carbonOf({ gramsPerKwh, country }: CostSettings['carbon']): Carbon {
  if (gramsPerKwh !== null) return { gramsPerKwh, carbonSource: 'settings' };
  if (country === null || !hasCarbonFigure(country)) {
    return { gramsPerKwh: null, carbonSource: null };
  }
  const carbonSource = `${country}: ${table.source}, ${table.date}, ${table.licence}`;
  return { gramsPerKwh: GRAMS[country] ?? null, carbonSource };
}
