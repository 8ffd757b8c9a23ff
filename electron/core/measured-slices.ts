import { publicExchange, publicRecord } from '../../shared/public-record.ts';
import type { Hardware } from './hardware.ts';
import type { Sources } from './live/publisher.ts';
import type { Meter } from './meter/meter.ts';
import type { ThroughputHistory } from './meter/throughput.ts';
import type { Recorder } from './records/recorder.ts';
import { viewTotals } from './records/totals/view.ts';
import type { Upstreams } from './upstreams.ts';

const RECENT_ROWS_SHOWN = 50;

/** The parts that measure. */
export interface MeasuringParts {
  readonly upstreams: Upstreams;
  readonly throughput: ThroughputHistory;
  readonly meter: Meter;
  readonly recorder: Recorder;
  readonly hardware: Hardware;
}

type Measured =
  | 'upstreams'
  | 'discovered'
  | 'throughput'
  | 'inFlight'
  | 'loadedModels'
  | 'totals'
  | 'gpu'
  | 'machine'
  | 'ledger'
  | 'recent';

/** Returns the slices of the state that the measuring parts have. */
export function measuredSlices(parts: MeasuringParts): Pick<Sources, Measured> {
  const { upstreams, throughput, meter, recorder, hardware } = parts;
  return {
    upstreams: () => upstreams.states,
    discovered: () => upstreams.discovered,
    throughput: () => throughput.view(Date.now()),
    inFlight: () => meter.inFlight().map(publicExchange),
    loadedModels: () => upstreams.loadedModels,
    totals: () => viewTotals(recorder.stats, Date.now()),
    gpu: () => hardware.gpu,
    machine: () => hardware.machine,
    ledger: () => recorder.ledger.state,
    recent: () => recorder.recentInference(RECENT_ROWS_SHOWN).map(publicRecord),
  };
}
