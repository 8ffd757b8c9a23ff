import type { AlertRule, AlertState } from '../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Moment } from './clock.ts';
import { messageOf } from './message.ts';
import { MAX_SUBJECTS } from './figure-reader.ts';
import type { Reader, Subject } from './figure-reader.ts';
import { QUIET, advance, closed } from './alert-state.ts';
import type { Standing } from './alert-state.ts';

type Loud = Exclude<Standing, { status: 'quiet' }>;

/** A rule at work: its reader, and where it stands about each of its subjects. */
export class Watch {
  readonly rule: AlertRule;
  readonly #reader: Reader;
  readonly #standings = new Map<Subject, Standing>();
  /** Words cost more than numbers: they are made once for each standing. */
  readonly #told = new WeakMap<Standing, AlertState>();

  constructor(rule: AlertRule, reader: Reader) {
    this.rule = rule;
    this.#reader = reader;
  }

  observe(record: ActivityRecord, at: Moment): void {
    this.#reader.observe(record, at);
  }

  /** Looks at the figure; the subjects for which it began to fire or was resolved. */
  tick(at: Moment): Subject[] {
    const values = this.#reader.read(at);
    const subjects = new Set([...this.#standings.keys(), ...values.keys()]);
    return [...subjects].filter((subject) => {
      const value = values.get(subject);
      return this.#step(subject, (before) =>
        advance(before, value === undefined ? this.#reader.absent : value, at, this.rule),
      );
    });
  }

  /** Ends what fires, for the rule goes; the subjects for which it did. */
  close(at: Moment): Subject[] {
    return [...this.#standings.keys()].filter((subject) =>
      this.#step(subject, (before) => (before.status === 'resolved' ? before : closed(before, at))),
    );
  }

  /** What is not quiet. */
  states(notify: boolean): AlertState[] {
    return [...this.#standings.keys()].flatMap((subject) => {
      const state = this.state(subject, notify);
      return state === null ? [] : [state];
    });
  }

  /** The same object as long as nothing of it changed; null where it is quiet. */
  state(subject: Subject, notify: boolean): AlertState | null {
    const standing = this.#standings.get(subject) ?? QUIET;
    if (standing.status === 'quiet') return null;
    const told = this.#told.get(standing) ?? this.#tell(subject, standing, notify);
    this.#told.set(standing, told);
    return told;
  }

  #tell(subject: Subject, standing: Loud, notify: boolean): AlertState {
    const { name: rule, figure, severity, by, threshold } = this.rule;
    return {
      ...{ rule, figure, severity, by, subject, threshold, notify },
      status: standing.status,
      since: standing.since.wall,
      firedAt: firedAt(standing),
      value: standing.value === null ? null : Number(standing.value.toPrecision(4)),
      message: messageOf(this.rule, subject, standing),
    };
  }

  /** True if it began to fire or was resolved by this step. */
  #step(subject: Subject, next: (before: Standing) => Standing): boolean {
    const before = this.#standings.get(subject) ?? QUIET;
    const after = next(before);
    if (after.status === 'quiet') this.#standings.delete(subject);
    else if (this.#standings.has(subject) || this.#standings.size < MAX_SUBJECTS) {
      this.#standings.set(subject, after);
    } else return false;
    return (
      after.status !== before.status && (after.status === 'firing' || after.status === 'resolved')
    );
  }
}

function firedAt(standing: Loud): number | null {
  if (standing.status === 'pending') return null;
  return standing.status === 'firing' ? standing.since.wall : standing.firedAt.wall;
}
