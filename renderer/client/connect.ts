import type { Bridge } from '../../shared/ipc.ts';
import { httpBridge } from './http.ts';
import { ipcBridge } from './ipc.ts';
import type { TokenPrompt } from './token-prompt.ts';

/** How this page reaches Tokwatt. Everything above it knows the {@link Bridge} only. */
export interface Connection {
  readonly bridge: Bridge;
  /** Null where no token is ever asked for. */
  readonly prompt: TokenPrompt | null;
}

/** The transport this page can use: the desktop's bridge, or the HTTP API that the page came from. */
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

/** Answers every call with the reason, so that the page shows it where it shows any failure. */
const NO_TRANSPORT: Bridge = {
  call: () => Promise.reject(new Error('This page was opened outside the Tokwatt application.')),
  on: () => () => undefined,
  platform: 'unknown',
};
