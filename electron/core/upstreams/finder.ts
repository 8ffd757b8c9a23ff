import type { DiscoveredServer } from '../../../shared/slices.ts';
import { discoverServers } from './discovery.ts';

/** Time between searches, milliseconds. A search costs a few refused connections. */
const INTERVAL_MS = 15_000;

interface FinderOptions {
  /** Ports of Tokwatt itself and of upstreams that are already watched. */
  readonly exclude: () => readonly number[];
  readonly onFound: (servers: readonly DiscoveredServer[]) => void;
}

/**
 * Searches for servers on this machine at intervals, as long as the caller reports that one is
 * missing.
 */
export class ServerFinder {
  readonly #options: FinderOptions;
  #lookedAt = -Infinity;
  #found: readonly DiscoveredServer[] = [];

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  get found(): readonly DiscoveredServer[] {
    return this.#found;
  }

  /** Call it about every second; `now` is monotonic milliseconds. */
  tick(isMissed: boolean, now: number): void {
    if (!isMissed) {
      if (this.#found.length > 0) this.#tell([]);
      this.#lookedAt = -Infinity;
      return;
    }
    if (now - this.#lookedAt < INTERVAL_MS) return;
    this.#lookedAt = now;
    void discoverServers({ exclude: this.#options.exclude() }).then(
      (servers) => this.#tell(servers),
      // An empty list means that nothing was found.
      () => this.#tell([]),
    );
  }

  #tell(servers: readonly DiscoveredServer[]): void {
    this.#found = servers;
    this.#options.onFound(servers);
  }
}
