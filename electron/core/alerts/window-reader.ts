import { BASELINE_WINDOWS, namesOf } from '../../../shared/alert-figure-kinds.ts';
import type { WindowFigure } from '../../../shared/alert-figure-kinds.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Moment } from './clock.ts';
import { MAX_SUBJECTS, isMeant } from './figure-reader.ts';
import type { FigureReader, Subject } from './figure-reader.ts';
import { SampleWindow } from './sample-window.ts';

/** The subject that all names past the limit share. */
const OTHER = 'other';

interface Watched {
  readonly window: SampleWindow;
  /** When it was first seen. A low rate is certain only one window later. */
  readonly since: number;
}

/** Reads figures computed from finished exchanges. Its windows begin empty. */
export class WindowFigureReader implements FigureReader {
  readonly absent: 0 | null;
  readonly #rule: AlertRule;
  readonly #figure: WindowFigure;
  readonly #windowMs: number;
  readonly #ollama: () => readonly string[];
  readonly #watched = new Map<Subject, Watched>();

  /** `ollama` returns the upstreams that are Ollama. */
  constructor(rule: AlertRule, figure: WindowFigure, now: Moment, ollama: () => readonly string[]) {
    this.#rule = rule;
    this.#figure = figure;
    this.#windowMs = rule.windowMs ?? 0;
    this.#ollama = ollama;
    this.absent = figure.fold === 'per_minute' ? 0 : null;
    if (rule.by === null) this.#watch(null, now.steady);
  }

  observe(record: ActivityRecord, at: Moment): void {
    if (!record.inference) return;
    const names = namesOf(record);
    if (!isMeant(names, this.#rule.where, this.#ollama())) return;
    const subject = this.#rule.by === null ? null : names[this.#rule.by];
    const value = subject === undefined ? null : this.#figure.sample(record);
    if (subject === undefined || value === null || !Number.isFinite(value)) return;
    this.#find(subject, at.steady).window.add(value, at.steady);
  }

  read({ steady }: Moment): Map<Subject, number | null> {
    const values = new Map<Subject, number | null>();
    for (const [subject, watched] of this.#watched) {
      const isEmpty = watched.window.moveTo(steady);
      values.set(subject, this.#value(watched, steady));
      // An empty window is read once more; after that its alert gets the value `absent`.
      if (isEmpty && subject !== null) this.#watched.delete(subject);
    }
    return values;
  }

  #find(subject: Subject, steady: number): Watched {
    const known = this.#watched.get(subject);
    if (known !== undefined) return known;
    if (this.#watched.size < MAX_SUBJECTS - 1) return this.#watch(subject, steady);
    return this.#watched.get(OTHER) ?? this.#watch(OTHER, steady);
  }

  #watch(subject: Subject, steady: number): Watched {
    const { fold } = this.#figure;
    const baselineMs = fold === 'drop' ? this.#windowMs * BASELINE_WINDOWS : 0;
    const withValues = fold === 'percentile' || fold === 'drop';
    const phaseMs = this.#watched.size * 1_000;
    const window = new SampleWindow(this.#windowMs, baselineMs, withValues, phaseMs);
    const watched = { window, since: steady };
    this.#watched.set(subject, watched);
    return watched;
  }

  #value({ window, since }: Watched, steady: number): number | null {
    const { op, minRequests, percentile } = this.#rule;
    const { count, sum } = window.now;
    if (this.#figure.fold === 'per_minute') {
      // Before a whole window has passed, the rate is a lower bound only.
      if (op === 'below' && steady - since < this.#windowMs) return null;
      return (sum * 60_000) / this.#windowMs;
    }
    if (count < minRequests) return null;
    switch (this.#figure.fold) {
      case 'percent':
        return (100 * sum) / count;
      case 'percentile':
        return window.now.percentile(percentile ?? 95);
      case 'drop':
        return this.#drop(window);
    }
  }

  #drop({ now, before }: SampleWindow): number | null {
    if (before.count < this.#rule.minRequests) return null;
    const [speed, usual] = [now.percentile(50), before.percentile(50)];
    if (speed === null || usual === null || usual <= 0) return null;
    return 100 * (1 - speed / usual);
  }
}
