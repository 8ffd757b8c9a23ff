/**
 * A test double of the preload script's bridge, derived from the contract. It answers from a
 * snapshot, records the calls and lets a test push deltas. Install it with
 * `page.addInitScript(installFakeBridge, { key: BRIDGE_KEY, snapshot, ... })`.
 */
import type { AppUpdateState } from '../../shared/app-update.ts';
import type { Bridge, CallName, SettingsView } from '../../shared/ipc.ts';
import type { Delta, Snapshot, State } from '../../shared/snapshot.ts';

/** The interface for tests, at `window.fakeMain` of the page. */
export interface FakeMain {
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  /** Sends the next delta like the main process, and adds it to later snapshots. */
  readonly push: (changed: Partial<State>) => void;
  /** Changes settings as if the file was edited. */
  readonly editSettings: (changed: Partial<SettingsView['settings']>) => void;
  /** Skips a delta's number, as if the delta was lost. */
  readonly lose: (changed: Partial<State>) => void;
  /** Makes calls succeed (`answer`), fail (`reject`) or never end (`hang`). */
  mode: FakeMainMode;
}

export type FakeMainMode = 'answer' | 'reject' | 'hang';

export interface FakeBridgeOptions {
  /** Pass `BRIDGE_KEY`, because a script in the page cannot import it. */
  readonly key: string;
  readonly snapshot: Snapshot;
  readonly settings: SettingsView;
  readonly mode?: FakeMainMode;
  readonly platform?: string;
  /** Null by default, as for a desktop that has no updates. */
  readonly appUpdate?: AppUpdateState | null;
}

declare global {
  interface Window {
    fakeMain: FakeMain;
  }
}

/** Runs inside the page, so it cannot use anything else from this module. */
export function installFakeBridge(options: FakeBridgeOptions): void {
  // A page opens where it was left; each test begins anew.
  if (location.protocol === 'http:') localStorage.clear();
  let current = options.snapshot;
  const listeners = new Set<(delta: Delta) => void>();

  function next(changed: Partial<State>): Delta {
    const delta = { seq: current.seq + 1, changed };
    current = { seq: delta.seq, state: { ...current.state, ...changed } };
    return delta;
  }
  function send(delta: Delta): void {
    for (const listener of listeners) listener(delta);
  }
  let token = 'the-token';
  let view = options.settings;
  function updated(patch: object): object {
    const settings: object = view.settings;
    const sections = Object.entries(patch).map(([name, part]: [string, object]) => {
      // As in a merge patch, a list replaces the whole list.
      if (Array.isArray(part)) return [name, part] as const;
      const before = Reflect.get(settings, name) as object;
      return [name, Object.assign({}, before, part)] as const;
    });
    return Object.assign({}, settings, Object.fromEntries(sections));
  }
  function answerTo(name: CallName, input: unknown): unknown {
    if (name === 'getSnapshot') return current;
    if (name === 'getSettings') return view;
    if (name === 'getApiToken') return token;
    if (name === 'getStartAtLogin') return false;
    if (name === 'setStartAtLogin') return input;
    if (name === 'getAppUpdate') return options.appUpdate ?? null;
    if (name === 'cancelExchange') return { id: input, notice: 'status' };
    if (name === 'getReportPreview') {
      return { version: current.state.app.version, totals: { requests: 3 } };
    }
    if (name === 'updateSettings')
      return { settings: updated(input as object), restartNeeded: options.settings.restartNeeded };
    return undefined;
  }
  const fakeMain: FakeMain = {
    calls: [],
    mode: options.mode ?? 'answer',
    push: (changed) => send(next(changed)),
    editSettings: (changed) => {
      view = { ...view, settings: { ...view.settings, ...changed } };
      const { app } = current.state;
      send(next({ app: { ...app, settingsVersion: app.settingsVersion + 1 } }));
    },
    lose: (changed) => void next(changed),
  };
  const bridge: Bridge = {
    call: (name, input) => {
      fakeMain.calls.push({ name, input });
      if (fakeMain.mode === 'hang') return new Promise(() => undefined);
      if (fakeMain.mode === 'reject') return Promise.reject(new Error(`No handler for ${name}`));
      if (name === 'setPaused') {
        fakeMain.push({ app: { ...current.state.app, paused: input === true } });
      }
      if (name === 'rotateApiToken') token = `${token}-new`;
      // The compiler cannot link the answer to the call's name.
      return Promise.resolve(answerTo(name, input) as never);
    },
    on: (name, listener) => {
      if (name !== 'delta') return () => undefined;
      const send = listener as (delta: Delta) => void;
      listeners.add(send);
      return () => void listeners.delete(send);
    },
    platform: options.platform ?? 'linux',
  };
  window.fakeMain = fakeMain;
  Object.defineProperty(window, options.key, { value: bridge });
}
