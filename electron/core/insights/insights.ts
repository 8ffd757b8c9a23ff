import type { UsualSpeeds } from '../../../shared/activity.ts';
import type { GpuState } from '../../../shared/gpu.ts';
import type { DismissedInsight } from '../../../shared/insight-history.ts';
import type { Dismissal, Insight, InsightKind, InsightsState } from '../../../shared/insights.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { ExchangeEnd } from '../meter/exchange-end.ts';
import type { ExchangeWatch } from '../meter/exchange-watch.ts';
import { Circumstances, Gathering } from './circumstances.ts';
import { NO_CONTEXT } from './context.ts';
import { judgeContext } from './context-rules.ts';
import { CurrentInsights } from './current-insights.ts';
import { Dismissals } from './dismissals.ts';
import { ExchangeInsights } from './exchange-insights.ts';
import { slowdownOf } from './facts.ts';
import type { ExchangeFacts } from './facts.ts';
import type { InsightsOptions } from './insights-options.ts';
import { PowerHistory } from './power-history.ts';
import { Usual } from './usual.ts';
import { whySlow } from './why-slow.ts';
import { copyAction } from './insight-actions.ts';
import { InsightHistoryLog } from './insight-history.ts';

/** Exchanges that the rules about models look at, and that usual speeds are learnt from. */
const RECENT_ROWS = 500;

/**
 * Explains slow answers and finds what models and the machine waste. It follows exchanges from
 * their request to their end; a chunk costs nothing.
 */
export class Insights {
  /** The insights of the past. */
  readonly history: InsightHistoryLog;
  readonly #options: InsightsOptions;
  readonly #circumstances: Circumstances;
  readonly #exchanges: ExchangeInsights;
  readonly #current: CurrentInsights;
  readonly #usual = new Usual();
  readonly #power: PowerHistory;

  constructor(options: InsightsOptions) {
    this.#options = options;
    this.#circumstances = new Circumstances({
      loadedModel: (upstream, model) => this.#loadedModel(upstream, model),
      isLocal: options.isLocal,
      machine: options.machine,
      now: () => performance.now(),
    });
    const now = options.now ?? Date.now;
    this.#power = new PowerHistory(options.powerDocument, options.log, now());
    this.#exchanges = new ExchangeInsights(options.ledger);
    this.history = new InsightHistoryLog(options.ledger);
    this.#current = new CurrentInsights({
      ...options,
      now,
      records: () => options.recent(RECENT_ROWS),
      powerSamples: () => this.#power.samples,
      dismissals: new Dismissals(options.document, options.log),
      history: this.history,
    });
  }

  /** The insights about the present. */
  get state(): InsightsState {
    return this.#current.state;
  }

  /** Learns what is usual from the latest rows. */
  start(): void {
    this.#usual.learnFromRows([...this.#options.recent(RECENT_ROWS)].reverse());
  }

  /** Follows an exchange whose request was sent. */
  watch(upstream: string, model: string | null): ExchangeWatch {
    return this.#circumstances.watch(upstream, model);
  }

  /** Takes a reading of the GPUs. Once a second would be too rare for short answers. */
  onGpu(state: GpuState): void {
    this.#circumstances.onGpu(state);
    this.#current.onGpu(state, this.#circumstances.inFlight > 0);
  }

  /** Judges a finished exchange and keeps what was found with its row. */
  observe(record: ActivityRecord, end: ExchangeEnd): void {
    if (!record.inference) return;
    const context = end.watch instanceof Gathering ? end.watch.context : NO_CONTEXT;
    const usual = this.#usual.of(record);
    const facts: ExchangeFacts = {
      record,
      end,
      context,
      usual,
      serverKind: this.#options.kindOf(record.upstream),
      slowdown: slowdownOf(record, usual),
    };
    this.#usual.learn(record, context.meanInFlight);
    this.#power.add(record, context);
    const cut = judgeContext(facts);
    const found = [cut, whySlow(facts)].filter((each) => each !== null);
    this.#exchanges.add(
      record,
      found.map((each) => exchangeInsight(record, each)),
    );
    if (cut !== null) this.#current.addContextCase({ record, finding: cut });
  }

  /** For once a second. */
  tick(): void {
    this.#current.tick();
    this.#power.tick();
  }

  /** Saves what is kept between runs. */
  stop(): void {
    this.#power.save();
  }

  /** The insights about a finished exchange, the gravest first. */
  of(row: ActivityRecord): Promise<readonly Insight[]> {
    return this.#exchanges.of(row);
  }

  /** What is usual now for the model of an exchange and prompts of its size. */
  usualFor(row: ActivityRecord): UsualSpeeds {
    const { outputTokensPerSecond, promptTokensPerSecond, exchanges } = this.#usual.of(row);
    return { outputTokensPerSecond, promptTokensPerSecond, exchanges };
  }

  /** Those that the user dismissed, the last first. */
  get dismissed(): readonly DismissedInsight[] {
    return this.#current.dismissed;
  }

  /** Dismisses an insight about the present, or shows it again. */
  dismiss(kind: InsightKind, subject: string, until: Dismissal): void {
    this.#current.dismiss({ kind, subject }, until);
  }

  /** A llama-server has one model, whatever name requests give it. */
  #loadedModel(upstream: string, model: string | null): LoadedModel | null {
    const own = this.#options.loadedModels().filter((each) => each.upstream === upstream);
    const [only] = own;
    const named = own.find(({ name }) => name === model);
    const isNameless = own.length === 1 && this.#options.kindOf(upstream) === 'llamacpp';
    return named ?? (isNameless ? (only ?? null) : null);
  }
}

type Found = Omit<Insight, 'scope' | 'subject' | 'action' | 'at' | 'firstSeenAt'>;

function exchangeInsight({ id, completedAt }: ActivityRecord, found: Found): Insight {
  const { kind, title, titleSentence, figure, evidence, advice, adviceSentence, saving } = found;
  const times = { at: completedAt, firstSeenAt: completedAt };
  const subject = String(id);
  const words = { title, titleSentence, advice, adviceSentence };
  const done = { saving, action: copyAction(advice) };
  return { kind, scope: 'exchange', subject, ...words, figure, evidence, ...done, ...times };
}
