import { app, globalShortcut } from 'electron';
import { sentence } from '../../shared/sentences.ts';
import { SHORTCUTS } from '../../shared/shortcuts.ts';
import type { ShortcutName, ShortcutSettings } from '../../shared/shortcuts.ts';
import type { Core } from '../core/core-contract.ts';
import type { MiniMonitor } from './mini/mini-monitor.ts';
import type { Overview } from './windows.ts';

const PORTAL = 'GlobalShortcutsPortal';

export interface ShortcutsOptions {
  readonly core: Pick<Core, 'tell'>;
  readonly overview: Pick<Overview, 'open'>;
  readonly mini: Pick<MiniMonitor, 'toggle' | 'toggleClickThrough'>;
}

/** Keys that work in every program. */
export interface Shortcuts {
  /** Registers what has changed. Keys that are refused become a warning, which says what to do. */
  apply(settings: ShortcutSettings): void;
  close(): void;
}

/** Wayland gives no keys to programs, except through the desktop's portal. Call this before the application is ready. */
export function allowShortcutsOnWayland(): void {
  if (process.platform !== 'linux' || process.env.XDG_SESSION_TYPE !== 'wayland') return;
  const given = app.commandLine.getSwitchValue('enable-features');
  app.commandLine.appendSwitch('enable-features', given === '' ? PORTAL : `${given},${PORTAL}`);
}

/** Registers no keys yet. */
export function createShortcuts({ core, overview, mini }: ShortcutsOptions): Shortcuts {
  const actions: Readonly<Record<ShortcutName, () => void>> = {
    window: () => overview.open(),
    // Whoever presses it goes on with something else.
    miniMonitor: () => mini.toggle('inactive'),
    clickThrough: () => mini.toggleClickThrough(),
  };
  const applied = new Map<ShortcutName, string>();
  return {
    apply(settings) {
      const changed = SHORTCUTS.filter((name) => settings[name] !== (applied.get(name) ?? ''));
      // All old keys first, because two may have been exchanged.
      for (const name of changed) release(applied.get(name) ?? '');
      for (const name of changed) {
        const keys = settings[name];
        applied.set(name, keys);
        const isFine = keys === '' || register(keys, actions[name]);
        core.tell(`shortcut ${name}`, isFine ? null : sentence('shortcut_refused', { keys }));
      }
    },
    close: () => globalShortcut.unregisterAll(),
  };
}

/** False if the keys are taken, or if the desktop gives none. */
function register(keys: string, action: () => void): boolean {
  try {
    return globalShortcut.register(keys, action);
  } catch {
    return false;
  }
}

function release(keys: string): void {
  if (keys !== '' && globalShortcut.isRegistered(keys)) globalShortcut.unregister(keys);
}
