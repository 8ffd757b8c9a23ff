import type { ActivityRecord } from '../../../shared/usage.ts';
import type { EnergyAccount } from '../hardware/energy/energy-account.ts';
import type { RequestHead } from '../proxy/tap.ts';
import { isLoopback } from '../upstreams/known-ports.ts';
import type { Exchange } from './exchange.ts';
import type { LivePrompt } from './live-prompt.ts';
import type { ExchangeWatch } from './exchange-watch.ts';
import { Stages } from './stages.ts';
import { UNKNOWN_STATE } from './model-state.ts';
import type { ModelState } from './model-state.ts';

/** What the meter keeps beside an exchange. */
export interface Running {
  readonly exchange: Exchange;
  readonly prompt: LivePrompt;
  /** The head under which the proxy knows it: that of the connection for a WebSocket's response. */
  readonly relayed: RequestHead;
  readonly stages: Stages;
  /** Its account in the energy meter; null if it uses no GPU of this machine. */
  energy: EnergyAccount | null;
  /** Its row; null while it runs. */
  record: ActivityRecord | null;
  /** The model's counted name and its state when the request was sent; unknown before. */
  model: string | null;
  state: ModelState;
  /** Follows its circumstances once the request was sent. */
  watch: ExchangeWatch | null;
}

/** What is kept of an exchange whose request was not sent yet. */
export function newRunning(
  exchange: Exchange,
  prompt: LivePrompt,
  relayed: RequestHead = exchange.head,
): Running {
  return {
    ...{ exchange, prompt, relayed, energy: null, record: null },
    stages: new Stages(exchange.head.monotonicAt),
    ...{ model: null, state: UNKNOWN_STATE, watch: null },
  };
}

/** True if an exchange may use a GPU of this machine. */
export function usesGpu({ route, head }: Exchange): boolean {
  return route.inference && isLoopback(head.upstream.url.hostname);
}

/** True if another exchange asks the same model of the same upstream. */
export function hasSibling(running: Running, inFlight: Iterable<Running>): boolean {
  const upstreamOf = ({ exchange }: Running): string => exchange.head.upstream.name;
  return [...inFlight].some(
    (other) =>
      other !== running &&
      other.model === running.model &&
      upstreamOf(other) === upstreamOf(running),
  );
}

/** The head under which the proxy knows an exchange; null if it is not in flight. */
export function relayedHead(id: string, inFlight: Iterable<Running>): RequestHead | null {
  for (const { exchange, relayed } of inFlight) if (exchange.id === id) return relayed;
  return null;
}
