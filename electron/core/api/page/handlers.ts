import type { CoreHandlers } from '../../../../shared/ipc.ts';
import type { CancelledExchange } from '../../../../shared/live-exchange.ts';
import type { Settings } from '../../../../shared/settings.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { Insights } from '../../insights/insights.ts';
import type { ApiToken } from '../../startup/api-token.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { Log } from '../../log.ts';
import { hidden, withoutHidden } from '../../settings/secrets.ts';

export interface HandlersOptions {
  readonly core: {
    snapshot(): Snapshot;
    setPaused(paused: boolean, forMs?: number | null): void;
  };
  /** Cancels an exchange in flight. Throws a TokwattError if there is none. */
  readonly cancel: (id: string) => CancelledExchange;
  readonly settings: SettingsStore;
  readonly token: ApiToken;
  readonly insights: Pick<Insights, 'dismiss'>;
  /** Returns exactly what the reporter would send now. */
  readonly previewReport: () => object;
  readonly log: Log;
}

/** The handlers for a page's calls, used over both IPC and HTTP. */
export function createHandlers(options: HandlersOptions): CoreHandlers {
  const { core, settings, token, insights, previewReport, log } = options;
  return {
    getSnapshot: () => core.snapshot(),
    setPaused: (paused) => core.setPaused(paused),
    pauseFor: (ms) => core.setPaused(true, ms),
    getSettings: () => ({
      settings: shown(settings.file),
      overrides: settings.overrides,
      restartNeeded: settings.restartNeeded,
      tokenSource: token.source,
    }),
    updateSettings: async (patch) => {
      const change = await settings.update(withoutHidden(patch) as Record<string, unknown>);
      log.info({ settings: Object.keys(patch) }, 'settings were changed');
      return { ...change, settings: shown(change.settings) };
    },
    getApiToken: () => token.value,
    rotateApiToken: () => {
      token.rotate();
      log.info({}, 'there is a new API token');
    },
    getReportPreview: () => previewReport(),
    cancelExchange: (id) => {
      const cancelled = options.cancel(id);
      log.info(cancelled, 'an exchange was cancelled');
      return cancelled;
    },
    dismissInsight: ({ kind, subject, until }) => insights.dismiss(kind, subject, until),
  };
}

/** Hides secrets. They are strings before and after, so the type stays the same. */
function shown(settings: Settings): Settings {
  return hidden(settings) as Settings;
}
