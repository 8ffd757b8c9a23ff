/**
 * The one contract between the main process and its windows. Main (which answers), preload (which
 * bridges), the HTTP transport and test doubles all derive from it: adding a call is one line here
 * and its handler in main, and the compiler finds the rest.
 */
import * as v from 'valibot';
import type { Settings } from './settings.ts';
import type { Delta, Snapshot } from './snapshot.ts';

/**
 * Who may call over HTTP. `figures`: anyone on this machine, without a token. `content` and `change`:
 * whoever has the API token, to read or to change something. `desktop`: nobody; only IPC answers it.
 */
export type Reach = 'figures' | 'content' | 'change' | 'desktop';

/** A request from a window: its argument is checked against `input` in the main process. */
export interface Call<Input, Output> {
  readonly reach: Reach;
  readonly input: v.GenericSchema<Input>;
  /** Carries the result's type only. */
  readonly output?: Output;
}

/** A message to windows; `payload` carries the type only. */
export interface Event<Payload> {
  readonly payload?: Payload;
}

function call<Input>(reach: Reach, input: v.GenericSchema<Input>) {
  return {
    returns: <Output>(): Call<Input, Output> => ({ reach, input }),
    returnsNothing: (): Call<Input, void> => ({ reach, input }),
  };
}

function event<Payload>(): Event<Payload> {
  return {};
}

/** A setting that a flag or the environment gives: the file's value does not count. */
export interface OverriddenSetting {
  readonly setting: keyof Settings;
  /** The flag or the variable, such as `--proxy-port` or `OLLAMA_HOST`. */
  readonly source: string;
  /** What is in force. */
  readonly value: string | number | readonly { readonly name: string; readonly url: string }[];
}

/** A changed setting that comes into force at the next start. */
export interface WaitingSetting {
  readonly setting: keyof Settings;
  /** Why it cannot apply at once: one or two sentences. */
  readonly reason: string;
}

/** The settings as they are now, and where the token comes from. */
export interface SettingsView {
  /** As the file has them; in place of secrets stands that they are hidden. */
  readonly settings: Settings;
  readonly overrides: readonly OverriddenSetting[];
  readonly restartNeeded: readonly WaitingSetting[];
  readonly tokenSource: 'environment' | 'file';
}

/** What a change of the settings did. */
export interface SettingsOutcome {
  /** As in {@link SettingsView}. */
  readonly settings: Settings;
  readonly restartNeeded: readonly WaitingSetting[];
}

export const calls = {
  /** The whole state now. Subscribe to `delta` first, then call this. */
  getSnapshot: call('figures', v.undefined()).returns<Snapshot>(),
  /** Stops or resumes metering; traffic flows either way. */
  setPaused: call('change', v.boolean()).returnsNothing(),
  /** Puts text on the clipboard: a sandboxed page has no other sure way. */
  copyText: call('desktop', v.pipe(v.string(), v.maxLength(10_000))).returnsNothing(),
  getSettings: call('content', v.undefined()).returns<SettingsView>(),
  /** A JSON merge patch; fails with one line for a person if a value does not fit. */
  updateSettings: call('change', v.record(v.string(), v.unknown())).returns<SettingsOutcome>(),
  getApiToken: call('desktop', v.undefined()).returns<string>(),
  /** Makes a new token; the old one counts no more. */
  rotateApiToken: call('change', v.undefined()).returnsNothing(),
  /** Exactly what the reporter would send now. */
  getReportPreview: call('figures', v.undefined()).returns<object>(),
} as const;

export const events = {
  /** The slices that changed, at most four times a second. */
  delta: event<Delta>(),
  /** A whole new state in place of the one before. Over IPC the page asks for it instead. */
  snapshot: event<Snapshot>(),
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

/** What the core implements; the rest is the desktop's. */
export type CoreHandlers = Omit<Handlers, 'copyText'>;

/** What a window gets, over IPC or HTTP alike. `on` returns the listener's remover. */
export interface Bridge {
  readonly call: <K extends CallName>(name: K, input: CallInput<K>) => Promise<CallOutput<K>>;
  readonly on: <K extends EventName>(
    name: K,
    listener: (payload: EventPayload<K>) => void,
  ) => () => void;
  /**
   * `darwin`, `win32`, `linux`: for what differs in looks, such as the title bar's inset. `web` in a
   * browser, which need not run on Tokwatt's machine.
   */
  readonly platform: string;
  /** Where the connection can break and mend by itself: hears of either. Returns the remover. */
  readonly onConnection?: (listener: (isConnected: boolean) => void) => () => void;
}

/** The global the preload script exposes the bridge under. */
export const BRIDGE_KEY = 'tokwatt';

/** The IPC channel of a call or event; namespaced so that nothing else answers it by accident. */
export function channel(name: CallName | EventName): string {
  return `tokwatt:${name}`;
}
