import type { LoadedModel } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { EnergyMeter } from '../hardware/energy/energy-meter.ts';
import type { Log } from '../log.ts';
import type { ClientConnection } from '../proxy/client-connection.ts';
import type { Hops } from '../proxy/hop.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { EstimateRules } from '../usage/estimate.ts';
import type { CaptureSettings } from './capture.ts';
import type { ExchangeEnd } from './exchange-end.ts';
import type { ExchangeWatch } from './exchange-watch.ts';
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
  /** The entry of a model in the server's list of loaded models; null if there is none. */
  loaded(upstream: string, model: string): LoadedModel | null;
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
  /** The program of a connection as far as it is known. Must be cheap and never throw. */
  readonly processOf: (connection: ClientConnection | null) => string | null;
  /** Ascending record ids. */
  readonly nextId: () => number;
  readonly models: () => MeteredModels;
  /** The kind of server by whose rules an upstream's models are named; null while it is unknown. */
  readonly namingOf: (upstream: string) => string | null;
  /**
   * Called when an inference request was sent, with the model's counted name. Must be cheap. Absent
   * if nothing follows the circumstances of exchanges.
   */
  readonly watch?: (upstream: string, model: string | null) => ExchangeWatch;
  /** Called with each finished record. */
  readonly onRecord: (record: ActivityRecord, end: ExchangeEnd) => void;
  /** Called once, some seconds later, with each record that was not complete. */
  readonly onCompleted: (record: ActivityRecord) => void;
  /** Called when an exchange in flight has changed. */
  readonly onChange: () => void;
  readonly log: Log;
}
