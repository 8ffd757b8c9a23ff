import type { AlertRule, AlertSettings } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Log } from '../log.ts';
import type { AlertHistoryLog } from './alert-history.ts';
import { realClock } from './clock.ts';
import type { Clock, Moment } from './clock.ts';
import { createFigureReader } from './figure-readers.ts';
import type { AlertSources } from './figure-readers.ts';
import { RESOLVED_SHOWN_MS } from './alert-state.ts';
import { RuleWatcher } from './rule-watcher.ts';
import { Webhook } from './webhook.ts';

/** Most alerts that are published. Firing ones come first. */
const MAX_STATES = 200;
const ORDER: readonly AlertState['status'][] = ['firing', 'pending', 'resolved'];

interface AlertOptions {
  readonly sources: AlertSources;
  readonly log: Log;
  /** The result of `states` changed. */
  readonly onChange: () => void;
  /** A message for the user, one line. */
  readonly onWarning: (message: Message) => void;
  /** Keeps the alerts that fired. */
  readonly history?: Pick<AlertHistoryLog, 'note' | 'noteDelivery'>;
  /** Replaces the real clock in tests. */
  readonly clock?: Clock;
}

interface Gone {
  readonly state: AlertState;
  readonly until: number;
}

/** Evaluates every rule once a second, and tells the webhook when an alert begins or ends. */
export class AlertEngine {
  readonly webhook: Webhook;
  readonly #options: AlertOptions;
  readonly #clock: Clock;
  #watches: readonly RuleWatcher[] = [];
  /** Alerts that were resolved because their rule was removed. */
  #gone: readonly Gone[] = [];
  #notify = true;
  #states: readonly AlertState[] = [];
  #hasFailed = false;

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    const { log, onWarning, history } = options;
    this.webhook = new Webhook({
      ...{ log, onWarning },
      onOutcome: (changes, delivered) => history?.noteDelivery(changes, delivered),
    });
  }

  /** Alerts that are pending, firing, or were resolved within the last quarter of an hour. */
  get states(): readonly AlertState[] {
    return this.#states;
  }

  /** Applies new settings and evaluates at once. A rule that did not change keeps its state. */
  apply({ rules, notify, webhook }: AlertSettings): void {
    const at = this.#clock();
    this.#notify = notify;
    this.webhook.configure(webhook);
    const before = new Map(this.#watches.map((watch) => [JSON.stringify(watch.rule), watch]));
    this.#watches = rules.filter(({ enabled }) => enabled).map((rule) => this.#take(before, rule));
    const changes = [...before.values()].flatMap((watch) => this.#close(watch, at));
    this.webhook.send(changes);
    this.tick();
  }

  /** Takes each finished exchange. Must stay cheap. */
  observe(record: ActivityRecord): void {
    if (this.#watches.length === 0) return;
    const at = this.#clock();
    for (const watch of this.#watches) watch.observe(record, at);
  }

  /** Call this about once a second. Never throws. */
  tick(): void {
    if (this.#watches.length === 0 && this.#states.length === 0) return;
    const at = this.#clock();
    const changes = this.#watches.flatMap((watch) => this.#look(watch, at));
    this.webhook.send(changes);
    this.#publish(at);
  }

  /** Stops. Messages that still wait for the webhook are dropped. */
  stop(): void {
    this.webhook.stop();
  }

  #take(before: Map<string, RuleWatcher>, rule: AlertRule): RuleWatcher {
    const key = JSON.stringify(rule);
    const known = before.get(key);
    before.delete(key);
    return (
      known ?? new RuleWatcher(rule, createFigureReader(rule, this.#options.sources, this.#clock))
    );
  }

  #close(watch: RuleWatcher, at: Moment): AlertState[] {
    const ended = watch.close(at).flatMap((subject) => watch.state(subject, this.#notify) ?? []);
    const until = at.steady + RESOLVED_SHOWN_MS;
    const shown = watch.states(this.#notify).map((state) => ({ state, until }));
    this.#gone = [...this.#gone, ...shown].slice(-MAX_STATES);
    return ended;
  }

  /** Keeps one rule's failure from stopping the others. */
  #look(watch: RuleWatcher, at: Moment): AlertState[] {
    try {
      return watch.tick(at).flatMap((subject) => watch.state(subject, this.#notify) ?? []);
    } catch (error) {
      const fields = { error: String(error), rule: watch.rule.name };
      if (!this.#hasFailed) this.#options.log.error(fields, 'an alert rule could not be looked at');
      this.#hasFailed = true;
      return [];
    }
  }

  #publish(at: Moment): void {
    const alerts = this.#watches.flatMap((watch) =>
      watch.states(this.#notify).map((state) => ({ state, rule: watch.rule })),
    );
    const firing = alerts.filter(({ state }) => state.status === 'firing');
    this.#options.history?.note(firing, at.wall);
    const live = alerts.map(({ state }) => state);
    // An alert that fires again under a new rule of the same name did not end.
    this.#gone = this.#gone.filter(
      ({ state, until }) => until > at.steady && !live.some((each) => isSame(each, state)),
    );
    const states = [...live, ...this.#gone.map(({ state }) => state)]
      .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || b.since - a.since)
      .slice(0, MAX_STATES);
    if (isEqual(states, this.#states)) return;
    this.#states = states;
    this.#options.onChange();
  }
}

function isEqual(a: readonly AlertState[], b: readonly AlertState[]): boolean {
  return a.length === b.length && a.every((state, index) => state === b[index]);
}

function isSame(a: AlertState, b: AlertState): boolean {
  return a.rule === b.rule && a.by === b.by && a.subject === b.subject;
}
