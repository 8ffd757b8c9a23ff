/** The state of a core to which nothing has happened yet. */
import { DEFAULT_APPEARANCE } from '../../shared/appearance.ts';
import { DEFAULT_DESKTOP, DEFAULT_NOTIFICATIONS } from '../../shared/desktop-settings.ts';
import { GPU_STARTING } from '../../shared/gpu.ts';
import { NO_INSIGHTS } from '../../shared/insights.ts';
import { MACHINE_STARTING } from '../../shared/machine.ts';
import { DEFAULT_MINI_MONITOR } from '../../shared/mini-monitor-settings.ts';
import { DEFAULT_SHORTCUTS } from '../../shared/shortcuts.ts';
import { NO_UPDATE } from '../../shared/slices.ts';
import type { State } from '../../shared/snapshot.ts';
import { DEFAULT_TRAY } from '../../shared/tray-settings.ts';
import { ThroughputHistory } from '../../electron/core/meter/throughput.ts';
import { emptyStats } from '../../electron/core/records/totals/stats.ts';
import { viewTotals } from '../../electron/core/records/totals/view.ts';

/** `given` replaces whole slices. */
export function idleState(given: Partial<State> = {}): State {
  return {
    app: {
      version: '1.2.3',
      startedAt: 0,
      paused: false,
      pausedUntil: null,
      timeZone: 'UTC',
      apiUrl: null,
      dataDir: '/',
      settingsVersion: 0,
      appearance: DEFAULT_APPEARANCE,
      tray: DEFAULT_TRAY,
      miniMonitor: DEFAULT_MINI_MONITOR,
      shortcuts: DEFAULT_SHORTCUTS,
      notifications: DEFAULT_NOTIFICATIONS,
      desktop: DEFAULT_DESKTOP,
      updateMode: 'off',
    },
    upstreams: [],
    discovered: [],
    throughput: new ThroughputHistory().view(0),
    inFlight: [],
    loadedModels: [],
    totals: viewTotals(emptyStats(0), 0),
    gpu: GPU_STARTING,
    machine: MACHINE_STARTING,
    ledger: { status: 'ok', message: null, messageSentence: null, waiting: 0, dropped: 0 },
    recent: [],
    insights: NO_INSIGHTS,
    alerts: [],
    exporters: [],
    updates: NO_UPDATE,
    cost: null,
    budgets: [],
    pulls: [],
    attachment: null,
    warnings: [],
    ...given,
  };
}
