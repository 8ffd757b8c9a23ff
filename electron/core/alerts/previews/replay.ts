import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PreviewedAlert } from '../../../../shared/alert-history.ts';
import type { AlertRule } from '../../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { Moment } from '../clock.ts';
import type { FigureReader, Subject } from '../figure-reader.ts';
import { RuleWatcher } from '../rule-watcher.ts';

const SECOND_MS = 1_000;
/** Longest work without a pause, milliseconds. */
const TURN_MS = 8;
/** The most alerts that are listed. */
const MAX_ALERTS = 500;

interface ReplayOptions {
  readonly rule: AlertRule;
  readonly reader: FigureReader;
  /** Where the looks begin, Unix milliseconds: before `from`, so that windows are full there. */
  readonly start: number;
  /** Alerts that were over before it are left out. */
  readonly from: number;
  /** The time between two looks while nothing happens, milliseconds. */
  readonly stepMs: number;
  readonly signal: AbortSignal;
}

/** The moment on both clocks. In the past, wall time is the only one that is known. */
export function momentOf(at: number): Moment {
  return { steady: at, wall: at };
}

/** Runs the watcher of a rule over the past, as the engine does over the present. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #watcher: RuleWatcher;
  readonly #open = new Map<Subject, PreviewedAlert>();
  readonly #done: PreviewedAlert[] = [];
  #count = 0;
  #next: number;
  #soon = Infinity;
  #turnEnd = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#watcher = new RuleWatcher(options.rule, options.reader);
    this.#next = options.start;
  }

  /** Takes an exchange that ended. Call `advanceTo` with its end first. */
  observe(record: ActivityRecord): void {
    this.#watcher.observe(record, momentOf(record.completedAt));
    this.lookSoon(record.completedAt);
  }

  /** Asks for a look at the next whole second, when the engine would look. */
  lookSoon(at: number): void {
    this.#soon = Math.min(this.#soon, Math.ceil(at / SECOND_MS) * SECOND_MS);
  }

  /** Looks at the figure until this moment, with pauses. Throws if the reader has hung up. */
  async advanceTo(at: number): Promise<void> {
    for (;;) {
      const due = Math.min(this.#next, this.#soon);
      if (due > at) return;
      if (due >= this.#soon) this.#soon = Infinity;
      if (due >= this.#next) this.#next += this.#options.stepMs;
      this.#look(due);
      if (performance.now() < this.#turnEnd) continue;
      await nextTurn();
      this.#options.signal.throwIfAborted();
      this.#turnEnd = performance.now() + TURN_MS;
    }
  }

  /** Those that fired, in their order, and how many there were. */
  result(): { readonly alerts: readonly PreviewedAlert[]; readonly count: number } {
    const open = [...this.#open.values()];
    const alerts = [...this.#done, ...open].sort((a, b) => a.from - b.from);
    return { alerts: alerts.slice(0, MAX_ALERTS), count: this.#count + open.length };
  }

  #look(at: number): void {
    for (const subject of this.#watcher.tick(momentOf(at))) {
      const known = this.#open.get(subject);
      if (known === undefined) {
        this.#open.set(subject, { subject, from: at, to: null, peakValue: null });
      } else this.#end(known, at);
    }
    for (const [subject, alert] of this.#open) {
      const value = this.#watcher.state(subject, false)?.value ?? null;
      if (this.#isWorse(value, alert.peakValue)) {
        this.#open.set(subject, { ...alert, peakValue: value });
      }
    }
  }

  #end(alert: PreviewedAlert, at: number): void {
    this.#open.delete(alert.subject);
    if (at < this.#options.from) return;
    this.#count += 1;
    if (this.#done.length < MAX_ALERTS) this.#done.push({ ...alert, to: at });
  }

  #isWorse(value: number | null, peak: number | null): boolean {
    if (value === null || peak === null) return value !== null;
    return this.#options.rule.op === 'above' ? value > peak : value < peak;
  }
}
