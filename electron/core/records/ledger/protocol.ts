import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { StoredCapture } from './captures.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import type { Failure } from './failures.ts';
import type { GpuSample } from './gpu-samples.ts';
import type {
  ActivityFilter,
  ActivityPage,
  ActivityQuery,
  Clear,
  ExportQuery,
  GpuPoint,
  GpuQuery,
  StorageSummary,
  NameKind,
  Percentiles,
  Retention,
  RollupQuery,
  RollupRow,
  Series,
  SeriesQuery,
  TopQuery,
  TopRow,
} from './query-schemas.ts';
import type { FlatRow } from './rows.ts';

/** The most exchanges seen in flight within a minute; both names null for everything together. */
export interface Peak {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly upstream: string | null;
  readonly model: string | null;
  readonly inFlight: number;
}

export interface AppendInput {
  readonly rows: readonly FlatRow[];
  readonly peaks: readonly Peak[];
  readonly gpu: readonly GpuSample[];
}

export interface AppendOutput {
  /** Ids of rows that can never be stored. All others are. */
  readonly rejected: readonly number[];
}

interface Op<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** What the writer's thread does. */
export interface WriterOps {
  readonly open: Op<
    { readonly setAside: boolean; readonly retention: Retention },
    { readonly setAside: string | null; readonly lastId: number }
  >;
  readonly append: Op<AppendInput, AppendOutput>;
  readonly saveCapture: Op<
    { readonly id: number; readonly at: number; readonly content: CaptureContent },
    null
  >;
  readonly clear: Op<Clear, null>;
  readonly setRetention: Op<Retention, null>;
  /** Puts a checked file in the ledger's place; the old one is set aside. */
  readonly replace: Op<string, { readonly setAside: string; readonly lastId: number }>;
  readonly close: Op<null, null>;
}

/** What the reader's thread does. */
export interface ReaderOps {
  readonly page: Op<ActivityQuery, ActivityPage<ActivityRecord>>;
  readonly activity: Op<number, ActivityRecord | null>;
  readonly recordsAfter: Op<
    { readonly id: number; readonly limit: number },
    readonly ActivityRecord[]
  >;
  readonly names: Op<NameKind, readonly string[]>;
  readonly series: Op<SeriesQuery, Series>;
  readonly percentiles: Op<ActivityFilter, Percentiles>;
  readonly rollups: Op<RollupQuery, readonly RollupRow[]>;
  readonly top: Op<TopQuery, readonly TopRow[]>;
  readonly gpu: Op<GpuQuery, readonly GpuPoint[]>;
  readonly storageSummary: Op<null, StorageSummary>;
  readonly readCapture: Op<number, StoredCapture | null>;
  readonly exportChunk: Op<
    { readonly query: ExportQuery; readonly cursor: string | null },
    { readonly text: string; readonly next: string | null }
  >;
  readonly close: Op<null, null>;
}

/** What a thread of its own does once, because it takes long, and then ends. */
export interface FileOps {
  /** Writes a copy of the ledger. */
  readonly backup: Op<string, { readonly bytes: number }>;
  /** Copies a backup beside the ledger and checks the copy. Returns the copy's path. */
  readonly checkImport: Op<
    { readonly file: string; readonly now: number },
    { readonly incoming: string; readonly rows: number }
  >;
  readonly close: Op<null, null>;
}

export type OpMap = WriterOps | ReaderOps | FileOps;
export type InputOf<Ops, K extends keyof Ops> = Ops[K] extends Op<infer I, unknown> ? I : never;
export type OutputOf<Ops, K extends keyof Ops> = Ops[K] extends Op<unknown, infer O> ? O : never;

export type Role = 'writer' | 'reader' | 'file';

export interface WorkerData {
  readonly role: Role;
  /** The ledger's file. */
  readonly path: string;
}

export interface RequestMessage {
  readonly call: number;
  readonly op: string;
  readonly input: unknown;
}

export type ResponseMessage =
  | { readonly call: number; readonly output: unknown }
  | { readonly call: number; readonly failure: Failure };

/** How a thread answers: one function an operation. */
export type OpHandlers<Ops> = {
  readonly [K in keyof Ops]: (
    input: InputOf<Ops, K>,
  ) => OutputOf<Ops, K> | Promise<OutputOf<Ops, K>>;
};
