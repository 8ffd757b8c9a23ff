import * as v from 'valibot';
import type { ReporterSettings } from '../../../../shared/reporter.ts';
import type { ExporterState } from '../../../../shared/slices.ts';
import { systemCode } from '../../errors.ts';
import type { Exporter, ExporterContext, ExporterMemory } from '../exporter.ts';
import { viewCounters } from '../../records/totals/view.ts';
import { gpuFacts, machineFacts, usagePayload } from '../../records/totals/usage-payload.ts';
import { areTallies, talliesSince } from './tallies.ts';
import type { Tallies } from './tallies.ts';

const TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
/** After a failure it is tried again this soon at first, then at the interval's pace at most. */
const FIRST_RETRY_MS = MINUTE_MS;

const memorySchema = v.object({
  /** The address that was told last; another one begins with a period of its own. */
  url: v.string(),
  since: v.number(),
  told: v.custom<Tallies>(areTallies),
});
type Memory = v.InferOutput<typeof memorySchema>;

/** The usage payload of a period, and since when it counts (Unix milliseconds). */
export interface Report extends Tallies {
  readonly since: number;
}

/** What the reporter says: all totals since ever, with the version, time and system of now. */
export type Payload = () => Tallies & Readonly<Record<string, unknown>>;

/** The payload of all totals since ever, as the program knows them when it is called. */
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
    // What is counted while it is off is never told.
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
    message: null,
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
    // A user who turned it off wants nothing told any more, and what comes next has the memory for
    // itself: a late answer must not write there.
    if (why === 'settings') this.#giveUp();
    // What is under way already counts against the limit too.
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

  /** One report at a time: a period must not be told twice. */
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
        // The headers may hold a key, and are for this address only.
        redirect: 'error',
        signal: limit.signal,
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    } catch (error) {
      this.#failed(error);
      return;
    } finally {
      clearTimeout(timer);
    }
    this.#remember(totals);
    this.#failures = 0;
    this.#become({ status: 'ok', message: null, lastSuccessAt: Date.now() });
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    const reason = reasonOf(error);
    if (this.#failures === 1) this.#context.log.warn({ reason }, 'a usage report was not taken');
    const message = `The report was not taken: ${reason}. Its counts go into the next one; check reporter.url if this stays.`;
    this.#become({ status: 'failing', message });
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

/** Ours take the place of given ones, in whatever case those are written. */
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return 'no answer in time';
  return (
    systemCode(error.cause) ?? (error.cause instanceof Error ? error.cause.message : error.message)
  );
}
