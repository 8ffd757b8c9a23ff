import { app, systemPreferences } from 'electron';
import type { Units } from '../../shared/units.ts';
import { systemUnits } from './system-units.ts';

/** The units of this system. The application must be ready. */
export function unitsOfSystem(): Units {
  const isMac = process.platform === 'darwin';
  return systemUnits({
    platform: process.platform,
    env: process.env,
    locale: app.getSystemLocale(),
    macos: isMac ? macosChoices() : null,
  });
}

/** Keys without a value read as empty. */
function macosChoices(): {
  readonly temperature: string | null;
  readonly force24Hours: boolean;
  readonly force12Hours: boolean;
  readonly firstWeekday: number | null;
} {
  const temperature: unknown = systemPreferences.getUserDefault('AppleTemperatureUnit', 'string');
  const { gregorian }: { readonly gregorian?: unknown } = systemPreferences.getUserDefault(
    'AppleFirstWeekday',
    'dictionary',
  );
  const isOn = (key: string): boolean => systemPreferences.getUserDefault(key, 'boolean');
  return {
    temperature: typeof temperature === 'string' ? temperature : null,
    force24Hours: isOn('AppleICUForce24HourTime'),
    force12Hours: isOn('AppleICUForce12HourTime'),
    firstWeekday: typeof gregorian === 'number' ? gregorian : null,
  };
}
