import type { AlertRule, AlertSettings, AlertState } from '../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Log } from '../log.ts';
import { realClock } from './clock.ts';
import type { Clock, Moment } from './clock.ts';
import { createFigureReader } from './figure-readers.ts';
import type { AlertSources } from './figure-readers.ts';
import { RESOLVED_SHOWN_MS } from './alert-state.ts';
import { RuleWatcher } from './rule-watcher.ts';
import { Webhook } from './webhook.ts';

/** Readers get at most this many alerts; what fires comes first. */
const MAX_STATES = 200;
const ORDER: readonly AlertState['status'][] = ['firing', 'pending', 'resolved'];

interface AlertOptions {
  readonly sources: AlertSources;
  readonly log: Log;
  /** What `states` answers has changed. */
  readonly onChange: () => void;
  /** What the user should be told once. */
  readonly onWarning: (message: string) => void;
  /** Other than the real one for tests. */
  readonly clock?: Clock;
}

interface Gone {
  readonly state: AlertState;
  readonly until: number;
}

/** Looks at every rule once a second, and tells the webhook when an alert begins and ends. */
export class AlertEngine {
  readonly webhook: Webhook;
  readonly #options: AlertOptions;
  readonly #clock: Clock;
  #watches: readonly RuleWatcher[] = [];
  /** What was ended because its rule went. */
  #gone: readonly Gone[] = [];
  #notify = true;
  #states: readonly AlertState[] = [];
  #hasFailed = false;

  constructor(options: AlertOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.webhook = new Webhook({ log: options.log, onWarning: options.onWarning });
  }

  /** Alerts that are pending, firing, or were resolved within the last quarter of an hour. */
  get states(): readonly AlertState[] {
    return this.#states;
  }

  /** Takes new settings, and looks at once. A rule that is the same as before goes on as it was. */
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

  /** Hears each finished exchange; quick. */
  observe(record: ActivityRecord): void {
    if (this.#watches.length === 0) return;
    const at = this.#clock();
    for (const watch of this.#watches) watch.observe(record, at);
  }

  /** To be called about once a second. Never throws. */
  tick(): void {
    if (this.#watches.length === 0 && this.#states.length === 0) return;
    const at = this.#clock();
    const changes = this.#watches.flatMap((watch) => this.#look(watch, at));
    this.webhook.send(changes);
    this.#publish(at);
  }

  /** What waits for the webhook is given up. */
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

  /** One rule's failure is its own. */
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
    const live = this.#watches.flatMap((watch) => watch.states(this.#notify));
    // What fires again under a new rule of the same name is not over.
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
