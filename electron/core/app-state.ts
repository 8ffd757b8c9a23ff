import { processZone } from '../../shared/local-time.ts';
import type { AppState } from '../../shared/slices.ts';
import type { Configuration } from './configuration.ts';
import type { Pause } from './pause.ts';

interface AppFacts {
  readonly version: string;
  readonly startedAt: number;
  readonly dataDir: string;
  /** The API's address; null while it has none. */
  readonly apiUrl: string | null;
  readonly configuration: Configuration;
  readonly pause: Pause;
}

/** The slice of the state about Tokwatt itself. */
export function appState({ configuration, pause, ...facts }: AppFacts): AppState {
  const { appearance, tray, miniMonitor, shortcuts, notifications, desktop, updates } =
    configuration.settings.current;
  return {
    ...facts,
    ...{ appearance, tray, miniMonitor, shortcuts, notifications, desktop },
    ...{ paused: pause.paused, pausedUntil: pause.until, timeZone: processZone() },
    updateMode: updates.mode,
    settingsVersion: configuration.version,
  };
}
