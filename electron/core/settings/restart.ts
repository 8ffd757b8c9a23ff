import type { WaitingSetting } from '../../../shared/ipc.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { EffectiveSettings } from './effective.ts';

type Fixed = Pick<EffectiveSettings, 'apiPort' | 'bind'>;

/** The settings that need a restart, and why. A change of any other setting applies at once. */
const REASONS: Readonly<Record<keyof Fixed & keyof Settings, Sentence>> = {
  apiPort: sentence('restart_port'),
  bind: sentence('restart_bind'),
};

/**
 * Lists the settings that need a restart and have changed since the start. A setting that a flag or
 * the environment overrides is not listed, because a restart would not change it.
 */
export function waitingSettings(atStart: Fixed, now: Fixed): WaitingSetting[] {
  const settings = Object.keys(REASONS) as (keyof typeof REASONS)[];
  return settings
    .filter((setting) => atStart[setting] !== now[setting])
    .map((setting) => ({
      setting,
      reason: inEnglish(REASONS[setting]),
      reasonSentence: REASONS[setting],
    }));
}
