import { canonicalModelName } from '../../../shared/model-names.ts';
import { inEnglish } from '../../../shared/sentences.ts';
import type { UpstreamHealth } from '../../../shared/slices.ts';
import type { Upstream } from '../proxy/tap.ts';
import { pairUp } from '../settings/pair-up.ts';
import { Monitor } from './monitor.ts';
import { createProber, type Prober } from './probe.ts';
import type {
  UpstreamStatus,
  UpstreamWatcher,
  UpstreamWatcherOptions,
} from './watcher-contract.ts';
import {
  abandon,
  followUpMs,
  isLoading,
  loadedIn,
  rarely,
  watch,
  type Watched,
} from './watched.ts';

/** While an upstream is down, the waits grow up to this many intervals. */
const DOWN_CAP = 3;
/**
 * Factor for the interval of servers on the internet and of those that need many requests for each
 * check.
 */
const RARELY = 12;
const DEBOUNCE_MS = 250;
/** Shortest time between two checks caused by finished exchanges, milliseconds. */
const REFRESH_GAP_MS = 1000;
/** Shortest time between two checks caused by loads and unloads, milliseconds. */
const SETTLE_GAP_MS = 100;
/** Time between two checks while a model is loading, milliseconds. */
const LOADING_MS = 500;

/** Watches which servers are up, their kinds, and their loaded models. */
export function createUpstreamWatcher(options: UpstreamWatcherOptions): UpstreamWatcher {
  const watcher = new Watcher(options);
  return {
    start: () => watcher.start(),
    stop: () => watcher.stop(),
    refresh: (name) => watcher.refresh(name),
    recheck: (name) => watcher.recheck(name),
    settle: (name) => watcher.settle(name),
    setUpstreams: (upstreams) => watcher.setUpstreams(upstreams),
    states: () => watcher.states(),
  };
}

class Watcher {
  readonly #options: UpstreamWatcherOptions;
  readonly #intervalMs: number;
  #prober: Prober | null = null;
  #watched: Watched[] = [];
  #upstreams: readonly Upstream[];
  #reportedHealth = '';
  #reportedModels = '[]';

  constructor(options: UpstreamWatcherOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? 5000;
    this.#upstreams = options.upstreams;
  }

  async start(): Promise<void> {
    if (this.#prober !== null) return;
    const { timeoutMs } = this.#options;
    this.#prober = createProber(timeoutMs === undefined ? {} : { timeoutMs });
    this.#reconcile(this.#prober);
    await Promise.all(this.#watched.map(async (watched) => watched.checking));
  }

  stop(): void {
    for (const watched of this.#watched) abandon(watched);
    this.#watched = [];
    this.#prober?.close();
    this.#prober = null;
  }

  refresh(name: string): void {
    const watched = this.#watched.find(({ monitor }) => monitor.upstream.name === name);
    if (watched === undefined) return;
    if (watched.checking !== null) watched.again ??= 'soon';
    else this.#hasten(watched);
  }

  recheck(name: string): void {
    const watched = this.#watched.find(({ monitor }) => monitor.upstream.name === name);
    if (watched === undefined) return;
    watched.hasNewKey = true;
    if (watched.checking === null) this.#check(watched);
  }

  settle(name: string): Promise<void> {
    const watched = this.#watched.find(({ monitor }) => monitor.upstream.name === name);
    if (watched === undefined) return Promise.resolve();
    if (!rarely(watched)) watched.settling = { before: loadedIn(watched.monitor), checks: 0 };
    return new Promise((resolve) => {
      watched.settled.push(resolve);
      if (watched.checking !== null) watched.again = 'now';
      else this.#checkNow(watched);
    });
  }

  setUpstreams(upstreams: readonly Upstream[]): void {
    this.#upstreams = upstreams;
    if (this.#prober === null) return;
    this.#reconcile(this.#prober);
    this.#report();
  }

  states(): UpstreamStatus[] {
    return this.#watched.map(({ monitor: { upstream, state } }) => ({
      name: upstream.name,
      kind: state.kind,
      label: state.label,
      health: state.health,
      note: state.note === null ? null : inEnglish(state.note),
      noteSentence: state.note,
    }));
  }

  #reconcile(prober: Prober): void {
    const before = this.#watched;
    const known = pairUp(
      before,
      this.#upstreams,
      ({ monitor }, upstream) => sameServer(monitor.upstream, upstream),
      ({ monitor }, { url }) => monitor.upstream.url.href === url.href,
    );
    this.#watched = this.#upstreams.map((upstream, index) => {
      const watched = known[index] ?? null;
      if (watched !== null) return renamed(watched, upstream);
      return watch(new Monitor(upstream, prober, this.#options.credentialsOf));
    });
    for (const watched of before) if (!this.#watched.includes(watched)) abandon(watched);
    for (const watched of this.#watched) if (!before.includes(watched)) this.#check(watched);
  }

  #schedule(watched: Watched, delayMs: number): void {
    clearTimeout(watched.timer);
    watched.dueAt = performance.now() + delayMs;
    watched.timer = setTimeout(() => this.#check(watched), delayMs);
  }

  /**
   * Brings the next check forward but never delays it, because steady traffic would delay it
   * forever.
   */
  #hasten(watched: Watched): void {
    const now = performance.now();
    const gap = rarely(watched) ? this.#intervalMs * RARELY : REFRESH_GAP_MS;
    const at = Math.max(now + DEBOUNCE_MS, watched.checkedAt + gap);
    if (at < watched.dueAt) this.#schedule(watched, at - now);
  }

  #checkNow(watched: Watched): void {
    const now = performance.now();
    const gap = rarely(watched) ? REFRESH_GAP_MS : SETTLE_GAP_MS;
    const at = Math.max(now, watched.checkedAt + gap);
    if (at < watched.dueAt) this.#schedule(watched, at - now);
  }

  #check(watched: Watched): void {
    clearTimeout(watched.timer);
    if (watched.checking !== null || watched.stopped) return;
    if (watched.hasNewKey) watched.monitor.forgetKind();
    watched.hasNewKey = false;
    const previous = watched.monitor.state.health;
    const settled = watched.settled.splice(0);
    watched.checking = watched.monitor.check(Date.now()).then(() => {
      watched.checking = null;
      if (!watched.stopped) this.#checked(watched, previous);
      for (const resolve of settled) resolve();
    });
  }

  #checked(watched: Watched, previous: UpstreamHealth): void {
    const { health } = watched.monitor.state;
    watched.failures = health === 'down' ? watched.failures + 1 : 0;
    if (health !== previous) this.#logChange(watched.monitor);
    watched.checkedAt = performance.now();
    this.#schedule(watched, this.#wait(watched));
    const { again } = watched;
    watched.again = null;
    if (again === 'now') this.#checkNow(watched);
    if (again === 'soon') this.#hasten(watched);
    // The last answer may be to the previous key.
    if (watched.hasNewKey) this.#check(watched);
    this.#report();
  }

  #wait(watched: Watched): number {
    if (rarely(watched)) return this.#intervalMs * RARELY;
    const usual = this.#intervalMs * Math.min(Math.max(watched.failures, 1), DOWN_CAP);
    return Math.min(usual, followUpMs(watched), isLoading(watched) ? LOADING_MS : Infinity);
  }

  #logChange({ upstream, state }: Monitor): void {
    const fields = {
      upstream: upstream.name,
      kind: state.kind,
      note: state.note && inEnglish(state.note),
    };
    if (state.health === 'down') this.#options.log.warn(fields, 'Upstream is down');
    else this.#options.log.info(fields, 'Upstream is up');
  }

  /** Reports the parts that have changed since the last report. */
  #report(): void {
    const states = this.states();
    const health = JSON.stringify(states);
    if (health !== this.#reportedHealth) this.#options.onHealth(states);
    this.#reportedHealth = health;
    const models = this.#watched.flatMap(({ monitor }) =>
      monitor.state.models.map((model) => ({
        upstream: monitor.upstream.name,
        ...model,
        name: canonicalModelName(monitor.state.kind, model.name),
      })),
    );
    const loaded = JSON.stringify(models);
    if (loaded !== this.#reportedModels) this.#options.onLoadedModels(models);
    this.#reportedModels = loaded;
  }
}

function renamed(watched: Watched, upstream: Upstream): Watched {
  // The check under way may ask with the key of the name that was.
  const isOther = watched.monitor.upstream.name !== upstream.name;
  if (isOther && watched.checking !== null) watched.hasNewKey = true;
  watched.monitor.upstream = upstream;
  return watched;
}

function sameServer(a: Upstream, b: Upstream): boolean {
  return a.name === b.name && a.url.href === b.url.href;
}
