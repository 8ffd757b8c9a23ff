/** The slices of the state. Each is replaced whole when it changes. */
import type { GpuState } from './gpu.ts';
import type { ModelTally, Tally } from './tally.ts';
import type { LiveExchange, PublicRecord } from './usage.ts';

export interface PeriodTotals {
  /** Inference exchanges of all models. */
  readonly all: Tally;
  /** Requests that asked no model for tokens: lists, loads, token counts. */
  readonly otherRequests: number;
  /** Sorted by output tokens, largest first. */
  readonly models: readonly ModelTally[];
}

export interface Totals {
  /** Since ever; `since` is when counting began, Unix milliseconds. */
  readonly ever: PeriodTotals & { readonly since: number };
  /** The current local calendar day, `YYYY-MM-DD`. */
  readonly today: PeriodTotals & { readonly date: string };
}

/** Speeds over the last seconds and their short history. */
export interface Throughput {
  /** Tokens per second over the last `windowMs`. */
  readonly outputTokensPerSecond: number;
  readonly inputTokensPerSecond: number;
  readonly windowMs: number;
  readonly series: ThroughputSeries;
}

/** Equally spaced samples, oldest first; the last one ends at `endAt` (Unix milliseconds). */
export interface ThroughputSeries {
  readonly endAt: number;
  readonly stepMs: number;
  readonly outputTokensPerSecond: readonly number[];
  readonly inputTokensPerSecond: readonly number[];
}

/** A model that a server holds in memory. */
export interface LoadedModel {
  readonly upstream: string;
  readonly name: string;
  readonly state: 'loading' | 'loaded' | 'sleeping';
  readonly sizeBytes: number | null;
  /** The part of `sizeBytes` in GPU memory; less than `sizeBytes` means it spilled to the CPU. */
  readonly vramBytes: number | null;
  readonly contextLength: number | null;
  readonly parameterSize: string | null;
  readonly quantization: string | null;
  /** When the server will unload it, Unix milliseconds; null if never or unknown. */
  readonly expiresAt: number | null;
}

/** What protects a stored key: the operating system's keychain, or the mode of a file alone. */
export type KeyStorage = 'keychain' | 'file';

export type UpstreamHealth = 'unknown' | 'up' | 'down';

/** An upstream with the proxy in front of it. */
export interface UpstreamState {
  readonly name: string;
  /** The server's address. */
  readonly targetUrl: string;
  /** What clients use instead of it. */
  readonly proxyUrl: string;
  /** What it was recognised as, such as `ollama` or `llamacpp`; null until it answered. */
  readonly kind: string | null;
  /** For people, such as `Ollama 0.33.0`. */
  readonly label: string | null;
  readonly health: UpstreamHealth;
  /** What is wrong and what to do, when it is not up. */
  readonly note: string | null;
  /** What protects the API key that is set for it; null if none is set. */
  readonly keyStorage: KeyStorage | null;
}

/** A server that runs on this machine and is nobody's upstream yet. */
export interface DiscoveredServer {
  /** Its address, without a closing slash. */
  readonly url: string;
  readonly kind: string;
  /** For people, such as `Ollama 0.33.0`. */
  readonly label: string;
}

/** Whether finished exchanges are being stored. */
export interface LedgerHealth {
  readonly status: 'opening' | 'ok' | 'degraded';
  /** One line for a person; null while all is well. */
  readonly message: string | null;
  /** Rows that wait to be stored, and rows that never will be, since the start. */
  readonly waiting: number;
  readonly dropped: number;
}

/** A place that figures are sent to, and how that goes. */
export interface ExporterState {
  /** Such as `postgres`, `clickhouse`, `otlp`, `reporter`. */
  readonly name: string;
  /** `starting`: nothing was sent yet. `failing`: it is tried again; `message` says what is wrong. */
  readonly status: 'starting' | 'ok' | 'failing';
  readonly message: string | null;
  /** When something last arrived there, Unix milliseconds. */
  readonly lastSuccessAt: number | null;
  /** Exchanges that are still to be sent; null where it keeps no backlog. */
  readonly behind: number | null;
}

/** What is known of newer versions; nobody is asked until the user wants it. */
export interface UpdateState {
  /** A version newer than this one; null while none is known. */
  readonly newer: string | null;
  /** A page about it. */
  readonly url: string | null;
  /** Unix milliseconds. */
  readonly checkedAt: number | null;
  /** Why the last check failed; null after a good one. */
  readonly message: string | null;
}

export const NO_UPDATE: UpdateState = { newer: null, url: null, checkedAt: null, message: null };

/** Something the user should know; each appears once. */
export interface Warning {
  readonly id: string;
  readonly at: number;
  readonly message: string;
}

export interface AppState {
  readonly version: string;
  readonly startedAt: number;
  /** Metering is paused; traffic flows all the same. */
  readonly paused: boolean;
  /** The control API's address. */
  readonly apiUrl: string | null;
  readonly dataDir: string;
}

/** The state without what is derived from it. Alert rules read this. */
export interface MeasuredState {
  readonly app: AppState;
  readonly upstreams: readonly UpstreamState[];
  /** Looked for only while an upstream is down: perhaps another server was meant. */
  readonly discovered: readonly DiscoveredServer[];
  readonly throughput: Throughput;
  readonly inFlight: readonly LiveExchange[];
  readonly loadedModels: readonly LoadedModel[];
  readonly totals: Totals;
  readonly gpu: GpuState;
  readonly ledger: LedgerHealth;
  /** The newest finished exchanges, newest first. */
  readonly recent: readonly PublicRecord[];
  /** Empty unless figures are sent somewhere. */
  readonly exporters: readonly ExporterState[];
  readonly updates: UpdateState;
  readonly warnings: readonly Warning[];
}
