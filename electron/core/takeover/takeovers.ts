import { noted, sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Takeover, TakeoverPlan } from '../../../shared/takeover.ts';
import { TokwattError, messageOf } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { ConfiguredUpstream } from '../settings/effective.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { movablePort } from './candidate.ts';
import { freePortFrom } from './free-port.ts';
import { installationOf } from './installation.ts';
import { takeoverPlan } from './plan.ts';
import { TakeoverRecords } from './records.ts';
import type { TakeoverRecord } from './records.ts';
import { runSteps } from './run-steps.ts';
import { movedPatch } from './settings-patch.ts';
import { isMoved } from './watch.ts';

/** How far from the old port the new one is looked for: 11434 becomes 11500. */
const DISTANCE = 66;

export interface TakeoversOptions {
  readonly settings: Pick<SettingsStore, 'current' | 'file' | 'overrides' | 'update'>;
  readonly document: JsonDocument;
  /** The recognized kind of an upstream; null while unknown. */
  readonly kindOf: (upstream: string) => string | null;
  readonly keyOf: (upstream: ConfiguredUpstream) => string | null;
  /** The port of an upstream's proxy; null if it has none. */
  readonly proxyPortOf: (upstream: string) => number | null;
  /** The ports of Tokwatt itself and of the configured servers. */
  readonly knownPorts: () => readonly number[];
  readonly log: Log;
}

/** A takeover that waits for the server to move. */
interface Waiting {
  readonly plan: TakeoverPlan;
  waitsFor: 'server' | 'port';
}

/**
 * Takes over the ports of servers, so that no client changes. Nothing happens without being asked for:
 * commands are shown first, and the port is taken only after the server has left it.
 */
export class Takeovers {
  readonly #options: TakeoversOptions;
  readonly #records: TakeoverRecords;
  readonly #waiting = new Map<string, Waiting>();
  readonly #offered = new Map<string, Pick<TakeoverPlan, 'port' | 'serverPort'>>();
  readonly #notes = new Map<string, Message>();
  #isChecking = false;

  constructor(options: TakeoversOptions) {
    this.#options = options;
    this.#records = new TakeoverRecords(options.document, options.log);
  }

  /** All upstreams in their order, with what is possible for each. */
  list(): Promise<Takeover[]> {
    const { upstreams } = this.#options.settings.current;
    return Promise.all(upstreams.map((upstream) => this.#stateOf(upstream)));
  }

  /**
   * Waits from now on for the server at its new port. With `run`, the commands are run too.
   * Throws a TokwattError if the upstream is unknown, or its port cannot be taken over.
   */
  async begin(name: string, { run }: { readonly run: boolean }): Promise<Takeover> {
    const upstream = this.#upstream(name);
    const { status, plan, note, noteSentence } = await this.#stateOf(upstream);
    if (status !== 'possible' || plan === null) {
      throw refused(noteSentence ?? note ?? sentence('takeover_begun'));
    }
    this.#notes.delete(name);
    this.#waiting.set(name, { plan, waitsFor: 'server' });
    this.#options.log.info({ upstream: name, port: plan.port }, 'a port is being taken over');
    if (run) this.#run(name, plan);
    return this.#stateOf(upstream);
  }

  /** Stops waiting, or leaves the port; with `run`, the server is moved back then. */
  async end(name: string, { run }: { readonly run: boolean }): Promise<Takeover> {
    const upstream = this.#upstream(name);
    this.#notes.delete(name);
    if (this.#waiting.delete(name)) return this.#stateOf(upstream);
    const record = this.#recordOf(upstream);
    if (record === null) throw refused(sentence('takeover_none', { upstream: name }));
    const plan = this.#planOf(name, record);
    await this.#leave(upstream, record);
    this.#options.log.info({ upstream: name, port: record.port }, 'a port was given back');
    if (run && plan.canRun) await runSteps(plan.undo);
    return this.#stateOf(this.#upstream(name));
  }

  /** Call it about every second. Looks whether the awaited servers have moved. */
  tick(): void {
    if (this.#isChecking || this.#waiting.size === 0) return;
    this.#isChecking = true;
    void this.#look().finally(() => (this.#isChecking = false));
  }

  async #look(): Promise<void> {
    for (const [name, waiting] of this.#waiting) {
      try {
        await this.#checkOne(name, waiting);
      } catch (error) {
        this.#notes.set(name, messageOf(error));
      }
    }
  }

  async #checkOne(name: string, waiting: Waiting): Promise<void> {
    const { plan } = waiting;
    const upstream = this.#options.settings.current.upstreams.find((each) => each.name === name);
    if (upstream === undefined) this.#waiting.delete(name);
    const moved = upstream === undefined ? null : await isMoved(plan, upstream.url);
    // It may have been given up meanwhile.
    if (upstream === undefined || !this.#waiting.has(name) || moved === null) return;
    if (moved !== 'ready') {
      waiting.waitsFor = moved;
      return;
    }
    const { port, serverPort, installation } = plan;
    const proxyPort = this.#options.proxyPortOf(name) ?? port + 1;
    await this.#move(upstream, serverPort, port);
    this.#waiting.delete(name);
    this.#notes.delete(name);
    this.#records.add({ port, serverPort, installation, proxyPort });
    this.#options.log.info({ upstream: name, port }, 'a port was taken over');
  }

  /** An upstream without a port of its own keeps that of its proxy, so the proxy is moved first. */
  async #leave(upstream: ConfiguredUpstream, record: TakeoverRecord): Promise<void> {
    const known = new Set(this.#options.knownPorts());
    const free = await freePortFrom(record.proxyPort, (each) => known.has(each));
    await this.#move(upstream, record.port, free);
    this.#records.remove(record);
    await this.#move(this.#upstream(upstream.name), record.port, null);
  }

  #run(name: string, plan: TakeoverPlan): void {
    if (!plan.canRun) return;
    runSteps(plan.steps).catch((error: unknown) => {
      this.#waiting.delete(name);
      this.#notes.set(name, messageOf(error));
    });
  }

  async #stateOf(upstream: ConfiguredUpstream): Promise<Takeover> {
    const { name } = upstream;
    const note = noted(this.#notes.get(name) ?? null);
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) {
      const { plan, waitsFor } = waiting;
      return { ...note, upstream: name, status: 'waiting', waitsFor, plan };
    }
    const rest = { upstream: name, waitsFor: null };
    const record = this.#recordOf(upstream);
    if (record !== null) {
      return { ...rest, ...note, status: 'held', plan: this.#planOf(name, record) };
    }
    const override = this.#options.settings.overrides.find(
      ({ setting }) => setting === 'upstreams',
    );
    const port = movablePort(upstream, override?.source ?? null);
    const impossible = { ...rest, status: 'impossible', plan: null } as const;
    if (typeof port !== 'number') return { ...impossible, ...noted(port) };
    const serverPort = await this.#offer(name, port);
    if (serverPort === null) return { ...impossible, ...noted(sentence('takeover_no_port')) };
    const installation = await installationOf(this.#options.kindOf(name));
    const plan = this.#planOf(name, { port, serverPort, installation });
    return { ...rest, ...note, status: 'possible', plan };
  }

  /** The port that was offered first stays: the commands with it may have been run already. */
  async #offer(name: string, port: number): Promise<number | null> {
    const before = this.#offered.get(name);
    if (before?.port === port) return before.serverPort;
    const known = new Set(this.#options.knownPorts());
    const serverPort = await freePortFrom(port + DISTANCE, (each) => known.has(each));
    if (serverPort !== null) this.#offered.set(name, { port, serverPort });
    return serverPort;
  }

  #planOf(
    name: string,
    parts: Pick<TakeoverPlan, 'port' | 'serverPort' | 'installation'>,
  ): TakeoverPlan {
    const isRoot = process.getuid?.() === 0;
    // A unit is Ollama's even while it is down and its kind unknown.
    const kind = parts.installation === 'process' ? this.#options.kindOf(name) : 'ollama';
    return takeoverPlan({ ...parts, kind, isRoot });
  }

  #recordOf({ url, port }: ConfiguredUpstream): ReturnType<TakeoverRecords['find']> {
    return port === null ? null : this.#records.find(port, Number(url.port));
  }

  async #move(
    upstream: ConfiguredUpstream,
    serverPort: number,
    port: number | null,
  ): Promise<void> {
    const { settings, keyOf } = this.#options;
    const patch = movedPatch(settings, upstream, { serverPort, port, key: keyOf(upstream) });
    await settings.update(patch);
  }

  #upstream(name: string): ConfiguredUpstream {
    const found = this.#options.settings.current.upstreams.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new TokwattError('not_found', sentence('no_upstream_there', { name }), { status: 404 });
  }
}

function refused(message: Message): TokwattError {
  return new TokwattError('takeover', message, { status: 409 });
}
