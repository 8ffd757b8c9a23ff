/**
 * The contract between the main process and its windows. Main (handlers), preload (bridge), the
 * HTTP transport and the test doubles are derived from it. To add a call, add one line here and a
 * handler in main; the compiler reports everything else.
 */
import * as v from 'valibot';
import { UPDATE_ACTIONS } from './app-update.ts';
import type { AppUpdateState } from './app-update.ts';
import { dismissalSchema } from './insights-schema.ts';
import type { CancelledExchange } from './live-exchange.ts';
import type { Sentence } from './sentences.ts';
import type { Settings } from './settings.ts';
import type { Delta, Snapshot } from './snapshot.ts';
import type { Units } from './units.ts';

/**
 * Who may make a call over HTTP. `figures`: anyone on this machine, without a token. `content` and
 * `change`: clients with the API token, to read or to change something. `desktop`: nobody; the call
 * exists only over IPC.
 */
export type Reach = 'figures' | 'content' | 'change' | 'desktop';

/** A call from a window. The main process validates its argument against `input`. */
export interface Call<Input, Output> {
  readonly reach: Reach;
  readonly input: v.GenericSchema<Input>;
  /** Holds only the type of the result. */
  readonly output?: Output;
}

/** A message to windows. `payload` holds only its type. */
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

/** A setting overridden by a flag or the environment. */
export interface OverriddenSetting {
  readonly setting: keyof Settings;
  /** The flag or variable, such as `--proxy-port` or `TOKWATT_BIND`. */
  readonly source: string;
  /** The value in use. */
  readonly value: string | number | readonly { readonly name: string; readonly url: string }[];
}

/** A changed setting that comes into force at the next start. */
export interface WaitingSetting {
  readonly setting: keyof Settings;
  /** Why it cannot apply at once: one or two sentences. */
  readonly reason: string;
  readonly reasonSentence: Sentence;
}

/** The current settings and the source of the token. */
export interface SettingsView {
  /** The settings in the file. Secrets are replaced by a placeholder. */
  readonly settings: Settings;
  readonly overrides: readonly OverriddenSetting[];
  readonly restartNeeded: readonly WaitingSetting[];
  readonly tokenSource: 'environment' | 'file';
}

/** The result of a change to the settings. */
export interface SettingsOutcome {
  /** As in {@link SettingsView}. */
  readonly settings: Settings;
  readonly restartNeeded: readonly WaitingSetting[];
}

/** A longer pause has no end that a person remembers. */
const MAX_PAUSE_MS = 24 * 3_600_000;

export const calls = {
  /** Returns the whole current state. Subscribe to `delta` before this call. */
  getSnapshot: call('figures', v.undefined()).returns<Snapshot>(),
  /** Pauses or resumes metering. Traffic flows in both cases. */
  setPaused: call('change', v.boolean()).returnsNothing(),
  /** Pauses metering for a number of milliseconds, up to a day. */
  pauseFor: call(
    'change',
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAUSE_MS)),
  ).returnsNothing(),
  /** Copies text to the clipboard, which a sandboxed page cannot do reliably. */
  copyText: call('desktop', v.pipe(v.string(), v.maxLength(10_000))).returnsNothing(),
  /** Whether the system starts Tokwatt at login. */
  getStartAtLogin: call('desktop', v.undefined()).returns<boolean>(),
  /** Makes the system start Tokwatt at login, or not. Returns what then holds. */
  setStartAtLogin: call('desktop', v.boolean()).returns<boolean>(),
  /**
   * Starts a core in this desktop, in the place of the headless one that it showed. Rejects with one
   * line if that one still runs, or if a port is taken.
   */
  startHere: call('desktop', v.undefined()).returnsNothing(),
  getSettings: call('content', v.undefined()).returns<SettingsView>(),
  /** Takes a JSON merge patch. Rejects with one line for the user if a value is invalid. */
  updateSettings: call('change', v.record(v.string(), v.unknown())).returns<SettingsOutcome>(),
  getApiToken: call('desktop', v.undefined()).returns<string>(),
  /** Creates a new token and invalidates the old one. */
  rotateApiToken: call('change', v.undefined()).returnsNothing(),
  /** Returns exactly what the reporter would send now. */
  getReportPreview: call('figures', v.undefined()).returns<object>(),
  /** Cancels an exchange in flight, by its id. Rejects with one line if it is not in flight. */
  cancelExchange: call('change', v.pipe(v.string(), v.maxLength(100))).returns<CancelledExchange>(),
  /** Shows or hides the mini monitor. */
  showMiniMonitor: call('desktop', v.picklist(['show', 'hide', 'toggle'])).returnsNothing(),
  /** Opens the mini monitor's menu at the mouse. */
  openMiniMenu: call('desktop', v.undefined()).returnsNothing(),
  /** Opens the window or brings it to the front. */
  openWindow: call('desktop', v.undefined()).returnsNothing(),
  /** What is known of updates of this desktop; null if it has none, as when it runs from its sources. */
  getAppUpdate: call('desktop', v.undefined()).returns<AppUpdateState | null>(),
  /** Checks for, downloads or installs an update of this desktop. `appUpdate` tells what comes of it. */
  updateApp: call('desktop', v.picklist(UPDATE_ACTIONS)).returnsNothing(),
  /** Hides an insight for an hour or for good, or shows it again. */
  dismissInsight: call('change', dismissalSchema).returnsNothing(),
} as const;

export const events = {
  /** The changed slices, at most four times a second. */
  delta: event<Delta>(),
  /** A whole new state that replaces the previous one. Over IPC the page fetches it instead. */
  snapshot: event<Snapshot>(),
  /** The address to go to, such as `/alerts?rule=x`. Only in the desktop. */
  goTo: event<string>(),
  /** What is known of updates of this desktop has changed. Only in the desktop. */
  appUpdate: event<AppUpdateState>(),
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

/** The handlers of the main process, one for each call. */
export type Handlers = {
  readonly [K in CallName]: (input: CallInput<K>) => CallOutput<K> | Promise<CallOutput<K>>;
};

/** The calls that the desktop's shell answers. */
export type ShellCall =
  | 'copyText'
  | 'getAppUpdate'
  | 'getStartAtLogin'
  | 'openMiniMenu'
  | 'openWindow'
  | 'setStartAtLogin'
  | 'showMiniMonitor'
  | 'startHere'
  | 'updateApp';

/** The handlers of the core. The others belong to the desktop. */
export type CoreHandlers = Omit<Handlers, ShellCall>;

/**
 * What the main process answers over IPC to a call that was refused with a sentence. An error would
 * lose everything but its message on the way.
 */
export interface RefusedCall {
  readonly refused: string;
  readonly sentence: Sentence;
}

export function isRefusedCall(output: unknown): output is RefusedCall {
  return typeof output === 'object' && output !== null && 'refused' in output;
}

/**
 * The interface of a window, the same over IPC and HTTP. `on` returns a function that removes the
 * listener.
 */
export interface Bridge {
  readonly call: <K extends CallName>(name: K, input: CallInput<K>) => Promise<CallOutput<K>>;
  readonly on: <K extends EventName>(
    name: K,
    listener: (payload: EventPayload<K>) => void,
  ) => () => void;
  /**
   * `darwin`, `win32` or `linux`, for visual differences such as the title bar's inset. `web` in a
   * browser, which may run on another machine.
   */
  readonly platform: string;
  /** The units of the desktop's system. Missing in a browser, whose language tells them. */
  readonly units?: Units;
  /**
   * For transports that can lose and restore their connection: called for both. Returns a function
   * that removes the listener.
   */
  readonly onConnection?: (listener: (isConnected: boolean) => void) => () => void;
}

/** The global under which the preload script exposes the bridge. */
export const BRIDGE_KEY = 'tokwatt';

/** The IPC channel of a call or event. The prefix prevents collisions. */
export function channel(name: CallName | EventName): string {
  return `tokwatt:${name}`;
}
