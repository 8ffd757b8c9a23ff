import type { DiscoveredServer } from '../../../shared/slices.ts';
import { discoverServers } from './discovery.ts';

/** Looking costs a few refused connections; this often is enough for somebody who waits. */
const INTERVAL_MS = 15_000;

interface FinderOptions {
  /** Ports that are ours or are watched already. */
  readonly exclude: () => readonly number[];
  readonly onFound: (servers: readonly DiscoveredServer[]) => void;
}

/** Looks for servers on this machine, now and then, for as long as it is told that one is missed. */
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

  /** Call it every second or so; `now` is monotonic milliseconds. */
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
      // Not found is what an empty list says.
      () => this.#tell([]),
    );
  }

  #tell(servers: readonly DiscoveredServer[]): void {
    this.#found = servers;
    this.#options.onFound(servers);
  }
}
