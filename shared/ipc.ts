/**
 * The one contract between the main process and its windows. Main (which answers), preload (which
 * bridges), the HTTP transport and test doubles all derive from it: adding a call is one line here
 * and its handler in main, and the compiler finds the rest.
 */
import * as v from 'valibot';
import type { Delta, Snapshot } from './snapshot.ts';

/** A request from a window: its argument is checked against `input` in the main process. */
export interface Call<Input, Output> {
  readonly input: v.GenericSchema<Input>;
  /** Carries the result's type only. */
  readonly output?: Output;
}

/** A message to windows; `payload` carries the type only. */
export interface Event<Payload> {
  readonly payload?: Payload;
}

function call<Input>(input: v.GenericSchema<Input>) {
  return {
    returns: <Output>(): Call<Input, Output> => ({ input }),
    returnsNothing: (): Call<Input, void> => ({ input }),
  };
}

function event<Payload>(): Event<Payload> {
  return {};
}

export const calls = {
  /** The whole state now. Subscribe to `delta` first, then call this. */
  getSnapshot: call(v.undefined()).returns<Snapshot>(),
  /** Stops or resumes metering; traffic flows either way. */
  setPaused: call(v.boolean()).returnsNothing(),
  /** Puts text on the clipboard: a sandboxed page has no other sure way. */
  copyText: call(v.pipe(v.string(), v.maxLength(10_000))).returnsNothing(),
} as const;

export const events = {
  /** The slices that changed, at most four times a second. */
  delta: event<Delta>(),
} as const;

type Calls = typeof calls;
type Events = typeof events;
export type CallName = keyof Calls;
export type EventName = keyof Events;
export type CallInput<K extends CallName> = v.InferOutput<Calls[K]['input']>;
export type CallOutput<K extends CallName> = Calls[K] extends { readonly output?: infer O }
  ? O
  : never;
export type EventPayload<K extends EventName> = Events[K] extends { readonly payload?: infer P }
  ? P
  : never;

/** What main implements: one handler a call. */
export type Handlers = {
  readonly [K in CallName]: (input: CallInput<K>) => CallOutput<K> | Promise<CallOutput<K>>;
};

/** What a window gets, over IPC or HTTP alike. `on` returns the listener's remover. */
export interface Bridge {
  readonly call: <K extends CallName>(name: K, input: CallInput<K>) => Promise<CallOutput<K>>;
  readonly on: <K extends EventName>(
    name: K,
    listener: (payload: EventPayload<K>) => void,
  ) => () => void;
  /** `darwin`, `win32`, `linux`: for what differs in looks, such as the title bar's inset. */
  readonly platform: string;
}

/** The global the preload script exposes the bridge under. */
export const BRIDGE_KEY = 'tokwatt';

/** The IPC channel of a call or event; namespaced so that nothing else answers it by accident. */
export function channel(name: CallName | EventName): string {
  return `tokwatt:${name}`;
}
