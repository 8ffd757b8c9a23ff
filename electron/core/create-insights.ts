import type { State } from '../../shared/snapshot.ts';
import { Insights } from './insights/insights.ts';
import type { Log } from './log.ts';
import type { Recorder } from './records/recorder.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Upstreams } from './upstreams.ts';
import { isLoopback } from './upstreams/known-ports.ts';

interface Parts {
  readonly recorder: Recorder;
  readonly upstreams: Upstreams;
  readonly store: Pick<StateStore, 'insights'>;
  readonly log: Log;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
}

/** Wires the insights. The machine's readings and its idle power are not measured yet. */
export function createInsights({ recorder, upstreams, store, log, touch }: Parts): Insights {
  return new Insights({
    ledger: recorder.ledger,
    recent: (limit) => recorder.recentInference(limit),
    loadedModels: () => upstreams.loadedModels,
    kindOf: (upstream) => upstreams.kindOf(upstream),
    isLocal: (upstream) =>
      upstreams.states.some(
        ({ name, targetUrl }) => name === upstream && isLoopback(new URL(targetUrl).hostname),
      ),
    machine: () => null,
    phantomWatts: () => null,
    document: store.insights,
    log,
    onChange: () => touch('insights'),
  });
}
