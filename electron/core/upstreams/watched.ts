import { isNearby } from './known-ports.ts';
import type { Monitor } from './monitor.ts';

/** Waits between the checks after a load or unload. */
const FOLLOW_UPS_MS = [100, 200, 400, 800, 1500, 2000];

/** An upstream that is watched, and when it is asked next. */
export interface Watched {
  readonly monitor: Monitor;
  timer: NodeJS.Timeout | undefined;
  /** When the timer fires and when the last check ended; the monotonic clock's milliseconds. */
  dueAt: number;
  checkedAt: number;
  checking: Promise<void> | null;
  /** Asked for while a check was under way, which may have been too early. */
  again: 'soon' | 'now' | null;
  /** Called after the next check that begins. */
  settled: (() => void)[];
  /** What was loaded when `settle` was called, and how many checks followed; null once that is over. */
  settling: { readonly before: string; checks: number } | null;
  /** The next check is with another API key: what was recognised before may be wrong. */
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
 * True for servers on the internet, and for those that take many questions each time: they are asked much less
 * often.
 */
export function rarely({ monitor: { upstream, state } }: Watched): boolean {
  return !isNearby(upstream.url.hostname) || (state.health === 'up' && state.kind === null);
}

/** The wait until the next check after a load or unload; Infinity if none is needed. */
export function followUpMs(watched: Watched): number {
  const { settling, monitor } = watched;
  if (settling === null) return Infinity;
  const wait = FOLLOW_UPS_MS[settling.checks];
  settling.checks += 1;
  const isOver = wait === undefined || loadedIn(monitor) !== settling.before;
  if (isOver) watched.settling = null;
  return isOver ? Infinity : wait;
}

/** What is in memory, to be compared; the rest of a list changes with every request. */
export function loadedIn({ state: { models } }: Monitor): string {
  return JSON.stringify(models.map(({ name, state }) => [name, state]));
}

export function isLoading({ monitor: { state } }: Watched): boolean {
  return state.models.some((model) => model.state === 'loading');
}

/** Ends the watch; nobody waits for it any more. */
export function abandon(watched: Watched): void {
  watched.stopped = true;
  for (const resolve of watched.settled.splice(0)) resolve();
  clearTimeout(watched.timer);
}
