import type { Bridge } from '../../shared/ipc.ts';
import { ipcBridge } from './ipc.ts';

/** The transport this page can use. Everything above it knows the {@link Bridge} only. */
export function connect(scope: object): Bridge {
  return ipcBridge(scope) ?? NO_TRANSPORT;
}

/** Answers every call with the reason, so that the page shows it where it shows any failure. */
const NO_TRANSPORT: Bridge = {
  call: () => Promise.reject(new Error('This page was opened outside the Tokwatt application.')),
  on: () => () => undefined,
  platform: 'unknown',
};
