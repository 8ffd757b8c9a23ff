import type { Hono } from 'hono';
import type { CoreHandlers } from '../../shared/ipc.ts';
import type { AlertState } from '../../shared/alert-state.ts';
import type { Delta, Snapshot, State } from '../../shared/snapshot.ts';
import type { ExporterState, UpdateState } from '../../shared/slices.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { ClientLooks } from './clients/client-looks.ts';
import { Costs } from './cost/costs.ts';
import type { ApiToken } from './startup/api-token.ts';
import { ExporterMemories } from './exporters/exporter-memory.ts';
import type { Config } from './startup/config.ts';
import type { SettingsStore } from './settings/settings-store.ts';
import type { EffectiveSettings } from './settings/effective.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Log } from './log.ts';
import type { Insights } from './insights/insights.ts';
import { createAlerts } from './create-alerts.ts';
import type { Alerts } from './create-alerts.ts';
import { createInsights } from './create-insights.ts';
import type { ExchangeEnd } from './meter/exchange-end.ts';
import { ModelParts } from './model-parts.ts';
import { ExporterRegistry } from './exporters/registry.ts';
import type { AccessRules } from './proxy/access.ts';
import type { Sockets } from './proxy/sockets.ts';
import type { Hops } from './proxy/hop.ts';
import type { ApiOptions } from './api/api.ts';
import { loadApi } from './api/load-api.ts';
import { serveApi } from './api/api-server.ts';
import type { RunningApi } from './api/api-server.ts';
import { createHandlers } from './api/page/handlers.ts';
import type { HandlersOptions } from './api/page/handlers.ts';
import { EventHub } from './api/events/event-hub.ts';
import { Prometheus } from './exporters/prometheus/prometheus.ts';
import type { Warnings } from './live/warnings.ts';
import type { Recorder } from './records/recorder.ts';
import { UpdateCheck } from './updates/update-check.ts';
import type { Hardware } from './hardware.ts';
import type { Upstreams } from './upstreams.ts';
import { isLoopback } from './upstreams/known-ports.ts';

/** Longest time for exporters to send their remaining data at the end, milliseconds. */
const EXPORTERS_STOP_MS = 1_000;

/** The parts of the core that the services read. */
export interface ServicesOptions {
  readonly core: {
    snapshot(): Snapshot;
    subscribe(listener: (delta: Delta) => void): () => void;
    setPaused(paused: boolean, forMs?: number | null): void;
  };
  /** Cancels an exchange in flight. Throws a TokwattError if there is none. */
  readonly cancel: HandlersOptions['cancel'];
  readonly settings: SettingsStore;
  readonly config: Pick<Config, 'pricesFile'>;
  readonly store: StateStore;
  readonly version: string;
  readonly startedAt: number;
  readonly recorder: Recorder;
  readonly token: ApiToken;
  /** Signs Tokwatt's own requests, so that no Tokwatt counts them. */
  readonly hops: Hops;
  readonly upstreams: Upstreams;
  readonly hardware: Hardware;
  readonly log: Log;
  /** The present state. Unlike `core.snapshot()`, it does not recompute throughput and totals. */
  readonly state: () => State;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
  readonly warnings: Pick<Warnings, 'warn' | 'tell'>;
  readonly sockets?: Sockets | undefined;
}

/** All readers of the measurements: the API, alerts, exporters, the update check. None can block traffic or metering. */
export class Services {
  /** Handlers for the page's calls. */
  readonly handlers: CoreHandlers;
  readonly insights: Insights;
  readonly costs: Costs;
  readonly modelParts: ModelParts;
  readonly #options: ServicesOptions;
  readonly #settings: SettingsStore;
  readonly #prometheus: Prometheus;
  readonly #events: EventHub;
  readonly #exporters: ExporterRegistry;
  readonly #alerts: Alerts;
  readonly #updates: UpdateCheck;

  constructor(options: ServicesOptions) {
    const { core, store, version, recorder, log, touch } = options;
    this.#options = options;
    const stats = () => recorder.stats;
    const snapshot = () => core.snapshot();
    this.#settings = options.settings;
    const read = { snapshot, stats, books: () => options.hardware.books };
    this.#prometheus = new Prometheus({ ...read, store: () => recorder.ledger.flush() });
    this.#events = new EventHub({ core, startedAt: options.startedAt, recorder });
    const memories = new ExporterMemories(store.exporters, log);
    this.#exporters = new ExporterRegistry({
      version,
      log,
      instance: memories.instance,
      ...read,
      ledger: recorder.ledger,
      memory: (name) => memories.of(name),
      onChange: () => touch('exporters'),
    });
    this.#alerts = createAlerts(options);
    this.insights = createInsights({
      ...options,
      contextBytesPerToken: (model) => this.modelParts.contextBytesPerToken(model),
    });
    this.costs = new Costs({ ...options, tell: options.warnings.tell, ...options.config });
    this.modelParts = new ModelParts({ ...options, snapshot });
    this.#updates = new UpdateCheck({ version, log, onChange: () => touch('updates') });
    this.handlers = createHandlers({
      ...options,
      insights: this.insights,
      previewReport: () => this.#previewReport(),
    });
    this.#settings.onChange((settings) => this.#apply(settings));
  }

  get alerts(): readonly AlertState[] {
    return this.#alerts.engine.states;
  }

  get exporters(): readonly ExporterState[] {
    return this.#exporters.states;
  }

  get updates(): UpdateState {
    return this.#updates.state;
  }

  /** Opens the API's port. Throws a `listen` error with a message of one line if it cannot be opened. */
  async serve(access: AccessRules): Promise<RunningApi> {
    const { token } = this.#options;
    const { apiPort, bind } = this.#settings.current;
    const load = (): Promise<Hono> => loadApi(this.#apiOptions(access), !isLoopback(bind));
    return serveApi(load, { port: apiPort, bind, token, sockets: this.#options.sockets });
  }

  #apiOptions(access: AccessRules): Omit<ApiOptions, 'auth'> {
    const { core, version, recorder, token, hops, log } = this.#options;
    return {
      version,
      settings: this.#settings,
      snapshot: () => core.snapshot(),
      recorder,
      prometheus: this.#prometheus,
      events: this.#events,
      handlers: this.handlers,
      alerts: { ...this.#alerts, settings: this.#settings },
      exporters: {
        exporters: () => this.exporters,
        preview: () => this.#previewReport(),
        updates: () => this.updates,
        checkForUpdates: () => this.#checkForUpdates(),
      },
      costs: this.costs,
      models: this.modelParts,
      insights: this.insights,
      upstreams: this.#options.upstreams,
      clients: new ClientLooks(this.#options.store.clients),
      hardware: this.#options.hardware,
      hop: { instance: hops.instance, key: hops.key },
      access,
      token,
      log,
    };
  }

  /** Starts exporters, alerts and the update check, as the settings say. */
  start(): void {
    this.insights.start();
    this.costs.start();
    this.modelParts.start();
    this.#apply(this.#settings.current);
  }

  /** Takes a finished exchange. One that is not complete is followed by `complete`. */
  observe(record: ActivityRecord, end: ExchangeEnd): void {
    const insights = { observe: (each: ActivityRecord) => this.insights.observe(each, end) };
    this.modelParts.observe(record, end);
    this.#tell([insights, this.#prometheus, this.#alerts.engine, this.#events, this.costs], record);
    if (end.isComplete) this.complete(record);
  }

  /** Takes an exchange with its energy. Exporters send each once, so they wait for it. */
  complete(record: ActivityRecord): void {
    this.#tell([this.#exporters, this.costs], record);
  }

  #tell(readers: readonly Pick<EventHub, 'observe'>[], record: ActivityRecord): void {
    for (const reader of readers) {
      try {
        reader.observe(record);
      } catch (error) {
        // A reader that fails must not keep the record from the others.
        this.#options.log.error({ error: String(error) }, 'a reader failed on a finished exchange');
      }
    }
  }

  tick(): void {
    this.insights.tick();
    this.costs.tick();
    this.modelParts.tick(this.#options.upstreams.loadedModels);
    this.#alerts.engine.tick();
  }

  /** Closes event streams and stops update checks. Exporters and alerts still get exchanges in flight. */
  release(): void {
    this.#events.close();
    this.#updates.stop();
    this.costs.stop();
    this.insights.stop();
    this.modelParts.stop();
  }

  /** Lets the exporters send their remaining data within a time limit, then stops. */
  async stop(): Promise<void> {
    await this.#exporters.stop(EXPORTERS_STOP_MS);
    this.#alerts.engine.stop();
  }

  #apply(settings: EffectiveSettings): void {
    void this.#exporters.apply(settings, EXPORTERS_STOP_MS);
    this.#alerts.engine.apply(settings.alerts);
    this.#updates.apply(settings.updates);
  }

  #previewReport(): object {
    return this.#exporters.previewReport(this.#settings.current);
  }

  /** The user's first check also turns on the daily check. */
  async #checkForUpdates(): Promise<UpdateState> {
    try {
      return await this.#updates.check();
    } finally {
      const { check, url } = this.#settings.current.updates;
      if (check === null && url !== null) {
        await this.#settings.update({ updates: { check: true } });
      }
    }
  }
}
