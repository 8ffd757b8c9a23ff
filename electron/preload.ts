import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_KEY, calls, channel, events } from '../shared/ipc.ts';
import type { Bridge, CallName, EventName } from '../shared/ipc.ts';
import { unitsOfArguments } from '../shared/units.ts';

type Invoke = (input: unknown) => Promise<unknown>;
type Subscribe = (listener: (payload: unknown) => void) => () => void;

const invokers = new Map<string, Invoke>();
for (const name of Object.keys(calls) as CallName[]) {
  invokers.set(name, (input) => ipcRenderer.invoke(channel(name), input).catch(rethrow));
}

const subscriptions = new Map<string, Subscribe>();
for (const name of Object.keys(events) as EventName[]) {
  subscriptions.set(name, (listener) => {
    // The IPC event is not passed on, because it would give the page access to the main process.
    const receive = (_event: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(channel(name), receive);
    return () => {
      ipcRenderer.removeListener(channel(name), receive);
    };
  });
}

/** Removes the prefix that Electron adds to the main process's error messages. */
function rethrow(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  throw new Error(text.replace(/^Error invoking remote method '[^']*': (?:\w*Error: )?/, ''));
}

/**
 * Looks up a name in the contract. The page can use only these names and never chooses a channel.
 */
function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`Tokwatt has no call or event named ${name}`);
  return found;
}

const bridge = {
  call: (name: string, input: unknown) => named(invokers, name)(input),
  on: (name: string, listener: (payload: unknown) => void) => named(subscriptions, name)(listener),
  platform: process.platform,
  units: unitsOfArguments(process.argv),
} as Bridge;

contextBridge.exposeInMainWorld(BRIDGE_KEY, bridge);
