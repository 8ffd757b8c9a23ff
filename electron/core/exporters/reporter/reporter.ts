import * as v from 'valibot';
import type { ReporterSettings } from '../../../../shared/reporter.ts';
import { englishOf, sentence, stated } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import type { ExporterState } from '../../../../shared/slices.ts';
import { TokwattError, messageOf, systemCode } from '../../errors.ts';
import type { Exporter, ExporterContext, ExporterMemory } from '../exporter.ts';
import { viewCounters } from '../../records/totals/view.ts';
import { gpuFacts, machineFacts, usagePayload } from '../../records/totals/usage-payload.ts';
import { areTallies, talliesSince } from './tallies.ts';
import type { Tallies } from './tallies.ts';

const TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
/** First wait after a failure, milliseconds. Later waits grow up to the interval. */
const FIRST_RETRY_MS = MINUTE_MS;

const memorySchema = v.object({
  /** The address of the last report. A new address starts a new period. */
  url: v.string(),
  since: v.number(),
  told: v.custom<Tallies>(areTallies),
});
type Memory = v.InferOutput<typeof memorySchema>;

/** The usage payload of a period, and since when it counts (Unix milliseconds). */
export interface Report extends Tallies {
  readonly since: number;
}

/** The totals since the first start, with the present version, time and system. */
export type Payload = () => Tallies & Readonly<Record<string, unknown>>;

/** Returns a function that creates the payload of all totals at the time of the call. */
export function currentPayload({
  version,
  stats,
  snapshot,
}: Pick<ExporterContext, 'version' | 'stats' | 'snapshot'>): Payload {
  let machine: ReturnType<typeof machineFacts> | null = null;
  return () => {
    machine ??= machineFacts();
    const system = { ...machine, gpus: gpuFacts(snapshot().state.gpu) };
    const { ever } = viewCounters(stats());
    return { ...usagePayload(ever, { version, time: Date.now(), system }) };
  };
}

/**
 * Exactly what would be sent now. With no report sent yet, the period begins when the reporter is
 * turned on, so the preview shows the payload of an empty one.
 */
export function previewReport(
  memory: ExporterMemory,
  url: string | null,
  payload: Payload,
  now: number,
): Report {
  const totals = payload();
  const known = remembered(memory, url);
  return report(totals, known ?? { since: now, told: totals });
}

/** Sends the usage of each period to an address the user set, and once more at the end. */
export function createReporter(
  context: ExporterContext,
  settings: ReporterSettings,
  payload: Payload,
): readonly Exporter[] {
  const memory = context.memory('reporter');
  if (settings.url === null) {
    // Exchanges that finish while it is off are never reported.
    if (Object.keys(memory.read()).length > 0) memory.write({});
    return [];
  }
  return [new Reporter(context, { ...settings, url: settings.url }, payload)];
}

class Reporter implements Exporter {
  readonly #context: ExporterContext;
  readonly #settings: ReporterSettings & { readonly url: string };
  readonly #payload: Payload;
  readonly #memory: ExporterMemory;
  #state: ExporterState = {
    name: 'reporter',
    status: 'starting',
    ...stated(null),
    lastSuccessAt: null,
    behind: null,
  };
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #limit: AbortController | null = null;
  #isOver = false;
  #failures = 0;

  constructor(
    context: ExporterContext,
    settings: ReporterSettings & { readonly url: string },
    payload: Payload,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#payload = payload;
    this.#memory = context.memory('reporter');
  }

  get state(): ExporterState {
    return this.#state;
  }

  start(): void {
    if (remembered(this.#memory, this.#settings.url) === null) this.#remember(this.#payload());
    this.#schedule();
  }

  async stop(limitMs: number, why: 'quit' | 'settings'): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // After a change of settings nothing more is sent, and a late answer must not write to the memory,
    // which belongs to the next reporter.
    if (why === 'settings') this.#giveUp();
    // A report in progress counts against the limit too.
    const limit = setTimeout(() => this.#giveUp(), limitMs);
    await (why === 'quit' ? this.#send() : this.#sending);
    clearTimeout(limit);
  }

  #giveUp(): void {
    this.#isOver = true;
    this.#limit?.abort();
  }

  #schedule(): void {
    const interval = this.#settings.intervalMinutes * MINUTE_MS;
    const retry = FIRST_RETRY_MS * 2 ** (this.#failures - 1);
    const wait = this.#failures === 0 ? interval : Math.min(interval, retry);
    this.#timer = setTimeout(() => {
      void this.#send().then(() => {
        if (this.#timer !== null) this.#schedule();
      });
    }, wait);
    this.#timer.unref();
  }

  /** Sends one report at a time, so no period is reported twice. */
  async #send(): Promise<void> {
    await this.#sending;
    if (this.#isOver) return;
    this.#sending = this.#sendOnce();
    await this.#sending;
  }

  async #sendOnce(): Promise<void> {
    const { url, headers } = this.#settings;
    const totals = this.#payload();
    const known = remembered(this.#memory, url) ?? { since: Date.now(), told: totals };
    const limit = new AbortController();
    this.#limit = limit;
    const timer = setTimeout(() => limit.abort(), TIMEOUT_MS).unref();
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: headersOf(headers, this.#context.version),
        body: JSON.stringify(report(totals, known)),
        // Redirects are not followed: the headers may contain a key for this address only.
        redirect: 'error',
        signal: limit.signal,
      });
      await answer.body?.cancel();
      if (!answer.ok) throw refusal(answer.status);
    } catch (error) {
      this.#failed(reasonOf(error));
      return;
    } finally {
      clearTimeout(timer);
    }
    this.#remember(totals);
    this.#failures = 0;
    this.#become({ ...stated(null), status: 'ok', lastSuccessAt: Date.now() });
  }

  #failed(reason: Message): void {
    this.#failures += 1;
    if (this.#failures === 1) {
      this.#context.log.warn({ reason: englishOf(reason) }, 'a usage report was not taken');
    }
    this.#become({ ...stated(sentence('report_not_taken', { reason })), status: 'failing' });
  }

  #remember(told: Tallies): void {
    const { totals, features, endpoints, architectures, apis, models } = told;
    const memory: Memory = {
      url: this.#settings.url,
      since: Date.now(),
      told: { totals, features, endpoints, architectures, apis, models },
    };
    this.#memory.write({ ...memory });
  }

  #become(change: Partial<ExporterState>): void {
    this.#state = { ...this.#state, ...change };
    this.#context.onChange();
  }
}

/** The answer's status is not a success. */
function refusal(status: number): TokwattError {
  return new TokwattError('report', sentence('report_status', { status: String(status) }));
}

/** Our headers replace the user's; names are compared without case. */
function headersOf(given: ReporterSettings['headers'], version: string): Headers {
  const headers = new Headers(given);
  headers.set('Content-Type', 'application/json');
  headers.set('User-Agent', `Tokwatt/${version}`);
  return headers;
}

function report(
  totals: Tallies & Readonly<Record<string, unknown>>,
  { since, told }: Pick<Memory, 'since' | 'told'>,
): Report {
  return { ...totals, since, ...talliesSince(totals, told) };
}

function remembered(memory: ExporterMemory, url: string | null): Memory | null {
  const known = v.safeParse(memorySchema, memory.read());
  return known.success && known.output.url === url ? known.output : null;
}

function reasonOf(error: unknown): Message {
  if (error instanceof TokwattError) return messageOf(error);
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return sentence('report_unanswered');
  return (
    systemCode(error.cause) ?? (error.cause instanceof Error ? error.cause.message : error.message)
  );
}
