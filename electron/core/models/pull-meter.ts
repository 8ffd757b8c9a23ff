import type { ModelPull } from '../../../shared/model-pulls.ts';
import type { PullProgress } from './pull.ts';

/** The time over which the speed is measured, milliseconds. */
const WINDOW_MS = 5_000;
/** Shortest time between two kept samples, milliseconds. Ollama reports 16 times a second. */
const SAMPLE_MS = 250;
/** Shortest time for a speed, milliseconds. */
const LEAST_MS = 500;

interface Layer {
  readonly total: number | null;
  readonly completed: number;
  /** What the server had before this download, bytes. It does not count as speed. */
  readonly before: number;
}

interface Sample {
  readonly at: number;
  readonly received: number;
}

export type PullFigures = Pick<
  ModelPull,
  'completedBytes' | 'totalBytes' | 'bytesPerSecond' | 'secondsLeft'
>;

/**
 * Adds up the progress of a download's layers. Servers name a layer when they begin with it, so the
 * total grows; the largest layer usually comes first. Times are monotonic milliseconds.
 */
export class PullMeter {
  readonly #layers = new Map<string, Layer>();
  #samples: Sample[] = [];

  add({ digest, total, completed }: PullProgress, now: number): void {
    if (digest === null || completed === null) return;
    const known = this.#layers.get(digest);
    // A server that starts a layer again reports less than before.
    const before = Math.min(known?.before ?? completed, completed);
    this.#layers.set(digest, { total: total ?? known?.total ?? null, completed, before });
    this.#sample(now);
  }

  /** Speed and remaining time are null if nothing was received for as long as they are measured. */
  figures(now: number): PullFigures {
    const layers = [...this.#layers.values()];
    if (layers.length === 0) {
      return { completedBytes: null, totalBytes: null, bytesPerSecond: null, secondsLeft: null };
    }
    const completedBytes = layers.reduce((sum, { completed }) => sum + completed, 0);
    const isSized = layers.every(({ total }) => total !== null);
    const totalBytes = isSized ? layers.reduce((sum, { total }) => sum + (total ?? 0), 0) : null;
    const bytesPerSecond = this.#speed(now);
    const left = totalBytes === null ? null : Math.max(0, totalBytes - completedBytes);
    const isMoving = bytesPerSecond !== null && bytesPerSecond > 0;
    const secondsLeft = left === null || !isMoving ? null : left / bytesPerSecond;
    return { completedBytes, totalBytes, bytesPerSecond, secondsLeft };
  }

  #received(): number {
    return [...this.#layers.values()].reduce(
      (sum, { completed, before }) => sum + completed - before,
      0,
    );
  }

  #sample(now: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && now - last.at < SAMPLE_MS) return;
    this.#samples.push({ at: now, received: this.#received() });
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
  }

  #speed(now: number): number | null {
    const first = this.#samples.find(({ at }) => now - at <= WINDOW_MS);
    if (first === undefined || now - first.at < LEAST_MS) return null;
    return Math.max(0, (this.#received() - first.received) / ((now - first.at) / 1_000));
  }
}
