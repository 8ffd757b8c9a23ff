/**
 * The only declaration of the calls to the ledger's threads. The threads' handlers, the main
 * thread's methods and the queries of {@link import('./ledger.ts').Ledger} derive from it. A new
 * query is one entry here and a handler in `reader.ts`; the compiler finds the other places.
 */
import type { ActivityPositions, SortedActivity } from '../../../../shared/activity.ts';
import type { GpuPoint } from '../../../../shared/gpu-history.ts';
import type { SessionPage } from '../../../../shared/sessions.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { PositionsQuery } from './activity-positions.ts';
import type { SortedQuery } from './sorted-activity.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import type { AppendInput, AppendOutput } from './append.ts';
import type {
  ClientModelSums,
  ClientSumsQuery,
  ClientTime,
  ClientTimesQuery,
} from './client-sums.ts';
import type { EnergyHours, EnergyHoursQuery } from './energy-hours.ts';
import type {
  Heatmap,
  HistoryDistribution,
  SpeedByContext,
  Usual,
} from '../../../../shared/history.ts';
import type {
  ContextQuery,
  DistributionQuery,
  HeatmapQuery,
  HistoryData,
  PricedHistoryQuery,
} from './history-query.ts';
import type { StoredCapture } from './captures.ts';
import type { DeviceEnergyPoint, DeviceEnergyQuery } from './device-energy-query.ts';
import type { Episode, EpisodePage, EpisodeQuery } from './episode-query.ts';
import type { StoredInsight } from './insights.ts';
import type { ModelFigures, ModelFiguresQuery } from './model-figures.ts';
import { call, callWithoutInput, callWithoutOutput } from './protocol.ts';
import type {
  ActivityFilter,
  ActivityPage,
  ActivityQuery,
  Clear,
  ExportQuery,
  GpuQuery,
  NameKind,
  Percentiles,
  Retention,
  RollupQuery,
  RollupRow,
  Series,
  SeriesQuery,
  StorageSummary,
  TopQuery,
  TopRow,
} from './query-schemas.ts';
import type { SessionQuery } from './session-query.ts';

/** The public queries of the ledger. */
export const QUERIES = {
  /** Rows that match a filter, newest first. */
  page: call<ActivityQuery, ActivityPage<ActivityRecord>>(),
  /** Where the rows of a filter are, for jumps. */
  positions: call<PositionsQuery, ActivityPositions>(),
  /** The first rows of a filter in the order of a figure. */
  sorted: call<SortedQuery, SortedActivity>(),
  /** One exchange; null if it has no row. */
  activity: call<number, ActivityRecord | null>(),
  /** Sessions that overlap a time range, those that ended last first. */
  sessions: call<SessionQuery, SessionPage>(),
  /** Possible values of a filter, at most 1,000, in alphabetical order. */
  names: call<NameKind, readonly string[]>(),
  /** Points of a chart. */
  series: call<SeriesQuery, Series>(),
  percentiles: call<ActivityFilter, Percentiles>(),
  /**
   * Daily sums. With `emptied`, names whose sums were moved to another name are included, with
   * zeros.
   */
  rollups: call<RollupQuery & { readonly emptied?: boolean }, readonly RollupRow[]>(),
  /** Names with the highest sums. */
  top: call<TopQuery, readonly TopRow[]>(),
  /** Points of a chart of GPU readings. */
  gpu: call<GpuQuery, readonly GpuPoint[]>(),
  /** Where the energy of the devices went, by bucket. */
  deviceEnergy: call<DeviceEnergyQuery, readonly DeviceEnergyPoint[]>(),
  /** Energy and tokens by hour, for costs. */
  energyHours: call<EnergyHoursQuery, EnergyHours>(),
  /** Speeds of all models, by day. */
  modelFigures: call<ModelFiguresQuery, readonly ModelFigures[]>(),
  /** What clients asked of which model, over some days. */
  clientSums: call<ClientSumsQuery, readonly ClientModelSums[]>(),
  /** When clients were first and last seen. */
  clientTimes: call<ClientTimesQuery, readonly ClientTime[]>(),
  /** All charts of a range. */
  history: call<PricedHistoryQuery, HistoryData>(),
  /** Today by hour beside the last days. The input is the present time, Unix milliseconds. */
  usual: call<number, Usual>(),
  /** Use by local day and hour. */
  heatmap: call<HeatmapQuery, Heatmap>(),
  /** Speeds of a model against the length of its prompts. */
  speedByContext: call<ContextQuery & { readonly now: number }, SpeedByContext>(),
  /** How speed and time to first token are spread. */
  distribution: call<DistributionQuery, HistoryDistribution>(),
  /** The content of each part of the ledger. */
  storageSummary: callWithoutInput<StorageSummary>(),
  /** The capture of an exchange; null if there is none. */
  readCapture: call<number, StoredCapture | null>(),
  /** The insights about an exchange that was completed then, each as JSON. */
  readInsights: call<Pick<StoredInsight, 'id' | 'at'>, readonly string[]>(),
  /** Alerts or insights of the past. */
  episodes: call<EpisodeQuery, EpisodePage>(),
} as const;

/** Calls to the reader thread. */
export const READER_CALLS = {
  ...QUERIES,
  /** At most `limit` rows with ids above `id`, ascending. */
  recordsAfter: call<{ readonly id: number; readonly limit: number }, readonly ActivityRecord[]>(),
  /** One piece of an export. `next` is the cursor of the next piece; null at the end. */
  exportChunk: call<
    { readonly query: ExportQuery; readonly cursor: string | null },
    { readonly text: string; readonly next: string | null }
  >(),
} as const;

/** Calls to the writer thread. */
export const WRITER_CALLS = {
  /** Opens the file. Sets a damaged file aside and creates a new one. */
  open: call<
    { readonly setAside: boolean; readonly retention: Retention },
    { readonly setAside: string | null; readonly lastId: number }
  >(),
  append: call<AppendInput, AppendOutput>(),
  saveCapture: callWithoutOutput<{
    readonly id: number;
    readonly at: number;
    readonly content: CaptureContent;
  }>(),
  saveInsights: callWithoutOutput<readonly StoredInsight[]>(),
  saveEpisodes: callWithoutOutput<readonly Episode[]>(),
  clear: callWithoutOutput<Clear>(),
  setRetention: callWithoutOutput<Retention>(),
  /** Sets the upstreams that are Ollama, and merges their models' sums. May take a while. */
  noteOllama: callWithoutOutput<readonly string[]>(),
  /** Replaces the ledger by a checked file. The old one is set aside. */
  replace: call<string, { readonly setAside: string; readonly lastId: number }>(),
} as const;

/** Calls to a thread that does one long task on a whole file and then ends. */
export const FILE_CALLS = {
  /** Writes a copy of the ledger. */
  backup: call<string, { readonly bytes: number }>(),
  /** Copies a backup beside the ledger and checks the copy. Returns the copy's path. */
  checkImport: call<
    { readonly file: string; readonly now: number },
    { readonly incoming: string; readonly rows: number }
  >(),
} as const;

export type QueryCalls = typeof QUERIES;
export type ReaderCalls = typeof READER_CALLS;
export type WriterCalls = typeof WRITER_CALLS;
export type FileCalls = typeof FILE_CALLS;

/** The kinds of threads, with their calls. */
export interface CallsOfRole {
  readonly writer: WriterCalls;
  readonly reader: ReaderCalls;
  readonly file: FileCalls;
}
export type Role = keyof CallsOfRole;
