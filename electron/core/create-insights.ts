import type { LoadedModel } from '../../shared/slices.ts';
import type { State } from '../../shared/snapshot.ts';
import type { Hardware } from './hardware.ts';
import { Insights } from './insights/insights.ts';
import type { Log } from './log.ts';
import type { Recorder } from './records/recorder.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Upstreams } from './upstreams.ts';
import { isLocal, localModels } from './upstreams/loaded-models/local-model.ts';

interface Parts {
  readonly recorder: Recorder;
  readonly upstreams: Upstreams;
  readonly hardware: Hardware;
  readonly store: Pick<StateStore, 'insights' | 'powerLimits'>;
  readonly log: Log;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
  readonly contextBytesPerToken: (model: LoadedModel) => number | null;
}

/** Wires the insights. */
export function createInsights({ recorder, upstreams, hardware, ...parts }: Parts): Insights {
  const { store, log, touch, contextBytesPerToken } = parts;
  const modelsHere = (): readonly LoadedModel[] =>
    localModels(upstreams.states, upstreams.loadedModels);
  return new Insights({
    ledger: recorder.ledger,
    recent: (limit) => recorder.recentInference(limit),
    loadedModels: () => upstreams.loadedModels,
    kindOf: (upstream) => upstreams.kindOf(upstream),
    isLocal: (upstream) => upstreams.states.some((each) => each.name === upstream && isLocal(each)),
    machine: () => hardware.machine.reading,
    // With several loaded models it is not known which one costs how much.
    phantomWatts: () => (modelsHere().length === 1 ? hardware.phantomWatts : null),
    contextBytesPerToken,
    document: store.insights,
    powerDocument: store.powerLimits,
    log,
    onChange: () => touch('insights'),
  });
}
