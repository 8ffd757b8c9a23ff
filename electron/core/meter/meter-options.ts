import type { ActivityRecord } from '../../../shared/usage.ts';
import type { EnergyMeter } from '../hardware/energy/energy-meter.ts';
import type { Log } from '../log.ts';
import type { Hops } from '../proxy/hop.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { EstimateRules } from '../usage/estimate.ts';
import type { CaptureContent } from './capture-content.ts';
import type { CaptureSettings } from './capture.ts';
import type { ThroughputHistory } from './throughput.ts';

/** What the meter asks about the models of the upstreams. It never waits for a server. */
export interface MeteredModels {
  /**
   * The architecture of a model, or null if it is not known yet; it is then queried in the
   * background. `isAnswered` is true if the server has just answered for the model.
   */
  architecture(upstream: Upstream, model: string, isAnswered: boolean): string | null;
  /** Whether the server lists a model as loaded; null if that is not known. */
  isLoaded(upstream: string, model: string): boolean | null;
}

/** What belongs to a finished record and is not part of it. */
export interface RecordEnd {
  readonly capture: CaptureContent | null;
  /** True if its request makes the server unload the model after the answer. */
  readonly unloads: boolean;
  /** False if the record's energy is not known yet. */
  readonly isComplete: boolean;
}

export interface MeterOptions {
  readonly throughput: ThroughputHistory;
  readonly energy: EnergyMeter;
  /** Read for each exchange. A running exchange keeps the values it began with. */
  readonly settings: () => {
    readonly estimates: EstimateRules;
    readonly captures: CaptureSettings;
  };
  /** Salt for the fingerprints of API keys. */
  readonly salt: string;
  /** Distinguishes requests that another Tokwatt has counted from those that only claim so. */
  readonly hops: Pick<Hops, 'judge'>;
  /** Ascending record ids. */
  readonly nextId: () => number;
  readonly models: () => MeteredModels;
  /** The kind of server by whose rules an upstream's models are named; null while it is unknown. */
  readonly namingOf: (upstream: string) => string | null;
  /** Called with each finished record. */
  readonly onRecord: (record: ActivityRecord, end: RecordEnd) => void;
  /** Called once, some seconds later, with each record that was not complete. */
  readonly onCompleted: (record: ActivityRecord) => void;
  /** Called when an exchange in flight has changed. */
  readonly onChange: () => void;
  readonly log: Log;
}
