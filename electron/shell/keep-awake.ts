/** How long after the last request the system may sleep again: the next one often follows at once, milliseconds. */
const RELEASE_MS = 10_000;

/** What holds the system awake, as Electron's `powerSaveBlocker` does. */
export interface SleepBlocker {
  /** Returns the id to stop it with. */
  readonly start: () => number;
  readonly stop: (id: number) => void;
}

/** Holds the system awake while it is wished and requests are in flight. */
export interface Awake {
  update(now: { readonly isWished: boolean; readonly isWorking: boolean }): void;
  close(): void;
}

/** Nothing is held until an update asks for it. */
export function createAwake({ start, stop }: SleepBlocker, releaseMs = RELEASE_MS): Awake {
  let id: number | null = null;
  let release: NodeJS.Timeout | null = null;
  const forget = (): void => {
    if (release !== null) clearTimeout(release);
    release = null;
  };
  const letSleep = (): void => {
    forget();
    if (id !== null) stop(id);
    id = null;
  };
  return {
    update({ isWished, isWorking }) {
      if (!isWished) {
        letSleep();
      } else if (isWorking) {
        forget();
        id ??= start();
      } else if (id !== null) {
        release ??= setTimeout(letSleep, releaseMs);
      }
    },
    close: letSleep,
  };
}
