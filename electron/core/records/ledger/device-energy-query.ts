import * as v from 'valibot';
import { BACKWARD, isForward } from './ranges.ts';

/** The widths of a bucket, minutes. */
export const ENERGY_SPANS = { minute: 1, hour: 60 } as const;

const MINUTE_MS = 60_000;
const MAX_BUCKETS = 5_000;
/** A time, Unix milliseconds. */
const moment = v.pipe(v.number(), v.integer());

export const deviceEnergyQuerySchema = v.pipe(
  v.strictObject({
    from: moment,
    to: moment,
    span: v.optional(v.picklist(['minute', 'hour'], 'must be minute or hour'), 'hour'),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(
    ({ from, to, span }) => (to - from) / MINUTE_MS / ENERGY_SPANS[span] <= MAX_BUCKETS,
    `The range has at most ${MAX_BUCKETS} minutes or hours; take a shorter one, or span=hour.`,
  ),
);
export type DeviceEnergyQuery = v.InferOutput<typeof deviceEnergyQuerySchema>;

/** Where the energy of one device went in one bucket, joules. */
export interface DeviceEnergyPoint {
  /** The bucket's start, Unix milliseconds, a multiple of its width in UTC. */
  readonly at: number;
  /** The device's id; `all` for all devices together. */
  readonly device: string;
  /** To exchanges. */
  readonly attributedJoules: number;
  /** Idle power in the time when no exchange ran. */
  readonly idleJoules: number;
  /** What loaded models cost while no exchange ran; null if it is not known apart from idle power. */
  readonly phantomJoules: number | null;
  /** Above that in the same time: other programs. */
  readonly otherJoules: number;
  /** For how long the device was measured, milliseconds; null if it is not known. */
  readonly measuredMs: number | null;
}
