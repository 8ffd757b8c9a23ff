import type { EnergyAccount } from '../hardware/energy/energy-account.ts';
import type { Exchange } from './exchange.ts';
import type { LivePrompt } from './live-prompt.ts';
import type { ModelState } from './model-state.ts';

/** What the meter keeps beside an exchange. */
export interface Running {
  readonly exchange: Exchange;
  readonly prompt: LivePrompt;
  /** Its account in the energy meter; null if it uses no GPU of this machine. */
  energy: EnergyAccount | null;
  /** The model's counted name and its state when the request was sent; unknown before. */
  model: string | null;
  state: ModelState;
}
