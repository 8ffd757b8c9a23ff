import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_APPEARANCE } from '../../../shared/appearance.ts';
import { DEFAULT_MINI_MONITOR } from '../../../shared/mini-monitor-settings.ts';
import { DEFAULT_SHORTCUTS } from '../../../shared/shortcuts.ts';
import { DEFAULT_DESKTOP, DEFAULT_NOTIFICATIONS } from '../../../shared/desktop-settings.ts';
import { DEFAULT_TRAY } from '../../../shared/tray-settings.ts';
import { GPU_STARTING } from '../../../shared/gpu.ts';
import { MACHINE_STARTING } from '../../../shared/machine.ts';
import { NO_INSIGHTS } from '../../../shared/insights.ts';
import { applyDelta, missedDelta } from '../../../shared/snapshot.ts';
import { NO_UPDATE } from '../../../shared/slices.ts';
import type { Delta, State } from '../../../shared/snapshot.ts';
import { Publisher } from './publisher.ts';
import type { Sources } from './publisher.ts';
import { emptyStats } from '../records/totals/stats.ts';
import { viewTotals } from '../records/totals/view.ts';
import { ThroughputHistory } from '../meter/throughput.ts';

let warnings: State['warnings'] = [];
const sources: Sources = {
  app: () => ({
    version: '1',
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
  }),
  upstreams: () => [],
  discovered: () => [],
  throughput: () => new ThroughputHistory().view(0),
  inFlight: () => [],
  loadedModels: () => [],
  totals: () => viewTotals(emptyStats(0), 0),
  gpu: () => GPU_STARTING,
  machine: () => MACHINE_STARTING,
  ledger: () => ({ status: 'ok', message: null, messageSentence: null, waiting: 0, dropped: 0 }),
  recent: () => [],
  insights: () => NO_INSIGHTS,
  alerts: () => [],
  exporters: () => [],
  updates: () => NO_UPDATE,
  cost: () => null,
  budgets: () => [],
  pulls: () => [],
  attachment: () => null,
  warnings: () => warnings,
};
const warn = (message: string): void => {
  warnings = [...warnings, { id: String(warnings.length), at: 0, message, messageSentence: null }];
};

describe('publisher', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    warnings = [];
  });
  afterEach(() => vi.useRealTimers());

  function listening(): { publisher: Publisher; heard: Delta[] } {
    const publisher = new Publisher(sources);
    const heard: Delta[] = [];
    publisher.snapshot();
    publisher.subscribe((delta) => heard.push(delta));
    return { publisher, heard };
  }

  it('joins changes into at most four updates a second', () => {
    const { publisher, heard } = listening();
    for (let ms = 0; ms < 1_000; ms += 10) {
      warn(`w${ms}`);
      publisher.touch('warnings');
      vi.advanceTimersByTime(10);
    }
    expect(heard.length).toBeLessThanOrEqual(4);
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.map((d) => d.seq)).toEqual(heard.map((_, i) => i + 2));
  });

  it('sends only slices that have changed', () => {
    const { publisher, heard } = listening();
    warn('one');
    publisher.touch('warnings', 'gpu', 'recent');
    vi.advanceTimersByTime(250);
    expect(heard.map((d) => Object.keys(d.changed))).toEqual([['warnings']]);
    publisher.touch('warnings');
    vi.advanceTimersByTime(250);
    expect(heard).toHaveLength(1);
  });

  it('returns a snapshot that includes all earlier deltas', () => {
    const { publisher, heard } = listening();
    warn('one');
    publisher.touch('warnings');
    const snapshot = publisher.snapshot();
    expect(snapshot.seq).toBe(heard.at(-1)?.seq);
    expect(applyDelta(snapshot, heard[0]!)).toBe(snapshot);
    expect(missedDelta(snapshot, { seq: snapshot.seq + 2, changed: {} })).toBe(true);
  });

  it('computes nothing without listeners', () => {
    const counted = vi.fn(sources.warnings);
    const publisher = new Publisher({ ...sources, warnings: counted });
    publisher.snapshot();
    publisher.touch('warnings');
    vi.advanceTimersByTime(10_000);
    expect(counted).toHaveBeenCalledTimes(1);
  });

  it('does not call a removed listener', () => {
    const publisher = new Publisher(sources);
    publisher.snapshot();
    const heard = vi.fn();
    publisher.subscribe(heard)();
    warn('one');
    publisher.touch('warnings');
    publisher.snapshot();
    expect(heard).not.toHaveBeenCalled();
  });
});
