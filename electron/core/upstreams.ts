import type { DiscoveredServer, LoadedModel, UpstreamState } from '../../shared/slices.ts';
import type { State } from '../../shared/snapshot.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { LiveExchange } from '../../shared/live-exchange.ts';
import type { Configuration } from './configuration.ts';
import type { Ready } from './core-contract.ts';
import type { Log } from './log.ts';
import { addsModels, changesLoadedModels } from './models/load-event.ts';
import { LoadingModels, isLoaded, listedModel, upstreamsLoading } from './models/loading-models.ts';
import { Proxies } from './proxies.ts';
import type { ProxiesOptions, RunningProxy } from './proxies.ts';
import { RunningExchanges } from './proxy/cancel.ts';
import type { Upstream } from './proxy/tap.ts';
import { Takeovers } from './takeover/takeovers.ts';
import { createArchitectureCache } from './upstreams/architecture.ts';
import type { ArchitectureCache } from './upstreams/architecture.ts';
import { Credentials } from './upstreams/credentials.ts';
import type { CredentialsOf } from './upstreams/credentials.ts';
import { ServerFinder } from './upstreams/finder.ts';
import { loadedModelsSources } from './upstreams/loaded-models/by-kind.ts';
import { upstreamState } from './upstreams/upstream-state.ts';
import { createUpstreamWatcher } from './upstreams/watcher.ts';
import type { UpstreamStatus, UpstreamWatcher } from './upstreams/watcher-contract.ts';

export interface UpstreamsOptions extends Pick<
  ProxiesOptions,
  'tap' | 'hop' | 'tell' | 'stop' | 'sockets'
> {
  readonly configuration: Configuration;
  readonly log: Log;
  /** The API's port; 0 while it has none. */
  readonly apiPort: () => number;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
  readonly onHealth: (health: readonly UpstreamStatus[]) => void;
}

/** The upstreams with their proxies, health, loaded models and keys. */
export class Upstreams {
  /** Returns the credentials for requests to an upstream. */
  readonly credentialsOf: CredentialsOf;
  /** The exchanges that run through the proxies. */
  readonly running = new RunningExchanges();
  /** Takes over the ports of servers. */
  readonly takeovers: Takeovers;
  readonly #options: UpstreamsOptions;
  readonly #proxies: Proxies;
  readonly #watcher: UpstreamWatcher;
  readonly #architectures: ArchitectureCache;
  readonly #finder: ServerFinder;
  readonly #loading: LoadingModels;
  #health: readonly UpstreamStatus[] = [];
  #loaded: readonly LoadedModel[] = [];

  constructor(options: UpstreamsOptions) {
    const { configuration, log, touch } = options;
    const { settings, keys, access } = configuration;
    this.#options = options;
    this.credentialsOf = (upstream) => new Credentials(keys.keyOf(upstream));
    const { credentialsOf } = this;
    this.#proxies = new Proxies({
      ...options,
      ...{ settings, access, running: this.running },
      keyHeader: (upstream, target) =>
        credentialsOf(upstream).header(this.kindOf(upstream.name), target),
      onChange: () => touch('upstreams'),
    });
    this.#architectures = createArchitectureCache({
      log,
      credentialsOf,
      kindOf: (name) => this.kindOf(name),
    });
    this.#watcher = createUpstreamWatcher({
      upstreams: settings.current.upstreams,
      log,
      credentialsOf,
      onHealth: (health) => {
        this.#health = health;
        options.onHealth(health);
        touch('upstreams');
      },
      onLoadedModels: (loaded) => {
        this.#loaded = loaded;
        touch('loadedModels');
      },
    });
    this.#finder = new ServerFinder({
      exclude: () => this.knownPorts(),
      onFound: () => touch('discovered'),
    });
    this.takeovers = this.#createTakeovers();
    this.#loading = new LoadingModels(() => touch('loadedModels'));
    settings.onChange(({ upstreams }) => this.#watcher.setUpstreams(upstreams));
  }

  /** The proxies as they run, in the order of the upstreams. */
  get proxies(): readonly RunningProxy[] {
    return this.#proxies.running;
  }

  /** The proxies' addresses, in the order of the upstreams. */
  get addresses(): Ready['proxies'] {
    return this.#proxies.running.map(({ upstream, url }) => ({ upstream: upstream.name, url }));
  }

  get discovered(): readonly DiscoveredServer[] {
    return this.#finder.found;
  }

  get loadedModels(): readonly LoadedModel[] {
    return this.#loading.over(this.#loaded);
  }

  get states(): UpstreamState[] {
    const { keys } = this.#options.configuration;
    return this.#proxies.running.map(({ upstream, url }) => {
      const status = this.#health.find(({ name }) => name === upstream.name) ?? null;
      return upstreamState(upstream, url, status, keys.storageOf(upstream));
    });
  }

  /**
   * Opens the proxies' ports. Throws a `listen` error and leaves nothing open if a port cannot be
   * opened.
   */
  async listen(): Promise<void> {
    await this.#proxies.start();
  }

  /** Starts the health checks. */
  watch(): void {
    void this.#watcher.start();
  }

  /** Stops the health checks and architecture requests. Traffic continues. */
  unwatch(): void {
    this.#watcher.stop();
    this.#architectures.close();
  }

  /** Stops accepting, lets exchanges in flight finish for `graceMs`, then ends them. */
  async close(graceMs: number): Promise<void> {
    await this.#proxies.close(graceMs);
  }

  /**
   * Returns the architecture of a model; null if it is not known yet. In that case it is requested
   * from the server. `isAnswered` is true if the server has just answered for the model.
   */
  architecture(upstream: Upstream, model: string, isAnswered: boolean): string | null {
    return this.#architectures.lookup(upstream, model, isAnswered);
  }

  /**
   * Whether the server lists a model as loaded, as of the last check. Null if it has no such list
   * or does not answer.
   */
  isLoaded(upstream: string, model: string): boolean | null {
    const { kind = null, health } = this.#health.find(({ name }) => name === upstream) ?? {};
    if (health !== 'up' || loadedModelsSources(kind).length === 0) return null;
    return isLoaded(this.loaded(upstream, model), Date.now());
  }

  /** The entry of a model in the server's list of loaded models; null if there is none. */
  loaded(upstream: string, model: string): LoadedModel | null {
    return listedModel(this.loadedModels, { upstream, name: model }, this.kindOf(upstream));
  }

  /** Call it after a sleep of the system: connects anew, and checks all servers soon. */
  reconnect(): void {
    this.#proxies.dropIdle();
    for (const { upstream } of this.#proxies.running) this.#watcher.refresh(upstream.name);
  }

  /** Checks these upstreams at once, because their keys have changed. */
  recheck(names: readonly string[]): void {
    for (const name of names) this.#watcher.recheck(name);
    this.#options.touch('upstreams');
  }

  /**
   * Call it when an upstream's models have changed. Resolves when its list of loaded models was
   * requested again.
   */
  settle(name: string): Promise<void> {
    this.#architectures.retry();
    return this.#watcher.settle(name);
  }

  /** Call it when a model starts to load. Call the returned function when loading has ended. */
  loading(upstream: string, model: string): () => void {
    return this.#loading.begin(upstream, model, this.#loaded);
  }

  /** Refreshes a server's state after an exchange with it. */
  observe(record: ActivityRecord, unloads: boolean): void {
    const { upstream, inference, operation } = record;
    if (addsModels(record)) this.#architectures.retry();
    if (unloads || changesLoadedModels(record)) void this.#watcher.settle(upstream);
    else if (inference || operation === 'other') this.#watcher.refresh(upstream);
  }

  /** Called every second with the exchanges in flight. */
  tick(inFlight: readonly LiveExchange[]): void {
    const isMissed = this.#health.some(({ health }) => health === 'down');
    this.#finder.tick(isMissed, performance.now());
    this.takeovers.tick();
    const loading = upstreamsLoading(inFlight, this.#loaded, (name) => this.kindOf(name));
    for (const upstream of loading) this.#watcher.refresh(upstream);
  }

  #createTakeovers(): Takeovers {
    const { configuration, log } = this.#options;
    const { settings, keys, takeovers: document } = configuration;
    return new Takeovers({
      ...{ settings, log, document },
      kindOf: (name) => this.kindOf(name),
      keyOf: (upstream) => keys.keyOf(upstream),
      proxyPortOf: (name) =>
        this.#proxies.running.find(({ upstream }) => upstream.name === name)?.port ?? null,
      knownPorts: () => this.knownPorts(),
    });
  }

  /** Returns the recognised kind of an upstream; null while unknown. */
  kindOf(upstream: string): string | null {
    return this.#health.find(({ name }) => name === upstream)?.kind ?? null;
  }

  /** The ports of Tokwatt itself and of the configured servers. */
  knownPorts(): number[] {
    const { configuration, apiPort } = this.#options;
    const urls = configuration.settings.current.upstreams.map(({ url }) => Number(url.port));
    return [...this.#proxies.running.map(({ port }) => port), apiPort(), ...urls];
  }
}
