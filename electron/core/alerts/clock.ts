/** One moment on both clocks: durations are measured on the first, people are shown the second. */
export interface Moment {
  /** Milliseconds on a clock that nobody sets. */
  readonly steady: number;
  /** Unix milliseconds. */
  readonly wall: number;
}

export type Clock = () => Moment;

export const realClock: Clock = () => ({ steady: performance.now(), wall: Date.now() });
