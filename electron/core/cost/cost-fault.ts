import { isAbsolute } from 'node:path';
import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { EffectiveSettings } from '../settings/effective.ts';
import { refusalIn } from '../settings/setting-rules.ts';
import { hasCarbonFigure } from './carbon.ts';

/** The fault of settings that a start found in the file, as a warning; null if there is none. */
export function costWarning(
  settings: Pick<EffectiveSettings, 'cost' | 'budgets'>,
): Sentence | null {
  const fault = costFault(settings);
  return fault === null ? null : sentence('settings_fault', { fault: refusalIn(fault) });
}

/** A fault that the schema cannot find, without a full stop; null if there is none. */
export function costFault({
  cost,
  budgets,
}: Pick<EffectiveSettings, 'cost' | 'budgets'>): string | null {
  const { country } = cost.carbon;
  if (country !== null && !hasCarbonFigure(country)) {
    return `cost.carbon.country: there is no figure for ${country}; set gramsPerKwh`;
  }
  const file = cost.tariff.hourly?.file ?? null;
  if (file !== null && !isAbsolute(file)) {
    return 'cost.tariff.hourly.file: must be an absolute path';
  }
  const hasTariff = Object.values(cost.tariff).some((each) => each !== null);
  if (cost.currency === null && hasTariff) {
    return 'cost.currency: is needed for the tariff, such as EUR';
  }
  const index = budgets.findIndex(({ measure }) => measure === 'money');
  if (index !== -1 && (cost.currency === null || !hasTariff)) {
    return `budgets.${index}.measure: money needs a tariff in cost.tariff; or take energy`;
  }
  return null;
}
