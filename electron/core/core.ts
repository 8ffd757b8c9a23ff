import { localDate } from '../../shared/format.ts';
import type { CoreHandlers } from '../../shared/ipc.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import type { AppState } from '../../shared/slices.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { appState } from './app-state.ts';
import { cancelExchange } from './cancel-exchange.ts';
import { processesOf } from './client-process/client-processes.ts';
import { ApiToken } from './startup/api-token.ts';
import { Hardware } from './hardware.ts';
import type { ExchangeEnd } from './meter/exchange-end.ts';
import { Meter } from './meter/meter.ts';
import { ThroughputHistory } from './meter/throughput.ts';
import { ownHops } from './own-hops.ts';
import type { Hops } from './proxy/hop.ts';
import type { RunningApi } from './api/api-server.ts';
import { Publisher } from './live/publisher.ts';
import type { Core, CoreOptions, HostedCore, Ready } from './core-contract.ts';
import { Warnings } from './live/warnings.ts';
import { Configuration } from './configuration.ts';
import { Pause } from './pause.ts';
import { measuredSlices } from './measured-slices.ts';
import { serviceAccess } from './service-access.ts';
import { serviceSlices } from './service-slices.ts';
import { systemSleep } from './system-sleep.ts';
import { Services } from './services.ts';
import { Recorder } from './records/recorder.ts';
import { UnhandledErrors } from './unhandled-errors.ts';
import { Upstreams } from './upstreams.ts';
import { hasLocalModel } from './upstreams/loaded-models/local-model.ts';

/** Longest time for exchanges to finish after the core was asked to stop, milliseconds. */
const DRAIN_MS = 3_000;
/** The same for records that are still being decoded after that. */
const SETTLE_MS = 500;
const TICK_MS = 1_000;

export const createCore = (options: CoreOptions): HostedCore => new TokwattCore(options);

class TokwattCore implements HostedCore {
  readonly tell: Core['tell'] = (...warning) => this.#warnings.tell(...warning);
  readonly reportUnhandled: Core['reportUnhandled'] = (error) => this.#unhandled.report(error);
  readonly handlers: CoreHandlers;
  readonly sleep: Core['sleep'];
  readonly service: HostedCore['service'];
  readonly #options: CoreOptions;
  readonly #startedAt = Date.now();
  readonly #throughput = new ThroughputHistory();
  readonly #warnings: Warnings;
  readonly #unhandled: UnhandledErrors;
  readonly #configuration: Configuration;
  readonly #recorder: Recorder;
  readonly #hardware: Hardware;
  readonly #hops: Hops;
  readonly #meter: Meter;
  readonly #pause: Pause;
  readonly #upstreams: Upstreams;
  readonly #publisher: Publisher;
  readonly #services: Services;
  #api: RunningApi | null = null;
  #tick: NodeJS.Timeout | null = null;

  constructor(options: CoreOptions) {
    const { config, store, log, logFile } = options;
    this.#options = options;
    this.#warnings = new Warnings(log, () => this.#publisher.touch('warnings'));
    this.#unhandled = new UnhandledErrors({ log, logFile, warn: this.#warnings.tell });
    // First, because it may throw, and no part has been started yet.
    const token = new ApiToken(config.dataDir);
    this.#configuration = new Configuration({
      ...options,
      warnings: this.#warnings,
      onKeys: (names) => this.#upstreams.recheck(names),
      onChange: () => this.#publisher.touch('app'),
    });
    this.#recorder = this.#createRecorder();
    this.#hardware = new Hardware({
      ...{ ...options, configuration: this.#configuration },
      hasModel: () => hasLocalModel(this.#upstreams.states, this.#upstreams.loadedModels),
      onGpu: (gpu, ranges) => this.#recorder.ledger.appendGpu(gpu, ranges),
      onGpuSample: (gpu) => this.#services.insights.onGpu(gpu),
      touch: (...slices) => this.#publisher.touch(...slices),
      tell: this.#warnings.tell,
    });
    this.#hops = ownHops(config.dataDir, () => this.#configuration.settings.current.trustedHops);
    this.#meter = this.#createMeter();
    this.#pause = new Pause(log, this.#meter, () => this.#publisher.touch('app'));
    this.#upstreams = this.#createUpstreams();
    this.#publisher = this.#createPublisher();
    this.#services = this.#createServices(token);
    this.handlers = this.#services.handlers;
    const parts = { recorder: this.#recorder, upstreams: this.#upstreams, log };
    this.sleep = systemSleep({ ...parts, pause: this.#pause });
    this.service = serviceAccess({ ...parts, settings: this.#configuration.settings });
    for (const message of store.warnings) this.#warnings.warn(message);
  }

  async start(): Promise<Ready> {
    await this.#recorder.open();
    this.#meter.calibrate((count) => this.#recorder.recentInference(count));
    await this.#configuration.open();
    try {
      await this.#upstreams.listen();
      this.#api = await this.#services.serve(this.#configuration.access);
    } catch (error) {
      await this.#upstreams.close(0);
      await this.#recorder.close();
      throw error;
    }
    this.#configuration.watch();
    this.#hardware.start();
    this.#upstreams.watch();
    this.#services.start();
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.#publisher.touch('app', 'upstreams');
    return { proxies: this.#upstreams.addresses, api: this.#api.url };
  }

  async stop(): Promise<void> {
    if (this.#tick !== null) clearInterval(this.#tick);
    this.#pause.stop();
    this.#configuration.close();
    this.#upstreams.unwatch();
    this.#services.release();
    await Promise.all([this.#upstreams.close(DRAIN_MS), this.#api?.close(), this.#hardware.stop()]);
    await this.#meter.settle(SETTLE_MS);
    await this.#services.stop();
    this.#publisher.stop();
    await this.#recorder.close();
  }

  snapshot(): Snapshot {
    // These change with time alone: the history scrolls, and a new day begins.
    this.#publisher.touch('throughput', 'totals');
    return this.#publisher.snapshot();
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    return this.#publisher.subscribe(listener);
  }

  askApi(request: Request): Promise<Response> {
    return this.#api?.ask(request) ?? Promise.resolve(new Response(null, { status: 503 }));
  }

  setPaused(paused: boolean, forMs: number | null = null): void {
    this.#pause.set(paused, forMs);
  }

  #onRecord(record: ActivityRecord, end: ExchangeEnd): void {
    this.#recorder.add(record, end.capture, end.isComplete);
    this.#services.observe(record, end);
    this.#publisher.touch('inFlight', 'throughput');
    this.#upstreams.observe(record, end.unloads);
  }

  #onTick(): void {
    this.#services.tick();
    this.#meter.advance();
    const inFlight = this.#meter.inFlight();
    this.#recorder.tick(inFlight, this.#hardware.books, !this.#meter.paused);
    this.#upstreams.tick(inFlight);
    if (inFlight.length > 0) this.#publisher.touch('inFlight');
    if (this.#throughput.active) this.#publisher.touch('throughput');
    if (this.#recorder.stats.today.date !== localDate(Date.now())) this.#publisher.touch('totals');
  }

  #appState(): AppState {
    const { version, config } = this.#options;
    return appState({
      ...{ version, startedAt: this.#startedAt, dataDir: config.dataDir },
      ...{ apiUrl: this.#api?.url ?? null, configuration: this.#configuration, pause: this.#pause },
    });
  }

  #createRecorder(): Recorder {
    const { config, store, log } = this.#options;
    return new Recorder({
      dataDir: config.dataDir,
      settings: this.#configuration.settings,
      document: store.totals,
      log,
      secrets: () => this.#configuration.keys.secrets,
      now: this.#startedAt,
      completeAll: () => this.#hardware.energy.finish(performance.now()),
      onWarning: this.#warnings.warn,
      onChange: (...changed) => this.#publisher.touch(...changed),
    });
  }

  #createMeter(): Meter {
    return new Meter({
      ...{ throughput: this.#throughput, energy: this.#hardware.energy },
      settings: () => this.#configuration.settings.current,
      ...{ salt: this.#recorder.salt, hops: this.#hops },
      nextId: () => this.#recorder.nextId(),
      processOf: processesOf(this.#configuration.settings, this.#options.log),
      models: () => this.#upstreams,
      namingOf: (name) => this.#recorder.namingOf(name, this.#upstreams.kindOf(name)),
      watch: (upstream, model) => this.#services.insights.watch(upstream, model),
      onRecord: (record, end) => this.#onRecord(record, end),
      onCompleted: (record) =>
        [this.#recorder, this.#services].forEach((each) => each.complete(record)),
      onChange: () => this.#publisher.touch('inFlight', 'throughput'),
      log: this.#options.log,
    });
  }

  #createUpstreams(): Upstreams {
    return new Upstreams({
      configuration: this.#configuration,
      tap: this.#meter,
      hop: () => (this.#meter.paused ? null : this.#hops.sign()),
      stop: (head) => (this.#meter.paused ? null : this.#services.costs.stopFor(head)),
      ...{ log: this.#options.log, sockets: this.#options.sockets },
      apiPort: () => (this.#api === null ? 0 : Number(new URL(this.#api.url).port)),
      touch: (...slices) => this.#publisher.touch(...slices),
      tell: this.#warnings.tell,
      onHealth: (health) => this.#recorder.noteKinds(health),
    });
  }

  #createPublisher(): Publisher {
    return new Publisher({
      ...measuredSlices({
        ...{ upstreams: this.#upstreams, throughput: this.#throughput, meter: this.#meter },
        ...{ recorder: this.#recorder, hardware: this.#hardware },
      }),
      app: () => this.#appState(),
      ...serviceSlices(() => this.#services),
      warnings: () => this.#warnings.all,
      attachment: () => null,
    });
  }

  #createServices(token: ApiToken): Services {
    return new Services({
      ...{ ...this.#options, core: this, settings: this.#configuration.settings },
      startedAt: this.#startedAt,
      ...{ recorder: this.#recorder, token, hops: this.#hops },
      ...{ upstreams: this.#upstreams, hardware: this.#hardware },
      cancel: (id) => cancelExchange(id, this.#meter, this.#upstreams.running),
      state: () => this.#publisher.snapshot().state,
      touch: (...slices) => this.#publisher.touch(...slices),
      warnings: this.#warnings,
    });
  }
}
