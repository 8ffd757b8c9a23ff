import type { CostReport, HourlySourceState } from '../../../shared/cost-report.ts';
import type { BudgetState, CostToday } from '../../../shared/cost.ts';
import type { Budget } from '../../../shared/budget-settings.ts';
import { localDate } from '../../../shared/format.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { badRequest } from '../settings/settings-errors.ts';
import type { Log } from '../log.ts';
import type { Refusal } from '../proxy/refusal.ts';
import type { RequestHead } from '../proxy/tap.ts';
import type { Recorder } from '../records/recorder.ts';
import type { EffectiveSettings } from '../settings/effective.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { StateStore } from '../startup/state-store.ts';
import { BudgetGate } from './budget-gate.ts';
import { Budgets } from './budgets.ts';
import { costFault, costWarning } from './cost-fault.ts';
import { readIdleEnergy } from './idle-energy.ts';
import { costReport } from './cost-report.ts';
import type { CostQuery } from './cost-report.ts';
import { costToday } from './cost-today.ts';
import { exchangeCost } from './exchange-cost.ts';
import type { ExchangeCost } from './exchange-cost.ts';
import { HourlyPriceStore, isHourlyPrices } from './hourly-prices.ts';
import { HourlySource } from './hourly-source.ts';
import { importPriceFile } from './import-price-file.ts';
import type { Span } from './local-calendar.ts';
import { PriceBook, isPriceDocument } from './price-book.ts';
import { readableDocument } from './readable-document.ts';
import { Prices, seriesKey } from './tariff.ts';
import type { TariffEntry } from './tariff.ts';
import { TariffHistory, isTariffHistory } from './tariff-history.ts';

/** How often today's cost is computed again while exchanges finish. */
const TODAY_MS = 15_000;

interface CostsOptions {
  readonly settings: Pick<SettingsStore, 'current' | 'onChange' | 'beforeChange'>;
  readonly store: Pick<StateStore, 'tariffs' | 'hourlyPrices' | 'tokenPrices'>;
  readonly recorder: Pick<Recorder, 'ledger' | 'stats' | 'salt'>;
  readonly log: Log;
  /** Shows a warning of a topic, or removes it. */
  readonly tell: (topic: string, message: Message | null) => void;
  readonly touch: (...slices: ('cost' | 'budgets')[]) => void;
  /** A list of token prices to import at the start. */
  readonly pricesFile?: string;
}

/** The tariff, the prices and the budgets, and all that is computed from them. */
export class Costs {
  readonly book: PriceBook;
  readonly #options: CostsOptions;
  readonly #history: TariffHistory;
  readonly #hourly: HourlyPriceStore;
  readonly #source: HourlySource;
  readonly #budgets: Budgets;
  readonly #gate: BudgetGate;
  #today: CostToday | null = null;
  #todayAt = -Infinity;
  #isTodayStale = true;
  #isComputing = false;
  #hasFailed = false;

  constructor(options: CostsOptions) {
    const { settings, store, recorder, log, tell, touch } = options;
    this.#options = options;
    this.#history = new TariffHistory(readableDocument(store.tariffs, isTariffHistory, tell));
    this.#hourly = new HourlyPriceStore(readableDocument(store.hourlyPrices, isHourlyPrices, tell));
    const tokenPrices = readableDocument(store.tokenPrices, isPriceDocument, tell);
    this.book = new PriceBook(tokenPrices, () => settings.current.cost);
    this.#source = new HourlySource({
      store: this.#hourly,
      log,
      tell: (message) => tell('hourly prices', message),
      onPrices: () => this.#onPrices(),
    });
    this.#budgets = new Budgets({
      ledger: recorder.ledger,
      stats: () => recorder.stats,
      spent: (budget, span) => this.#spent(budget, span),
      currency: () => settings.current.cost.currency,
      tell,
      onChange: () => touch('budgets'),
      log,
    });
    this.#gate = new BudgetGate({ budgets: this.#budgets, salt: () => recorder.salt, log });
    settings.beforeChange((next) => {
      const fault = costFault(next);
      return fault === null ? Promise.resolve(NOTHING_PREPARED) : Promise.reject(badRequest(fault));
    });
    settings.onChange((next) => this.#apply(next));
  }

  get today(): CostToday | null {
    return this.#today;
  }

  get budgets(): readonly BudgetState[] {
    return this.#budgets.states;
  }

  get hourlyPrices(): HourlySourceState {
    return this.#source.state;
  }

  /** Begins to follow the settings. */
  start(): void {
    const { settings, tell, pricesFile, log } = this.#options;
    if (pricesFile !== undefined) {
      void importPriceFile(this.book, pricesFile, log).then((problem) => tell('prices', problem));
    }
    tell('cost settings', costWarning(settings.current));
    this.#apply(settings.current);
  }

  stop(): void {
    this.#source.stop();
  }

  observe({ inference, completedAt }: ActivityRecord): void {
    if (!inference) return;
    this.#isTodayStale = true;
    this.#budgets.observe(completedAt);
  }

  /** Call it about once a second. */
  tick(): void {
    try {
      this.#budgets.tick();
    } catch (error) {
      const fields = { error: String(error) };
      if (!this.#hasFailed) this.#options.log.error(fields, 'budgets could not be computed');
      this.#hasFailed = true;
    }
    void this.#updateToday();
  }

  /** Why a request must not pass; null if it may. */
  stopFor(head: RequestHead): Refusal | null {
    return this.#gate.refusalFor(head);
  }

  /** Computes a report. Rejects with the ledger's error if it cannot be read. */
  async report(query: CostQuery): Promise<CostReport> {
    const { settings, recorder } = this.#options;
    const { ledger } = recorder;
    // A degraded ledger would only delay the reader.
    if (ledger.state.status === 'ok') await ledger.flush();
    const { machinePrice } = settings.current.cost;
    const sources = {
      ledger,
      idleEnergy: (from: number, to: number) => readIdleEnergy(ledger, from, to),
      prices: this.prices,
      priceOf: (model: string | null) => this.book.priceOf(model),
      exchange: this.#exchange,
      machinePrice,
    };
    return costReport(sources, query, Date.now());
  }

  /** The tariffs that held in a range, oldest first. */
  tariffsIn(from: number, to: number): readonly TariffEntry[] {
    return this.prices.heldIn(from, to);
  }

  /** What one exchange cost. */
  ofExchange(record: ActivityRecord): ExchangeCost {
    const found = this.book.priceOf(record.countedModel);
    return exchangeCost(record, this.prices, found, this.#exchange);
  }

  get #exchange(): { currency: string | null; usdRate: number | null } {
    const { currency, usdRate } = this.#options.settings.current.cost;
    return { currency, usdRate: currency === 'USD' ? 1 : usdRate };
  }

  /** The prices of electricity, now and in the past. */
  get prices(): Prices {
    return new Prices(this.#history.entries, this.#hourly.price);
  }

  #apply({ cost, budgets }: EffectiveSettings): void {
    const { tell } = this.#options;
    try {
      this.#history.note(cost, Date.now());
      tell('tariffs', null);
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'the tariff was not noted');
      tell('tariffs', sentence('tariff_unsaved'));
    }
    const { hourly } = cost.tariff;
    const isUsed = hourly !== null && cost.currency !== null;
    this.#source.apply(
      isUsed ? { key: seriesKey(cost.currency ?? '', hourly), settings: hourly } : null,
    );
    this.#gate.apply(budgets);
    this.#budgets.apply(budgets);
    this.#onPrices();
  }

  #onPrices(): void {
    this.#budgets.reprice();
    this.#todayAt = -Infinity;
    this.#isTodayStale = true;
    void this.#updateToday();
  }

  async #updateToday(): Promise<void> {
    const now = Date.now();
    const isNewDay = this.#today !== null && this.#today.date !== localDate(now);
    const isDue = this.#isTodayStale && Math.abs(now - this.#todayAt) >= TODAY_MS;
    if (this.#isComputing || !(isDue || isNewDay)) return;
    this.#isComputing = true;
    this.#todayAt = now;
    this.#isTodayStale = false;
    try {
      const today = await costToday(this.prices, (query) => this.report(query), now);
      if (JSON.stringify(today) !== JSON.stringify(this.#today)) {
        this.#today = today;
        this.#options.touch('cost');
      }
    } catch {
      // The ledger cannot be read now; its own state says so.
      this.#isTodayStale = true;
    }
    this.#isComputing = false;
  }

  async #spent({ scope, subject }: Budget, span: Span): Promise<number | null> {
    const { currency } = this.#options.settings.current.cost;
    const by = scope === 'client' || scope === 'key' ? scope : 'day';
    const only = scope === 'model' ? 'model' : 'name';
    const filter = subject === null ? {} : { [only]: subject };
    const { total } = await this.report({
      ...span,
      to: Math.min(span.to, Date.now() + 1),
      by,
      ...filter,
    });
    if (currency === null) return null;
    const own = total.electricity.find((each) => each.currency === currency);
    if (own !== undefined) return own.cost;
    return total.requests > 0 ? null : 0;
  }
}

const NOTHING_PREPARED = { commit: () => undefined, abort: () => Promise.resolve() };
