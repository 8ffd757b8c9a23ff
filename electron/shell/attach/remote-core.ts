import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreHandlers } from '../../../shared/ipc.ts';
import type { Delta, Snapshot, State } from '../../../shared/snapshot.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Warning } from '../../../shared/slices.ts';
import type { Core, Ready } from '../../core/core-contract.ts';
import { TokwattError } from '../../core/errors.ts';
import { Warnings } from '../../core/live/warnings.ts';
import type { Log } from '../../core/log.ts';
import { ApiToken } from '../../core/startup/api-token.ts';
import { describeError } from '../../core/unhandled-errors.ts';
import { findCore } from './find-core.ts';
import type { FoundCore, NoCore } from './find-core.ts';
import { RemoteApi, remoteHandlers } from './remote-api.ts';
import { StateStream } from './state-stream.ts';

/** Longest time for the first snapshot, milliseconds. */
const FIRST_SNAPSHOT_MS = 10_000;
/** First and longest wait before the next try, milliseconds. Each wait doubles the previous one. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export interface RemoteCoreOptions {
  readonly folder: string;
  /** The version of this desktop. */
  readonly version: string;
  readonly found: FoundCore;
  readonly log: Log;
}

/**
 * A core that runs in another process on the same data folder. It measures and stores nothing, opens
 * no port, and leaves the other process running. If that one ends, the last state stays, marked as
 * lost, and the next process that can be shown is looked for.
 */
export class RemoteCore implements Core {
  readonly handlers: CoreHandlers;
  /** The other process goes through it by itself; a connection within one machine outlives a sleep. */
  readonly sleep: Core['sleep'] = { suspend: () => Promise.resolve(), resume: () => undefined };
  readonly #options: RemoteCoreOptions;
  readonly #api: RemoteApi;
  readonly #stream: StateStream;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(delta: Delta) => void>();
  #found: FoundCore;
  #snapshot: Snapshot | null = null;
  #onFirst: () => void = () => undefined;
  readonly #own: Warnings;
  #others: readonly Warning[] = [];

  constructor(options: RemoteCoreOptions) {
    this.#options = options;
    this.#found = options.found;
    this.#own = new Warnings(options.log, () => {
      if (this.#snapshot !== null) this.#publish({ warnings: this.#warnings });
    });
    const token = (): string => new ApiToken(options.folder).value;
    this.#api = new RemoteApi({ address: () => this.#found.api, token });
    this.#stream = new StateStream(this.#api, {
      onSnapshot: ({ state }) =>
        this.#publish({ ...this.#withOwnWarnings(state), attachment: this.#attachment() }),
      onDelta: ({ changed }) => this.#publish(this.#withOwnWarnings(changed)),
    });
    const getSnapshot = (): Snapshot => this.snapshot();
    this.handlers = remoteHandlers(this.#api, { getSnapshot, getApiToken: token });
  }

  /** Resolves with the first snapshot. Throws `attach` if it does not come. */
  async start(): Promise<Ready> {
    const first = new Promise<boolean>((resolve) => {
      this.#onFirst = () => resolve(true);
    });
    void this.#follow();
    const late = sleep(FIRST_SNAPSHOT_MS, false, { signal: this.#stop.signal, ref: false });
    if (await Promise.race([first, late.catch(() => false)])) {
      const proxies = this.snapshot().state.upstreams.map(({ name, proxyUrl }) => ({
        ...{ upstream: name, url: proxyUrl },
      }));
      return { proxies, api: this.#found.api };
    }
    await this.stop();
    throw new TokwattError('attach', sentence('attached_silent'));
  }

  stop(): Promise<void> {
    this.#stop.abort();
    this.#listeners.clear();
    return Promise.resolve();
  }

  snapshot(): Snapshot {
    if (this.#snapshot === null) throw new Error('The attached core has not been started.');
    return this.#snapshot;
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A warning of this desktop; the other process does not know it. */
  tell(topic: string, message: Message | null): void {
    this.#own.tell(topic, message);
  }

  reportUnhandled(error: unknown): void {
    this.#options.log.error(describeError(error), 'an error was not handled');
  }

  askApi(request: Request): Promise<Response> {
    return this.#api.ask(request);
  }

  async #follow(): Promise<void> {
    const { folder, version } = this.#options;
    const { signal } = this.#stop;
    let wait = FIRST_WAIT_MS;
    let found: FoundCore | NoCore = this.#found;
    while (!signal.aborted) {
      // A connection that broke is no reason to call the other process lost: it is asked first.
      if (await this.#wasShown(found)) wait = FIRST_WAIT_MS;
      else this.#lose(found.kind === 'core' ? SILENT : found);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      found = await findCore(folder, version).catch(() => SILENT);
    }
  }

  /** Shows a core until its connection breaks. Resolves to whether there was one. */
  #wasShown(found: FoundCore | NoCore): Promise<boolean> {
    if (found.kind !== 'core') return Promise.resolve(false);
    this.#found = found;
    return this.#stream.read(this.#stop.signal);
  }

  #lose({ kind, reason }: NoCore): void {
    this.#stream.forget();
    const before = this.#snapshot?.state.attachment?.lost ?? null;
    if (this.#snapshot === null || this.#stop.signal.aborted) return;
    if (before?.reason.code === reason.code) return;
    this.#options.log.warn({ kind }, 'the headless Tokwatt is not reached');
    const lost = { kind, reason, at: before?.at ?? Date.now() };
    // Nobody knows how the requests that ran go on.
    this.#publish({ inFlight: [], attachment: { ...this.#attachment(), lost } });
  }

  /** The other's warnings, then those of this desktop. */
  get #warnings(): readonly Warning[] {
    return [...this.#others, ...this.#own.all.map((own) => ({ ...own, id: `desktop-${own.id}` }))];
  }

  #withOwnWarnings<T extends Partial<State>>(changed: T): T {
    if (changed.warnings === undefined) return changed;
    this.#others = changed.warnings;
    return { ...changed, warnings: this.#warnings };
  }

  #attachment(): NonNullable<State['attachment']> {
    const { version, since } = this.#found.holder;
    return { version, since, lost: null };
  }

  /** Numbers are those of this desktop, so that they rise over all processes that it shows. */
  #publish(changed: Partial<State>): void {
    const before = this.#snapshot;
    const seq = (before?.seq ?? 0) + 1;
    // The first change is a whole state.
    this.#snapshot = { seq, state: { ...before?.state, ...changed } as State };
    for (const listener of this.#listeners) listener({ seq, changed });
    if (before === null) this.#onFirst();
  }
}

const SILENT: NoCore = { kind: 'silent', reason: sentence('attached_silent') };
