import { open } from 'node:fs/promises';
import type { HourlySourceState } from '../../../shared/cost-report.ts';
import type { HourlySettings } from '../../../shared/cost-settings.ts';
import { inEnglish, plain, sentence, stated } from '../../../shared/sentences.ts';
import type { Message, PlainCode, Sentence } from '../../../shared/sentences.ts';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { watchFile } from '../startup/file-watch.ts';
import type { HourlyPriceStore } from './hourly-prices.ts';
import { PriceListFault, parseHourlyPrices } from './parse-hourly-prices.ts';
import { HOUR_MS } from './tariff.ts';

/** Largest list, bytes. It is parsed on the main loop. */
const MAX_BYTES = 2_000_000;
const TIMEOUT_MS = 20_000;
/** Lists of the next day are published once a day, at an hour that differs by market. */
const FETCH_MS = 3 * HOUR_MS;
const FIRST_RETRY_MS = 300_000;
const LAST_RETRY_MS = 6 * HOUR_MS;

export interface HourlySourceOptions {
  readonly store: HourlyPriceStore;
  readonly log: Log;
  /** Shows a message to the user; null removes it. */
  readonly tell: (message: Message | null) => void;
  readonly onPrices: () => void;
  /** The first wait after a failure, milliseconds; five minutes by default. */
  readonly firstRetryMs?: number;
}

/** Reads hourly prices from a file, which it watches, or from an address, which it asks rarely. */
export class HourlySource {
  readonly #options: HourlySourceOptions;
  #wanted: { readonly key: string; readonly settings: HourlySettings } | null = null;
  #end = (): void => undefined;
  #failures = 0;
  #state: Omit<HourlySourceState, 'knownUntil'> = OFF;

  constructor(options: HourlySourceOptions) {
    this.#options = options;
  }

  get state(): HourlySourceState {
    const last = this.#wanted === null ? null : this.#options.store.lastHour(this.#wanted.key);
    return { ...this.#state, knownUntil: last === null ? null : (last + 1) * HOUR_MS };
  }

  /** Follows a source; null follows none. A source that did not change is not read again. */
  apply(wanted: { readonly key: string; readonly settings: HourlySettings } | null): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.stop();
    this.#wanted = wanted;
    this.#failures = 0;
    this.#state = wanted === null ? OFF : { ...OFF, status: 'starting' };
    this.#options.tell(null);
    if (wanted === null) return;
    const { file } = wanted.settings;
    if (file !== null) {
      const onChange = (): void => void this.#read();
      this.#end = watchFile({ path: file, onChange, log: this.#options.log });
    }
    void this.#read();
  }

  stop(): void {
    this.#end();
    this.#end = () => undefined;
    this.#wanted = null;
  }

  async #read(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return;
    const { file, url } = wanted.settings;
    let problem: Sentence | null = null;
    try {
      const text = file === null ? await fetched(wanted.settings) : await contentOf(file);
      // The settings may have changed meanwhile.
      if (this.#wanted !== wanted) return;
      const hour = Math.floor(Date.now() / HOUR_MS);
      this.#options.store.add(wanted.key, parseHourlyPrices(text, wanted.settings), hour);
    } catch (error) {
      if (this.#wanted !== wanted) return;
      const source = file ?? placeOf(url ?? '');
      problem = sentence('prices_not_read', { source, reason: reasonOf(error) });
    }
    this.#finish(problem);
    if (file === null) this.#schedule();
  }

  #finish(problem: Sentence | null): void {
    const { log, tell, onPrices } = this.#options;
    const lastSuccessAt = problem === null ? Date.now() : this.#state.lastSuccessAt;
    this.#failures = problem === null ? 0 : this.#failures + 1;
    if (problem !== null && this.#failures === 1) log.warn({}, inEnglish(problem));
    this.#state = {
      status: problem === null ? 'ok' : 'failing',
      ...stated(problem),
      lastSuccessAt,
    };
    tell(problem);
    if (problem === null) onPrices();
  }

  #schedule(): void {
    const first = this.#options.firstRetryMs ?? FIRST_RETRY_MS;
    const retry = Math.min(LAST_RETRY_MS, first * 2 ** (this.#failures - 1));
    const wait = this.#failures === 0 ? FETCH_MS : retry;
    const timer = setTimeout(() => void this.#read(), wait).unref();
    this.#end = () => clearTimeout(timer);
  }
}

const OFF = { status: 'off', message: null, messageSentence: null, lastSuccessAt: null } as const;

async function contentOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new PriceListFault(TOO_LARGE);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function fetched({ url, headers }: HourlySettings): Promise<string> {
  const answer = await fetch(url ?? '', {
    headers,
    // A redirect could lead to a server that must not see the headers.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new PriceListFault(sentence('prices_status', { status: String(answer.status) }));
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > MAX_BYTES) throw new PriceListFault(TOO_LARGE);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const TOO_LARGE = sentence('prices_too_large', { size: String(MAX_BYTES / 1_000_000) });

/** Without the query, which may hold a key. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** One sentence. Messages of fetch are not shown, because they may quote the address. */
/** What a code of the system means to the user. */
const CODES: Readonly<Record<string, PlainCode>> = {
  ENOENT: 'prices_no_file',
  EACCES: 'prices_denied',
  EISDIR: 'prices_folder',
  ECONNREFUSED: 'prices_no_answer',
  ENOTFOUND: 'prices_no_name',
};

function reasonOf(error: unknown): Message {
  if (error instanceof PriceListFault) return error.said ?? error.message;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = systemCode(error) ?? systemCode(cause);
  if (code !== null) {
    const known = CODES[code];
    return known === undefined ? sentence('prices_code', { code }) : plain(known);
  }
  if (error instanceof Error && error.name === 'TimeoutError') return sentence('prices_late');
  return cause instanceof Error && cause.message === 'unexpected redirect'
    ? sentence('prices_redirect')
    : sentence('prices_unreadable');
}
