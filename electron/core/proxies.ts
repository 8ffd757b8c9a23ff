import { systemCode } from './errors.ts';
import { badRequest } from './settings/settings-errors.ts';
import { listenError } from './listen-error.ts';
import type { PortSource } from './listen-error.ts';
import { planProxies } from './proxy-plan.ts';
import type { PlannedProxy } from './proxy-plan.ts';
import { createProxyServer } from './proxy/server.ts';
import type { ProxyOptions, ProxyServer } from './proxy/proxy-options.ts';
import type { ConfiguredUpstream, EffectiveSettings } from './settings/effective.ts';
import type { PreparedChange } from './settings/prepared-parts.ts';
import type { SettingsStore } from './settings/settings-store.ts';
import { ownPort, reaches } from './startup/own-address.ts';
import { ExactUsage } from './usage/exact-usage.ts';
import { errorBody, streamError } from './usage/registry.ts';
import { UsageRejections } from './usage/usage-rejections.ts';
import type { UsageRejectionsOptions } from './usage/usage-rejections.ts';

export interface ProxiesOptions
  extends
    Pick<ProxyOptions, 'access' | 'tap' | 'hop' | 'stop' | 'running' | 'sockets'>,
    UsageRejectionsOptions {
  readonly settings: Pick<SettingsStore, 'current' | 'beforeChange'>;
  readonly keyHeader: NonNullable<ProxyOptions['keyHeader']>;
  /** The API's port; 0 while it has none. */
  readonly apiPort: () => number;
  /** Called when the proxies or their upstreams have changed. */
  readonly onChange: () => void;
}

/** A listening proxy and its upstream. */
export interface RunningProxy {
  readonly upstream: ConfiguredUpstream;
  readonly url: string;
  readonly port: number;
  readonly bind: string;
  readonly server: ProxyServer;
}

/**
 * Runs one proxy for each upstream of the settings. A change is applied as a whole or not at all:
 * new listeners are opened before anything else changes. Exchanges in flight stay with the server
 * to which they were sent. A proxy that is no longer needed closes its port at once and ends after
 * its last exchange.
 */
export class Proxies {
  readonly #options: ProxiesOptions;
  readonly #rejections: UsageRejections;
  #running: readonly RunningProxy[] = [];
  /** Servers that accept no new connections and finish their exchanges. */
  readonly #leaving = new Set<ProxyServer>();
  #proxyPort: number;
  #unsubscribe = (): void => undefined;
  #isClosed = false;

  constructor(options: ProxiesOptions) {
    this.#options = options;
    this.#rejections = new UsageRejections(options);
    this.#proxyPort = options.settings.current.proxyPort;
  }

  /** The running proxies, in the order of the upstreams. */
  get running(): readonly RunningProxy[] {
    return this.#running;
  }

  /**
   * Opens the ports, and follows the settings from then on. Throws a `listen` error and leaves
   * nothing open if a port cannot be opened.
   */
  async start(): Promise<void> {
    const { settings } = this.#options;
    (await this.#prepare(settings.current)).commit();
    this.#unsubscribe = settings.beforeChange((next) => this.#prepare(next));
  }

  /** Closes idle connections to the servers, which may have forgotten them. */
  dropIdle(): void {
    for (const { server } of this.#running) server.dropIdle();
  }

  /** Stops accepting, lets exchanges in flight finish for `graceMs`, then ends them. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    const servers = [...this.#running.map(({ server }) => server), ...this.#leaving];
    await Promise.all(servers.map((server) => server.close(graceMs)));
  }

  async #prepare(next: EffectiveSettings): Promise<PreparedChange> {
    const planned = planProxies(next, {
      running: this.#running,
      proxyPort: this.#proxyPort,
      reserved: [this.#options.apiPort(), next.apiPort],
    });
    const rewriter = new ExactUsage(this.#rejections);
    const opening = new Opening({ ...this.#options, rewriter }, this.#running);
    try {
      const wanted: RunningProxy[] = [];
      for (const [index, each] of planned.entries()) {
        wanted.push(await this.#proxyFor(each, index, next.bind, opening));
      }
      this.#refuseLoops(wanted);
      return {
        commit: () => this.#commit(wanted, next.proxyPort, opening),
        abort: () => this.#abort(opening),
      };
    } catch (error) {
      await this.#abort(opening);
      throw error;
    }
  }

  /** Closes the listeners that were opened for a change. After `close`, no listener is restored. */
  async #abort(opening: Opening): Promise<void> {
    await opening.discard();
    if (!this.#isClosed) await opening.restore();
  }

  /** Reuses a listener on the same port, even if it had another upstream so far. */
  async #proxyFor(
    { upstream, port }: PlannedProxy,
    index: number,
    bind: string,
    opening: Opening,
  ): Promise<RunningProxy> {
    const present = this.#running.find((each) => each.port === port && each.bind === bind);
    if (present !== undefined) return { ...present, upstream };
    const named = upstream.port === null ? null : { upstream: upstream.name, index };
    return opening.open(upstream, { port, bind, source: named ?? '--proxy-port' });
  }

  #commit(wanted: readonly RunningProxy[], proxyPort: number, opening: Opening): void {
    if (this.#isClosed) {
      void opening.discard();
      return;
    }
    const before = this.#running;
    this.#running = wanted;
    this.#proxyPort = proxyPort;
    for (const { server, upstream } of wanted) {
      const earlier = before.find((each) => each.server === server)?.upstream;
      if (earlier !== undefined && !isSame(earlier, upstream)) server.setUpstream(upstream);
    }
    const kept = new Set(wanted.map(({ server }) => server));
    for (const { server, upstream } of before) {
      if (!kept.has(server)) this.#retire(server);
      const isKept = wanted.some((each) => isSame(each.upstream, upstream));
      if (!isKept) this.#rejections.forget(upstream);
    }
    this.#options.onChange();
  }

  #retire(server: ProxyServer): void {
    this.#leaving.add(server);
    void server.close(null).then(() => this.#leaving.delete(server));
  }

  /** Checked here because port 0 in the settings becomes a real port only when it is opened. */
  #refuseLoops(wanted: readonly RunningProxy[]): void {
    const listeners = {
      proxyPorts: wanted.map(({ port }) => port),
      apiPort: this.#options.apiPort(),
    };
    for (const [index, { upstream, bind }] of wanted.entries()) {
      const own = ownPort(upstream.url, listeners);
      if (own === null || !reaches(upstream.url.hostname, bind)) continue;
      throw badRequest(
        `upstreams.${index}.url: this is Tokwatt's own ${own}; name the server behind it`,
      );
    }
  }
}

type OpeningOptions = ProxiesOptions & Pick<ProxyOptions, 'rewriter'>;

/** The listeners that one change opens, and those that it closes to make room for them. */
class Opening {
  readonly #options: OpeningOptions;
  readonly #running: readonly RunningProxy[];
  readonly #opened: ProxyServer[] = [];
  readonly #released: RunningProxy[] = [];

  constructor(options: OpeningOptions, running: readonly RunningProxy[]) {
    this.#options = options;
    this.#running = running;
  }

  /** Throws a `listen` error if the port cannot be opened. */
  async open(
    upstream: ConfiguredUpstream,
    { port, bind, source }: { port: number; bind: string; source: PortSource },
  ): Promise<RunningProxy> {
    const server = createProxyServer({
      ...this.#options,
      upstream,
      errorBody,
      streamError,
    });
    try {
      const listening = await this.#listen(server, port, bind);
      this.#opened.push(server);
      return { upstream, ...listening, bind, server };
    } catch (error) {
      throw listenError(error, source, port, bind, this.#options.apiPort());
    }
  }

  /** Closes the listeners that were opened. */
  async discard(): Promise<void> {
    await Promise.all(this.#opened.map((server) => server.close(0)));
  }

  /** Reopens the listeners that were closed to make room. */
  async restore(): Promise<void> {
    for (const { server, port, bind, upstream } of this.#released) {
      try {
        await server.listen(port, bind);
      } catch (error) {
        // Another program has taken the port.
        const fields = { upstream: upstream.name, port, code: systemCode(error) };
        this.#options.log.error(fields, 'a proxy cannot listen on its port any more');
      }
    }
  }

  /**
   * The same port on another address may overlap with our own listener, which must be closed first.
   */
  async #listen(
    server: ProxyServer,
    port: number,
    bind: string,
  ): Promise<{ readonly url: string; readonly port: number }> {
    try {
      return await server.listen(port, bind);
    } catch (error) {
      const own = this.#running.find((each) => each.port === port && each.bind !== bind);
      if (own === undefined || systemCode(error) !== 'EADDRINUSE') throw error;
      own.server.unlisten();
      this.#released.push(own);
      return await server.listen(port, bind);
    }
  }
}

/** Compares URLs by their text. */
function isSame(one: ConfiguredUpstream, other: ConfiguredUpstream): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
