import type { ActivityRecord } from '../../../shared/usage.ts';
import type { EnergyAccount } from '../hardware/energy/energy-account.ts';
import type { Exchange } from './exchange.ts';
import type { LivePrompt } from './live-prompt.ts';
import { UNKNOWN_STATE } from './model-state.ts';
import type { ModelState } from './model-state.ts';

/** What the meter keeps beside an exchange. */
export interface Running {
  readonly exchange: Exchange;
  readonly prompt: LivePrompt;
  /** Its account in the energy meter; null if it uses no GPU of this machine. */
  energy: EnergyAccount | null;
  /** Its row; null while it runs. */
  record: ActivityRecord | null;
  /** The model's counted name and its state when the request was sent; unknown before. */
  model: string | null;
  state: ModelState;
}

/** What the meter keeps of an exchange that begins. */
export function newRunning(exchange: Exchange, prompt: LivePrompt): Running {
  return { exchange, prompt, energy: null, record: null, model: null, state: UNKNOWN_STATE };
}
