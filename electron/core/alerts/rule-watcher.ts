import type { AlertRule } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { inEnglish } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Moment } from './clock.ts';
import { messageOf } from './message.ts';
import { MAX_SUBJECTS } from './figure-reader.ts';
import type { FigureReader, Subject } from './figure-reader.ts';
import { QUIET, advance, closed } from './alert-state.ts';
import type { AlertStatus } from './alert-state.ts';

type Loud = Exclude<AlertStatus, { status: 'quiet' }>;

/** One rule with its figure reader and the alert state of each subject. */
export class RuleWatcher {
  readonly rule: AlertRule;
  readonly #reader: FigureReader;
  readonly #statuses = new Map<Subject, AlertStatus>();
  /** Caches the published form, because composing its message is the costly part. */
  readonly #views = new WeakMap<AlertStatus, AlertState>();

  constructor(rule: AlertRule, reader: FigureReader) {
    this.rule = rule;
    this.#reader = reader;
  }

  observe(record: ActivityRecord, at: Moment): void {
    this.#reader.observe(record, at);
  }

  /** Evaluates the rule. Returns the subjects whose alert began to fire or was resolved. */
  tick(at: Moment): Subject[] {
    const values = this.#reader.read(at);
    const subjects = new Set([...this.#statuses.keys(), ...values.keys()]);
    return [...subjects].filter((subject) => {
      const value = values.get(subject);
      return this.#step(subject, (before) =>
        advance(before, value === undefined ? this.#reader.absent : value, at, this.rule),
      );
    });
  }

  /** Resolves all firing alerts because the rule is removed. Returns their subjects. */
  close(at: Moment): Subject[] {
    return [...this.#statuses.keys()].filter((subject) =>
      this.#step(subject, (before) => (before.status === 'resolved' ? before : closed(before, at))),
    );
  }

  /** All alerts that are not quiet. */
  states(notify: boolean): AlertState[] {
    return [...this.#statuses.keys()].flatMap((subject) => {
      const state = this.state(subject, notify);
      return state === null ? [] : [state];
    });
  }

  /** The published form; the same object while nothing changed, null for a quiet alert. */
  state(subject: Subject, notify: boolean): AlertState | null {
    const status = this.#statuses.get(subject) ?? QUIET;
    if (status.status === 'quiet') return null;
    const view = this.#views.get(status) ?? this.#view(subject, status, notify);
    this.#views.set(status, view);
    return view;
  }

  #view(subject: Subject, status: Loud, notify: boolean): AlertState {
    const messageSentence = messageOf(this.rule, subject, status);
    const { name: rule, figure, severity, by, threshold } = this.rule;
    return {
      ...{ rule, figure, severity, by, subject, threshold, notify },
      status: status.status,
      since: status.since.wall,
      firedAt: firedAt(status),
      value: status.value === null ? null : Number(status.value.toPrecision(4)),
      message: messageSentence === null ? '' : inEnglish(messageSentence),
      messageSentence,
    };
  }

  /** True if this step made it fire or resolved it. */
  #step(subject: Subject, next: (before: AlertStatus) => AlertStatus): boolean {
    const before = this.#statuses.get(subject) ?? QUIET;
    const after = next(before);
    if (after.status === 'quiet') this.#statuses.delete(subject);
    else if (this.#statuses.has(subject) || this.#statuses.size < MAX_SUBJECTS) {
      this.#statuses.set(subject, after);
    } else return false;
    return (
      after.status !== before.status && (after.status === 'firing' || after.status === 'resolved')
    );
  }
}

function firedAt(status: Loud): number | null {
  if (status.status === 'pending') return null;
  return status.status === 'firing' ? status.since.wall : status.firedAt.wall;
}
