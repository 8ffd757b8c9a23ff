import { isNearby } from './known-ports.ts';
import type { Monitor } from './monitor.ts';

/** Waits between the checks after a load or unload, milliseconds. */
const FOLLOW_UPS_MS = [100, 200, 400, 800, 1500, 2000];

/** A watched upstream and the schedule of its checks. */
export interface Watched {
  readonly monitor: Monitor;
  timer: NodeJS.Timeout | undefined;
  /** When the timer fires and when the last check ended, monotonic milliseconds. */
  dueAt: number;
  checkedAt: number;
  checking: Promise<void> | null;
  /** A check requested during another one, which may have been too early for it. */
  again: 'soon' | 'now' | null;
  /** Called after the next check. */
  settled: (() => void)[];
  /**
   * The loaded models when `settle` was called, and the number of checks since; null when settled.
   */
  settling: { readonly before: string; checks: number } | null;
  /**
   * True if the next check uses another API key, so that the server's kind must be determined
   * again.
   */
  hasNewKey: boolean;
  failures: number;
  stopped: boolean;
}

export function watch(monitor: Monitor): Watched {
  return {
    monitor,
    timer: undefined,
    dueAt: Infinity,
    checkedAt: 0,
    checking: null,
    again: null,
    settled: [],
    settling: null,
    hasNewKey: false,
    failures: 0,
    stopped: false,
  };
}

/**
 * True for servers that are checked much less often: servers on the internet, and those that need
 * many requests for each check.
 */
export function rarely({ monitor: { upstream, state } }: Watched): boolean {
  return !isNearby(upstream.url.hostname) || (state.health === 'up' && state.kind === null);
}

/**
 * The wait until the next check after a load or unload, milliseconds; Infinity if none is needed.
 */
export function followUpMs(watched: Watched): number {
  const { settling, monitor } = watched;
  if (settling === null) return Infinity;
  const wait = FOLLOW_UPS_MS[settling.checks];
  settling.checks += 1;
  const isOver = wait === undefined || loadedIn(monitor) !== settling.before;
  if (isOver) watched.settling = null;
  return isOver ? Infinity : wait;
}

/** The loaded models as comparable text. Other fields of the list change with every request. */
export function loadedIn({ state: { models } }: Monitor): string {
  return JSON.stringify(models.map(({ name, state }) => [name, state]));
}

export function isLoading({ monitor: { state } }: Watched): boolean {
  return state.models.some((model) => model.state === 'loading');
}

/** Ends the watch and resolves all waiting callers. */
export function abandon(watched: Watched): void {
  watched.stopped = true;
  for (const resolve of watched.settled.splice(0)) resolve();
  clearTimeout(watched.timer);
}
