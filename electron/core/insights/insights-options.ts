import type { MachineReading } from '../../../shared/machine.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../records/ledger/ledger.ts';

export interface InsightsOptions {
  readonly ledger: Pick<Ledger, 'saveInsights' | 'readInsights' | 'saveEpisodes' | 'episodes'>;
  /** The newest finished inference exchanges, newest first. */
  readonly recent: (limit: number) => readonly ActivityRecord[];
  readonly loadedModels: () => readonly LoadedModel[];
  /** The kind of an upstream's server; null while unknown. */
  readonly kindOf: (upstream: string) => string | null;
  /** True if an upstream's server is on this machine. */
  readonly isLocal: (upstream: string) => boolean;
  /** The newest reading of the machine; null if nothing reads it. */
  readonly machine: () => MachineReading | null;
  /** The watts that a loaded model costs while it waits; null while that is not known. */
  readonly phantomWatts: (model: LoadedModel) => number | null;
  /** The memory of one token in a model's context, bytes of 16-bit values; null while not known. */
  readonly contextBytesPerToken: (model: LoadedModel) => number | null;
  /** The dismissed insights. */
  readonly document: JsonDocument;
  /** Speed and power of answers at each power limit. */
  readonly powerDocument: JsonDocument;
  readonly log: Log;
  readonly onChange: () => void;
  /** Unix milliseconds. */
  readonly now?: () => number;
}
