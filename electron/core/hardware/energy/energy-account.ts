import { ExchangeWork } from './exchange-work.ts';
import type { WorkSource } from './exchange-work.ts';

/** The energy of one exchange, joules. */
export interface EnergyFigure {
  /** All energy of the time that was measured, including its share of the idle power. */
  readonly joules: number;
  /** Without the power that the devices need when idle; null while that is not known. */
  readonly netJoules: number | null;
  /** The part before the first content, and the rest; null if the answer was not a stream. */
  readonly prefillJoules: number | null;
  readonly decodeJoules: number | null;
  /** The share of the exchange's time for which power was measured, above 0 and at most 1. */
  readonly measured: number;
  /** True if other programs worked on a device in that time; null if that was never known. */
  readonly hasOtherWork: boolean | null;
}

/** A part of an exchange's energy. */
export interface Portion {
  readonly joules: number;
  /** The idle power in it; null if it is not known. */
  readonly idleJoules: number | null;
  readonly prefillJoules: number;
  readonly measuredMs: number;
  /** True if other programs worked on a device; null if it is not known. */
  readonly hasOtherWork: boolean | null;
}

/** Receives an exchange's energy; null if nothing was measured. */
export type OnFigure = (figure: EnergyFigure | null) => void;

const NOTHING: Portion = {
  ...{ joules: 0, idleJoules: 0, prefillJoules: 0, measuredMs: 0 },
  hasOtherWork: null,
};

/** The running sums of one exchange. Moments are monotonic milliseconds. */
export class EnergyAccount {
  readonly begunAt: number;
  readonly work: ExchangeWork;
  /** Null while it runs. */
  endedAt: number | null = null;
  /** False if another exchange ran at the same time. */
  isAlone = true;
  #sum = NOTHING;

  readonly #onFigure: OnFigure;

  constructor(begunAt: number, source: WorkSource, onFigure: OnFigure) {
    this.begunAt = begunAt;
    this.work = new ExchangeWork(source, begunAt);
    this.#onFigure = onFigure;
  }

  /** Reports the figure, when nothing can change it any more. */
  complete(): void {
    this.#onFigure(this.figure());
  }

  /** How long it ran between two moments, milliseconds. */
  overlap(from: number, to: number): number {
    return Math.max(0, Math.min(to, this.endedAt ?? to) - Math.max(from, this.begunAt));
  }

  add(portion: Portion): void {
    this.#sum = plus(this.#sum, portion);
  }

  /** The figure so far; null if nothing was measured. */
  figure(): EnergyFigure | null {
    const sum = this.#sum;
    const ms = (this.endedAt ?? this.begunAt) - this.begunAt;
    if (sum.measuredMs <= 0 || ms <= 0) return null;
    const { hasPhases } = this.work;
    return {
      joules: sum.joules,
      netJoules: sum.idleJoules === null ? null : Math.max(0, sum.joules - sum.idleJoules),
      prefillJoules: hasPhases ? sum.prefillJoules : null,
      decodeJoules: hasPhases ? sum.joules - sum.prefillJoules : null,
      measured: Math.min(1, sum.measuredMs / ms),
      hasOtherWork: sum.hasOtherWork,
    };
  }
}

function plus(one: Portion, other: Portion): Portion {
  const isKnown = one.idleJoules !== null && other.idleJoules !== null;
  return {
    joules: one.joules + other.joules,
    idleJoules: isKnown ? one.idleJoules + other.idleJoules : null,
    prefillJoules: one.prefillJoules + other.prefillJoules,
    measuredMs: one.measuredMs + other.measuredMs,
    hasOtherWork: either(one.hasOtherWork, other.hasOtherWork),
  };
}

/** True if one is true; null if both are unknown. */
function either(one: boolean | null, other: boolean | null): boolean | null {
  return one === null || other === null ? (one ?? other) : one || other;
}
