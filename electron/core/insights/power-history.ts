import type { ActivityRecord } from '../../../shared/usage.ts';
import type { ExchangeContext } from './context.ts';
import { ALONE, measuredOutputRate } from './usual.ts';

/** Answers remembered, of all models and limits. */
const REMEMBERED = 1_000;
const MIN_SAMPLES = 3;

/** The speed and power of one answer under a power limit. */
export interface PowerSample {
  readonly gpu: string;
  readonly upstream: string;
  readonly model: string | null;
  readonly limitW: number;
  readonly powerW: number;
  readonly tokensPerSecond: number;
}

/**
 * Remembers speed and watts at each power limit that was in force, from ordinary traffic alone:
 * answers that were alone at their server, on a machine with one GPU.
 */
export class PowerHistory {
  readonly #samples: PowerSample[] = [];

  get samples(): readonly PowerSample[] {
    return this.#samples;
  }

  add(record: ActivityRecord, { gpus, meanInFlight }: ExchangeContext): void {
    const [gpu] = gpus;
    const rate = measuredOutputRate(record);
    if (gpu === undefined || gpus.length > 1 || gpu.samples < MIN_SAMPLES || rate === null) return;
    if (record.error !== null || meanInFlight === null || meanInFlight > ALONE) return;
    const { name, powerW, powerLimitW } = gpu;
    if (powerW === null || powerLimitW === null || powerW <= 0 || powerLimitW <= 0) return;
    this.#samples.push({
      gpu: name,
      upstream: record.upstream,
      model: record.countedModel,
      limitW: Math.round(powerLimitW),
      powerW,
      tokensPerSecond: rate,
    });
    if (this.#samples.length > REMEMBERED * 2) this.#samples.splice(0, REMEMBERED);
  }
}
