import { join } from 'node:path';
import { GPU_STARTING } from '../../shared/gpu.ts';
import type { GpuState } from '../../shared/gpu.ts';
import { localDate } from '../../shared/format.ts';
import type { CoreHandlers } from '../../shared/ipc.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import type { AppState } from '../../shared/slices.ts';
import { publicRecord } from '../../shared/usage.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { ApiToken } from './startup/api-token.ts';
import { storedSecret } from './startup/secret-file.ts';
import { settingsFault } from './startup/settings-check.ts';
import { SettingsFile } from './startup/settings-file.ts';
import { UpstreamKeys } from './settings/upstream-keys.ts';
import type { EffectiveSettings } from './settings/effective.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { EnergyMeter } from './hardware/energy.ts';
import { createGpuPoller } from './hardware/poller.ts';
import type { GpuPoller } from './hardware/poller.ts';
import type { CaptureContent } from './meter/capture-content.ts';
import { Meter } from './meter/meter.ts';
import { ThroughputHistory } from './meter/throughput.ts';
import { LiveAccessRules } from './proxy/access.ts';
import { Hops } from './proxy/hop.ts';
import type { RunningApi } from './api/api-server.ts';
import { Publisher } from './live/publisher.ts';
import type { Core, CoreOptions, Ready } from './core-contract.ts';
import { WarningList } from './live/warning-list.ts';
import { Services } from './services.ts';
import { Recorder } from './records/recorder.ts';
import { viewTotals } from './records/totals/view.ts';
import { UnhandledErrors } from './unhandled-errors.ts';
import { Upstreams } from './upstreams.ts';

/** How long exchanges in flight may take to finish once the core is told to stop. */
const DRAIN_MS = 3_000;
/** How long records may take that are still being decoded after that. */
const SETTLE_MS = 500;
const TICK_MS = 1_000;
/** Finished exchanges that the window lists. */
const SHOWN_RECENT = 50;

export function createCore(options: CoreOptions): Core {
  return new TokwattCore(options);
}

class TokwattCore implements Core {
  readonly #options: CoreOptions;
  readonly #settings: SettingsStore;
  readonly #settingsFile: SettingsFile;
  readonly #access: LiveAccessRules;
  readonly #recorder: Recorder;
  readonly #throughput = new ThroughputHistory();
  readonly #energy = new EnergyMeter(performance.now());
  readonly #hops: Hops;
  readonly #meter: Meter;
  readonly #upstreams: Upstreams;
  readonly #publisher: Publisher;
  readonly #services: Services;
  readonly #gpuPoller: GpuPoller;
  readonly #startedAt = Date.now();
  readonly #warnings = new WarningList();
  readonly #unhandled: UnhandledErrors;
  readonly #keys: UpstreamKeys;
  #gpu: GpuState = GPU_STARTING;
  #settingsVersion = 0;
  #api: RunningApi | null = null;
  #tick: NodeJS.Timeout | null = null;

  constructor(options: CoreOptions) {
    const { config, store, log } = options;
    this.#options = options;
    this.#unhandled = new UnhandledErrors({
      log,
      logFile: options.logFile,
      warn: (topic, message) => this.#tell(topic, message),
    });
    // First, for it may be refused: nothing runs yet that would have to be stopped again.
    const token = new ApiToken(config.dataDir);
    this.#keys = new UpstreamKeys({
      store: store.secrets,
      log,
      onWarning: (message) => this.#warn(message),
      onChange: (names) => this.#upstreams.recheck(names),
    });
    this.#settingsFile = new SettingsFile({
      path: store.settings.path,
      document: store.settings.read(),
      log,
      tell: (topic, message) => this.#tell(topic, message),
    });
    this.#settings = new SettingsStore({
      ...config,
      edited: this.#settingsFile,
      document: store.settings,
      check: settingsFault,
      keys: this.#keys,
      log,
    });
    const settings = this.#settings.current;
    this.#access = new LiveAccessRules(settings);
    this.#recorder = new Recorder({
      dataDir: config.dataDir,
      settings: this.#settings,
      document: store.totals,
      log,
      secrets: () => this.#keys.secrets,
      now: this.#startedAt,
      onWarning: (message) => this.#warn(message),
      onChange: () => this.#publisher.touch('totals', 'recent', 'ledger'),
    });
    this.#hops = new Hops({
      key: storedSecret(join(config.dataDir, 'hop-key')),
      trusted: () => this.#settings.current.trustedHops,
    });
    this.#meter = new Meter({
      throughput: this.#throughput,
      energy: this.#energy,
      settings: () => this.#settings.current,
      salt: this.#recorder.salt,
      hops: this.#hops,
      nextId: () => this.#recorder.nextId(),
      architecture: (upstream, model) => this.#upstreams.architecture(upstream, model),
      namingOf: (name) => this.#recorder.namingOf(name, this.#upstreams.kindOf(name)),
      onRecord: (record, capture, unloads) => this.#onRecord(record, capture, unloads),
      onChange: () => this.#publisher.touch('inFlight', 'throughput'),
      log,
    });
    this.#upstreams = new Upstreams({
      settings: this.#settings,
      keys: this.#keys,
      access: this.#access,
      tap: this.#meter,
      // While metering is paused, a Tokwatt further on is the one that counts.
      hop: () => (this.#meter.paused ? null : this.#hops.sign()),
      log,
      apiPort: () => (this.#api === null ? 0 : Number(new URL(this.#api.url).port)),
      touch: (...slices) => this.#publisher.touch(...slices),
      onHealth: (health) => this.#recorder.noteKinds(health),
    });
    this.#gpuPoller = createGpuPoller({
      intervalMs: settings.gpuIntervalMs,
      log,
      onState: (gpu) => {
        this.#gpu = gpu;
        this.#energy.onReading(gpu, performance.now());
        this.#recorder.ledger.appendGpu(gpu);
        this.#publisher.touch('gpu');
      },
    });
    this.#publisher = new Publisher({
      app: () => this.#appState(),
      upstreams: () => this.#upstreams.states,
      discovered: () => this.#upstreams.discovered,
      throughput: () => this.#throughput.view(Date.now()),
      inFlight: () => this.#meter.inFlight(),
      loadedModels: () => this.#upstreams.loadedModels,
      totals: () => viewTotals(this.#recorder.stats, Date.now()),
      gpu: () => this.#gpu,
      ledger: () => this.#recorder.ledger.state,
      recent: () => this.#recorder.recentInference(SHOWN_RECENT).map(publicRecord),
      alerts: () => this.#services.alerts,
      exporters: () => this.#services.exporters,
      updates: () => this.#services.updates,
      warnings: () => this.#warnings.all,
    });
    this.#services = new Services({
      ...options,
      core: this,
      settings: this.#settings,
      startedAt: this.#startedAt,
      recorder: this.#recorder,
      token,
      hops: this.#hops,
      credentialsOf: this.#upstreams.credentialsOf,
      state: () => this.#publisher.snapshot().state,
      touch: (...slices) => this.#publisher.touch(...slices),
      warn: (message) => this.#warn(message),
      settle: (upstream) => this.#upstreams.settle(upstream),
      loading: (upstream, model) => this.#upstreams.loading(upstream, model),
    });
    this.#settings.onChange((changed) => this.#apply(changed));
    for (const message of store.warnings) this.#warn(message);
  }

  get handlers(): CoreHandlers {
    return this.#services.handlers;
  }

  async start(): Promise<Ready> {
    await this.#recorder.open();
    await this.#keys.open(this.#options.store.settings);
    try {
      await this.#upstreams.listen();
      this.#api = await this.#services.serve(this.#access);
    } catch (error) {
      await this.#upstreams.close(0);
      await this.#recorder.close();
      throw error;
    }
    this.#settingsFile.watch(() => void this.#settings.reload());
    // The start may have waited for a keychain, and somebody may have edited the file meanwhile.
    void this.#settings.reload();
    this.#gpuPoller.start();
    this.#upstreams.watch();
    this.#services.start();
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.#publisher.touch('app', 'upstreams');
    const proxies = this.#upstreams.proxies.map((each) => ({
      upstream: each.upstream.name,
      url: each.url,
    }));
    return { proxies, api: this.#api.url };
  }

  async stop(): Promise<void> {
    if (this.#tick !== null) clearInterval(this.#tick);
    this.#settingsFile.close();
    this.#upstreams.unwatch();
    this.#services.release();
    await Promise.all([
      this.#upstreams.close(DRAIN_MS),
      this.#api?.close(),
      this.#gpuPoller.stop(),
    ]);
    await this.#meter.settle(SETTLE_MS);
    await this.#services.stop();
    this.#publisher.stop();
    await this.#recorder.close();
  }

  snapshot(): Snapshot {
    // Time alone changes these: history scrolls, and a new day begins.
    this.#publisher.touch('throughput', 'totals');
    return this.#publisher.snapshot();
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    return this.#publisher.subscribe(listener);
  }

  setPaused(paused: boolean): void {
    this.#meter.paused = paused;
    this.#options.log.info({ paused }, paused ? 'metering is paused' : 'metering goes on');
    this.#publisher.touch('app');
  }

  reportUnhandled(error: unknown): void {
    this.#unhandled.report(error);
  }

  /** Tells the parts that do not ask for their settings each time. */
  #apply(settings: EffectiveSettings): void {
    this.#settingsVersion += 1;
    this.#publisher.touch('app');
    this.#access.apply(settings);
    this.#gpuPoller.setIntervalMs(settings.gpuIntervalMs);
  }

  #onRecord(record: ActivityRecord, capture: CaptureContent | null, unloads: boolean): void {
    this.#recorder.add(record, capture);
    this.#services.observe(record);
    this.#publisher.touch('inFlight', 'throughput');
    this.#upstreams.observe(record, unloads);
  }

  #onTick(): void {
    this.#services.tick();
    const inFlight = this.#meter.inFlight();
    this.#recorder.ledger.noteInFlight(inFlight);
    this.#upstreams.tick(inFlight);
    if (this.#throughput.active) this.#publisher.touch('throughput');
    if (this.#recorder.stats.today.date !== localDate(Date.now())) this.#publisher.touch('totals');
  }

  #warn(message: string): void {
    this.#options.log.warn({}, message);
    this.#tell(message, message);
  }

  /** Null takes the warning of this topic back. */
  #tell(topic: string, message: string | null): void {
    if (message === null) this.#warnings.withdraw(topic);
    else this.#warnings.tell(topic, message, Date.now());
    this.#publisher.touch('warnings');
  }

  #appState(): AppState {
    const { version, config } = this.#options;
    return {
      version,
      startedAt: this.#startedAt,
      paused: this.#meter.paused,
      apiUrl: this.#api?.url ?? null,
      dataDir: config.dataDir,
      settingsVersion: this.#settingsVersion,
    };
  }
}
