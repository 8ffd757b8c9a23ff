import { useMemo } from 'react';
import { setFormatUnits } from '../../shared/format-locale.ts';
import { unitsFor, unitsOfLocale } from '../../shared/units.ts';
import type { Units } from '../../shared/units.ts';
import { useAppearance } from '../state/appearance.ts';
import { useBridge } from '../state/context.tsx';

/**
 * The units of all temperatures, hours and weeks of the page: those of the settings, else of the desktop's system, else those
 * that are usual for the browser's language.
 */
export function useUnits(): Units {
  const appearance = useAppearance();
  const system = useBridge().units ?? unitsOfLocale(navigator.language);
  const { temperature, hours, weekStart } = unitsFor(appearance, system);
  // Set before anything below is drawn with them; setting them again changes nothing.
  return useMemo(() => {
    const units: Units = { temperature, hours, weekStart };
    setFormatUnits(units);
    return units;
  }, [temperature, hours, weekStart]);
}
