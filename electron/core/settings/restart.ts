import type { WaitingSetting } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { EffectiveSettings } from './effective.ts';

type Fixed = Pick<EffectiveSettings, 'apiPort' | 'bind'>;

const CONNECTED = 'the page or program that changes the settings is connected to it';

/** The settings that need a restart, and why. A change of any other setting applies at once. */
const REASONS: Readonly<Record<keyof Fixed & keyof Settings, string>> = {
  apiPort: `The API keeps its port until then, because ${CONNECTED}.`,
  bind: `The proxies listen on the new address already. The API keeps its own until then, because ${CONNECTED}.`,
};

/**
 * Lists the settings that need a restart and have changed since the start. A setting that a flag or
 * the environment overrides is not listed, because a restart would not change it.
 */
export function waitingSettings(atStart: Fixed, now: Fixed): WaitingSetting[] {
  const settings = Object.keys(REASONS) as (keyof typeof REASONS)[];
  return settings
    .filter((setting) => atStart[setting] !== now[setting])
    .map((setting) => ({ setting, reason: REASONS[setting] }));
}
