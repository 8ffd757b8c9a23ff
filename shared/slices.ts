/** The slices of the state. A change replaces a whole slice. */
import type { UpdateMode } from './app-update.ts';
import type { Appearance } from './appearance.ts';
import type { BudgetState, CostToday } from './cost.ts';
import type { DesktopSettings, NotificationSettings } from './desktop-settings.ts';
import type { GpuState } from './gpu.ts';
import type { MachineState } from './machine.ts';
import type { InsightsState } from './insights.ts';
import type { ShortcutSettings } from './shortcuts.ts';
import type { Sentence } from './sentences.ts';
import type { ModelTally, Tally } from './tally.ts';
import type { PublicRecord } from './public-record.ts';
import type { LiveExchange } from './live-exchange.ts';
import type { MiniMonitorSettings } from './mini-monitor-settings.ts';
import type { ModelPull } from './model-pulls.ts';
import type { TraySettings } from './tray-settings.ts';

export interface PeriodTotals {
  /** Inference exchanges of all models. */
  readonly all: Tally;
  /** Requests that were no inference: lists, loads, token counts. */
  readonly otherRequests: number;
  /** Sorted by output tokens, largest first. */
  readonly models: readonly ModelTally[];
}

export interface Totals {
  /** All time. `since` is the start of counting, Unix milliseconds. */
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

/** A model that a server has loaded. */
export interface LoadedModel {
  readonly upstream: string;
  readonly name: string;
  readonly state: 'loading' | 'loaded' | 'sleeping';
  readonly sizeBytes: number | null;
  /** The part of `sizeBytes` in GPU memory. If it is smaller, the rest is in main memory. */
  readonly vramBytes: number | null;
  readonly contextLength: number | null;
  readonly parameterSize: string | null;
  readonly quantization: string | null;
  /** When the server will unload it, Unix milliseconds; null if never or unknown. */
  readonly expiresAt: number | null;
}

/**
 * How a stored key is protected: by the operating system's keychain or only by file permissions.
 */
export type KeyStorage = 'keychain' | 'file';

export type UpstreamHealth = 'unknown' | 'up' | 'down';

/** An upstream and its proxy. */
export interface UpstreamState {
  readonly name: string;
  /** The server's address. */
  readonly targetUrl: string;
  /** The address for clients. */
  readonly proxyUrl: string;
  /** The recognized kind, such as `ollama` or `llamacpp`; null until the server has answered. */
  readonly kind: string | null;
  /** The name to show, such as `Ollama 0.33.0`. */
  readonly label: string | null;
  readonly health: UpstreamHealth;
  /** The problem and the remedy if it is not up. */
  readonly note: string | null;
  readonly noteSentence: Sentence | null;
  /** How its API key is protected; null if it has none. */
  readonly keyStorage: KeyStorage | null;
}

/** A server on this machine that is not configured as an upstream. */
export interface DiscoveredServer {
  /** Its address, without a final slash. */
  readonly url: string;
  readonly kind: string;
  /** The name to show, such as `Ollama 0.33.0`. */
  readonly label: string;
}

/** Whether finished exchanges can be stored. */
export interface LedgerHealth {
  readonly status: 'opening' | 'ok' | 'degraded';
  /** One line for the user; null if there is no problem. */
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
  /** Rows waiting to be stored, and rows lost since the start. */
  readonly waiting: number;
  readonly dropped: number;
}

/** A destination of exported data and the state of the export. */
export interface ExporterState {
  /** Such as `postgres`, `clickhouse`, `otlp`, `reporter`. */
  readonly name: string;
  /**
   * `starting`: nothing was sent yet. `failing`: sending is retried; `message` names the problem.
   */
  readonly status: 'starting' | 'ok' | 'failing';
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
  /** When data last arrived there, Unix milliseconds. */
  readonly lastSuccessAt: number | null;
  /** Exchanges still to be sent; null for an exporter without a backlog. */
  readonly behind: number | null;
}

/** What is known about newer versions. There are no requests before the user allows them. */
export interface UpdateState {
  /** A newer version; null if none is known. */
  readonly newer: string | null;
  /** A page about the newer version. */
  readonly url: string | null;
  /** Unix milliseconds. */
  readonly checkedAt: number | null;
  /** Why the last check failed; null if it succeeded. */
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
}

export const NO_UPDATE: UpdateState = {
  newer: null,
  url: null,
  checkedAt: null,
  message: null,
  messageSentence: null,
};

/** Something that the user should know. Each warning is shown once. */
export interface Warning {
  readonly id: string;
  readonly at: number;
  readonly message: string;
  readonly messageSentence: Sentence | null;
}

export interface AppState {
  readonly version: string;
  readonly startedAt: number;
  /** The time zone of this machine, in which days begin and times are told: an IANA name. */
  readonly timeZone: string;
  /** Metering is paused. Traffic still flows. */
  readonly paused: boolean;
  /** When metering resumes by itself, Unix milliseconds; null if it is not paused or only by hand. */
  readonly pausedUntil: number | null;
  /** The control API's address. */
  readonly apiUrl: string | null;
  readonly dataDir: string;
  /** Number of changes of the settings since the start, from any source. */
  readonly settingsVersion: number;
  readonly appearance: Appearance;
  readonly tray: TraySettings;
  readonly miniMonitor: MiniMonitorSettings;
  readonly shortcuts: ShortcutSettings;
  readonly notifications: NotificationSettings;
  readonly desktop: DesktopSettings;
  /** Whether the desktop looks for its own updates. */
  readonly updateMode: UpdateMode;
}

/** The state without derived slices. Alert rules read it. */
export interface MeasuredState {
  readonly app: AppState;
  readonly upstreams: readonly UpstreamState[];
  /**
   * Searched for only while an upstream is down, because the user may have meant another server.
   */
  readonly discovered: readonly DiscoveredServer[];
  readonly throughput: Throughput;
  readonly inFlight: readonly LiveExchange[];
  readonly loadedModels: readonly LoadedModel[];
  readonly totals: Totals;
  readonly gpu: GpuState;
  /** Power of the processor, battery and wall meter; memory. */
  readonly machine: MachineState;
  readonly ledger: LedgerHealth;
  /** The latest finished exchanges, newest first. */
  readonly recent: readonly PublicRecord[];
  /** Empty unless an exporter is configured. */
  readonly exporters: readonly ExporterState[];
  readonly updates: UpdateState;
  readonly insights: InsightsState;
  /** What today's energy costs; null without a tariff. */
  readonly cost: CostToday | null;
  /** Empty unless the settings have budgets. */
  readonly budgets: readonly BudgetState[];
  /** Downloads of models, newest first. */
  readonly pulls: readonly ModelPull[];
  readonly warnings: readonly Warning[];
}
