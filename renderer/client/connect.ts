import type { Bridge } from '../../shared/ipc.ts';
import { sentence } from '../../shared/sentences.ts';
import { httpBridge } from './http.ts';
import { ipcBridge } from './ipc.ts';
import { saidError } from './said-error.ts';
import type { TokenPrompt } from './token-prompt.ts';

/** The connection of this page to Tokwatt. The code above it uses only {@link Bridge}. */
export interface Connection {
  readonly bridge: Bridge;
  /** Null if no token is ever needed. */
  readonly prompt: TokenPrompt | null;
}

/**
 * The transport for this page: the desktop's bridge, or the HTTP API from which the page was
 * loaded.
 */
export function connect(scope: object): Connection {
  const bridge = ipcBridge(scope);
  if (bridge !== null) return { bridge, prompt: null };
  const { location, sessionStorage } = scope as Partial<Window>;
  if (
    location !== undefined &&
    sessionStorage !== undefined &&
    /^https?:$/.test(location.protocol)
  ) {
    return httpBridge(sessionStorage);
  }
  return { bridge: NO_TRANSPORT, prompt: null };
}

/** Rejects every call with the reason, which the page shows like any failure. */
const NO_TRANSPORT: Bridge = {
  call: () => Promise.reject(saidError(sentence('outside_app'))),
  on: () => () => undefined,
  platform: 'unknown',
};
