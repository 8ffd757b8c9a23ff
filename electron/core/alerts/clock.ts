/** One moment on two clocks. Durations are measured on `steady`; people are shown `wall`. */
export interface Moment {
  /** Monotonic milliseconds. */
  readonly steady: number;
  /** Unix milliseconds. */
  readonly wall: number;
}

export type Clock = () => Moment;

export const realClock: Clock = () => ({ steady: performance.now(), wall: Date.now() });
