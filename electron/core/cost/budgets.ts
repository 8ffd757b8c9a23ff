import type { Budget } from '../../../shared/budget-settings.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { localDate } from '../../../shared/format.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { Stats } from '../records/totals/stats.ts';
import { budgetWarning } from './budget-words.ts';
import { isCounted, usedBefore, usedToday } from './budget-usage.ts';
import { periodOf } from './local-calendar.ts';
import type { Span } from './local-calendar.ts';

/** How often sums of earlier days are read again: energy may be corrected afterwards. */
const REFRESH_MS = 600_000;
/** How often the cost of the period is computed again while exchanges finish. */
const MONEY_MS = 15_000;
/** The wait after a failure of the ledger. */
const RETRY_MS = 30_000;

export interface BudgetsOptions {
  readonly ledger: Pick<Ledger, 'rollups' | 'flush'>;
  readonly stats: () => Stats;
  /** What the budget's exchanges of a range cost in the present currency; null if unknown. */
  readonly spent: (budget: Budget, span: Span) => Promise<number | null>;
  readonly currency: () => string | null;
  /** Shows a warning of a topic, or removes it. */
  readonly tell: (topic: string, message: Message | null) => void;
  readonly onChange: () => void;
  readonly log: Log;
  /** Unix milliseconds; replaced in tests. */
  readonly now?: () => number;
}

/** A budget with what was read of it. */
interface Counter {
  readonly budget: Budget;
  /** Before today, or for money: all. Null until it was read. */
  base: number | null;
  /** The local day and the period for which `base` holds. */
  day: string;
  from: number;
  readAt: number;
  isReading: boolean;
  /** Exchanges have finished since it was read. */
  isStale: boolean;
  /** The share that was warned of last. */
  warned: number | null;
}

/** Keeps how far each budget is used up, and warns of it. */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #now: () => number;
  #counters: readonly Counter[] = [];
  #states: readonly BudgetState[] = [];
  /** Exchanges have finished since the last look. */
  #isDirty = true;

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** In the order of the settings. */
  get states(): readonly BudgetState[] {
    return this.#states;
  }

  /** Takes the budgets of the settings. Those that did not change keep what was read. */
  apply(budgets: readonly Budget[]): void {
    const before = new Map(this.#counters.map((each) => [JSON.stringify(each.budget), each]));
    this.#counters = budgets.map((budget) => {
      const key = JSON.stringify(budget);
      const known = before.get(key);
      before.delete(key);
      return known ?? newCounter(budget);
    });
    for (const { budget } of before.values()) this.#options.tell(topicOf(budget), null);
    this.#isDirty = true;
    this.tick();
  }

  /** An exchange has finished, at a time in Unix milliseconds. */
  observe(completedAt: number): void {
    if (this.#counters.length === 0) return;
    this.#isDirty = true;
    for (const counter of this.#counters) {
      counter.isStale = true;
      // It belongs to a day that was read already.
      if (localDate(completedAt) < counter.day) counter.readAt = -Infinity;
    }
  }

  /** Forgets what was read, because prices have changed. */
  reprice(): void {
    for (const counter of this.#counters)
      if (!isCounted(counter.budget)) counter.readAt = -Infinity;
    this.tick();
  }

  /** Call it about once a second. What was read meanwhile is in the states after it. */
  tick(): void {
    if (this.#counters.length === 0 && this.#states.length === 0) return;
    const now = this.#now();
    for (const counter of this.#counters) {
      if (this.#needsReading(counter, now)) void this.#read(counter, now);
    }
    this.update();
    for (const [index, counter] of this.#counters.entries()) this.#warn(counter, index);
  }

  /** Computes the states anew if an exchange has finished or a period has ended. */
  update(): void {
    const now = this.#now();
    if (!this.#isDirty && this.#states.every(({ resetsAt }) => now < resetsAt)) return;
    this.#isDirty = false;
    const states = this.#counters.map((each) => this.#stateOf(each, now));
    if (JSON.stringify(states) === JSON.stringify(this.#states)) return;
    this.#states = states;
    this.#options.onChange();
  }

  #needsReading(counter: Counter, now: number): boolean {
    if (counter.isReading) return false;
    const { from } = periodOf(counter.budget.period, now);
    if (counter.from !== from || counter.day !== localDate(now)) return true;
    const age = Math.abs(now - counter.readAt);
    if (counter.base === null && age < RETRY_MS) return false;
    const isBehind = !isCounted(counter.budget) && counter.isStale;
    return age >= (isBehind ? MONEY_MS : REFRESH_MS) || counter.base === null;
  }

  async #read(counter: Counter, now: number): Promise<void> {
    const { ledger, spent, log } = this.#options;
    const { budget } = counter;
    const span = periodOf(budget.period, now);
    const isSame = counter.from === span.from && counter.day === localDate(now);
    Object.assign(counter, { isReading: true, isStale: false });
    // What was read of another period or day says nothing about this one.
    if (!isSame) counter.base = null;
    try {
      await ledger.flush();
      counter.base = isCounted(budget)
        ? await usedBefore(budget, ledger, span, now)
        : await spent(budget, span);
    } catch (error) {
      log.warn({ error: String(error) }, 'a budget could not be read from the ledger');
    }
    Object.assign(counter, { from: span.from, day: localDate(now), readAt: now });
    counter.isReading = false;
    this.#isDirty = true;
  }

  #stateOf({ budget, base, from, day }: Counter, now: number): BudgetState {
    const span = periodOf(budget.period, now);
    const isCurrent = from === span.from && day === localDate(now);
    const used = this.#used(budget, isCurrent ? base : null, span, now);
    const { name, measure, period, scope, subject, amount, hardStop } = budget;
    return {
      ...{ name, measure, period, scope, subject, amount, hardStop },
      currency: measure === 'money' ? this.#options.currency() : null,
      used,
      share: used === null ? null : used / amount,
      startedAt: span.from,
      resetsAt: span.to,
      isStopped: hardStop && used !== null && used >= amount,
    };
  }

  #used(budget: Budget, base: number | null, span: Span, now: number): number | null {
    if (!isCounted(budget)) return base;
    // On the first day of a period nothing has to be read.
    const before = localDate(span.from) === localDate(now) ? 0 : base;
    const today = usedToday(budget, this.#options.stats(), now);
    if (before === null) return null;
    // Of a part whose energy is unknown, the rest is the lower bound.
    return today === null ? (before > 0 ? before : null) : before + today;
  }

  #warn(counter: Counter, index: number): void {
    const state = this.#states[index];
    const share = state?.share ?? null;
    if (state === undefined || share === null) return;
    const reached = counter.budget.warnAt.filter((at) => share >= at);
    const highest = reached.length === 0 ? null : Math.max(...reached);
    if (highest === counter.warned) return;
    counter.warned = highest;
    const message = highest === null ? null : budgetWarning(state);
    this.#options.tell(topicOf(counter.budget), message);
    const { name } = counter.budget;
    if (message !== null) this.#options.log.warn({ name, share }, 'a budget has reached a share');
  }
}

function newCounter(budget: Budget): Counter {
  const never = { day: '', from: -Infinity, readAt: -Infinity };
  return { budget, base: null, ...never, isReading: false, isStale: false, warned: null };
}

function topicOf({ name }: Budget): string {
  return `budget ${name}`;
}
