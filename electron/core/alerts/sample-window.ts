import { SlidingSketch } from './sliding-sketch.ts';

/** Number of slots of a window. Its edge moves in steps of one slot. */
const SLOTS = 30;
const FINEST_MS = 1_000;

/** Samples of one slot. They leave the window together. */
interface Slot {
  readonly index: number;
  readonly samples: SlidingSketch;
}

/**
 * Samples of a sliding window and of the baseline period before it. New samples are added to running
 * sums and old ones are subtracted, so reading is cheap. Empty slots are not stored.
 */
export class SampleWindow {
  readonly now: SlidingSketch;
  readonly before: SlidingSketch;
  readonly #slotMs: number;
  readonly #windowMs: number;
  readonly #baselineMs: number;
  readonly #withValues: boolean;
  readonly #phaseMs: number;
  readonly #slots: Slot[] = [];
  readonly #older: Slot[] = [];

  /**
   * `baselineMs` is the length of the baseline period. `phaseMs` shifts the slots' edges, so that
   * many windows do not all move on at the same moment.
   */
  constructor(windowMs: number, baselineMs: number, withValues: boolean, phaseMs = 0) {
    this.now = new SlidingSketch(withValues);
    this.before = new SlidingSketch(withValues);
    this.#slotMs = Math.max(FINEST_MS, windowMs / SLOTS);
    this.#windowMs = windowMs;
    this.#baselineMs = baselineMs;
    this.#withValues = withValues;
    this.#phaseMs = phaseMs;
  }

  add(value: number, steady: number): void {
    const index = this.#indexOf(steady);
    let slot = this.#slots.at(-1);
    if (slot?.index !== index) {
      slot = { index, samples: new SlidingSketch(this.#withValues) };
      this.#slots.push(slot);
    }
    slot.samples.add(value);
    this.now.add(value);
  }

  /** Moves on to a later time. Returns true if no sample is left. */
  moveTo(steady: number): boolean {
    const first = this.#indexOf(steady - this.#windowMs) + 1;
    for (const slot of takeBefore(this.#slots, first)) {
      this.now.subtract(slot.samples);
      if (this.#baselineMs === 0) continue;
      this.before.merge(slot.samples);
      this.#older.push(slot);
    }
    const oldest = this.#indexOf(steady - this.#windowMs - this.#baselineMs) + 1;
    for (const slot of takeBefore(this.#older, oldest)) {
      this.before.subtract(slot.samples);
    }
    return this.#slots.length === 0 && this.#older.length === 0;
  }

  #indexOf(steady: number): number {
    return Math.floor((steady + this.#phaseMs) / this.#slotMs);
  }
}

function takeBefore(slots: Slot[], index: number): Slot[] {
  const end = slots.findIndex((slot) => slot.index >= index);
  return slots.splice(0, end < 0 ? slots.length : end);
}
