import { useCallback, useSyncExternalStore } from 'react';

const TICK_MS = 1_000;
/** While something runs, data comes four times a second. A tick waits so long for it: both are drawn in one frame. */
const GRACE_MS = 300;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
/** The second of the last tick, Unix milliseconds. */
let second = 0;
/** How often the second was renewed. Unlike the time, it never stands still or goes back. */
let ticks = 0;
let dataAt = Number.NEGATIVE_INFINITY;

function fullSecond(): number {
  return Math.floor(Date.now() / TICK_MS) * TICK_MS;
}

/** One timer for all, at full seconds: what ticks is drawn in one frame a second. A hidden page has none. */
function wait(): void {
  clearTimeout(timer);
  timer = undefined;
  if (listeners.size === 0 || document.hidden) return;
  timer = setTimeout(due, TICK_MS - (Date.now() % TICK_MS));
}

function due(): void {
  if (Date.now() - dataAt >= GRACE_MS) tick();
  else timer = setTimeout(tick, GRACE_MS);
}

function tick(): void {
  renew();
  for (const listener of listeners) listener();
}

function renew(): void {
  second = fullSecond();
  ticks += 1;
  wait();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', tick);
  listeners.add(listener);
  if (timer === undefined) renew();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', tick);
    wait();
  };
}

const never = (): (() => void) => () => undefined;

/** Says that new data is about to be drawn. A tick that is due is drawn with it. */
export function noteData(): void {
  dataAt = Date.now();
  if (timer !== undefined && fullSecond() !== second) tick();
}

/** The number of the last tick; null while nothing ticks. */
export function lastTick(): number | null {
  return timer === undefined ? null : ticks;
}

/** The current time in whole seconds, Unix milliseconds. It advances only while `running`. */
export function useNow(running: boolean): number {
  return useTick(running, (now) => now);
}

/** A figure of the current time, such as a rounded one. The caller is drawn again only when it changes. */
export function useTick(running: boolean, read: (now: number) => number): number {
  return useSyncExternalStore(running ? subscribe : never, () =>
    read(running && timer !== undefined ? second : fullSecond()),
  );
}

/** What `read` returns at every so many ticks. The caller is drawn again only when it changes. */
export function useAtTick<Value>(read: () => Value, every = 1): Value {
  const follow = useCallback(
    (listener: () => void) =>
      subscribe(() => {
        if (ticks % every === 0) listener();
      }),
    [every],
  );
  return useSyncExternalStore(follow, read);
}
