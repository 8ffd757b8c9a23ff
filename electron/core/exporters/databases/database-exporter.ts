import { englishOf, stated } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import type { ExporterState } from '../../../../shared/slices.ts';
import { TokwattError, messageOf } from '../../errors.ts';
import { within } from '../../time-limit.ts';
import type { Exporter, ExporterContext } from '../exporter.ts';
import type { SinkDatabase } from './database.ts';
import { SinkCheckpoint } from './sink-checkpoint.ts';
import { sendRollups } from './rollup-sender.ts';

/** Time between two checks for new rows, milliseconds. */
const PACE_MS = 1_000;
/** Time between two transfers of the daily sums, which are sent as a whole. */
const ROLLUPS_MS = 60_000;
/** Wait after a failure. It doubles with each further failure, up to the maximum. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** Time between two writes of the checkpoint, which block the event loop. */
const SAVE_MS = 10_000;

/**
 * Copies the ledger to a database: first the rows that were missed, then new ones every second. It
 * holds only one batch in memory. It saves its position, and the database ignores existing rows, so
 * an outage or crash on either side neither loses nor duplicates a row.
 */
export class SinkRunner implements Exporter {
  readonly #context: ExporterContext;
  readonly #database: SinkDatabase;
  readonly #checkpoint: SinkCheckpoint;
  #status: ExporterState['status'] = 'starting';
  #message: Message | null = null;
  #lastSuccessAt: number | null = null;
  #failures = 0;
  #rollupsDue = 0;
  #saveDue = 0;
  #running: Promise<void> | null = null;
  #stopping = false;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(context: ExporterContext, database: SinkDatabase) {
    this.#context = context;
    this.#database = database;
    this.#checkpoint = new SinkCheckpoint(context.memory(database.name));
  }

  /** `behind` is an upper bound: it includes ids whose rows were dropped or cleared. */
  get state(): ExporterState {
    const last = this.#context.ledger.lastId();
    return {
      name: this.#database.name,
      status: this.#status,
      ...stated(this.#message),
      lastSuccessAt: this.#lastSuccessAt,
      behind: last === null ? null : Math.max(0, last - this.#checkpoint.cursor),
    };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await within(limitMs, this.#finish());
    // A pass that is still running stops at its next batch, and its result is ignored.
    this.#closed = true;
    this.#checkpoint.save();
    this.#database.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#pass();
        await this.#pause(PACE_MS);
      } catch (error) {
        this.#fail(error);
        await this.#pause(retryDelay(this.#failures));
      }
    }
  }

  /** Does not wait for a database that is failing. The rows stay in the ledger. */
  async #finish(): Promise<void> {
    await this.#running;
    if (this.#closed || this.#status === 'failing') return;
    try {
      await this.#context.ledger.flush();
      this.#rollupsDue = 0;
      await this.#pass();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #pass(): Promise<void> {
    if (!this.#database.connected) this.#checkpoint.lowerTo(await this.#database.connect());
    await this.#sendExchanges();
    if (this.#closed) {
      this.#database.close();
      return;
    }
    if (this.#checkpoint.rollupsFrom !== null && performance.now() >= this.#rollupsDue) {
      await this.#sendRollups(this.#checkpoint.rollupsFrom);
    }
    this.#goesWell();
  }

  async #sendExchanges(): Promise<void> {
    const { ledger } = this.#context;
    const { batchRows } = this.#database;
    // A row is sent once, so it waits for its energy.
    const last = ledger.lastCompleteId();
    if (last === null) return;
    // The ledger was replaced by another one. The database recognizes rows that are sent twice by
    // their key.
    if (last < this.#checkpoint.cursor) this.#checkpoint.lowerTo(last);
    if (last === this.#checkpoint.cursor) return;
    for await (const records of ledger.recordsAfter(this.#checkpoint.cursor, last + 1)) {
      for (let sent = 0; sent < records.length; sent += batchRows) {
        const batch = records.slice(sent, sent + batchRows);
        if (this.#closed) return;
        await this.#database.addExchanges(batch);
        this.#checkpoint.advance(batch);
        this.#arrived();
      }
    }
    // The remaining ids belong to rows that were dropped or cleared.
    if (!this.#closed) this.#checkpoint.skipTo(last);
  }

  async #sendRollups(fromDay: string): Promise<void> {
    await sendRollups(this.#context.ledger, this.#database, fromDay);
    this.#checkpoint.rollupsFrom = null;
    this.#rollupsDue = performance.now() + ROLLUPS_MS;
    this.#arrived();
  }

  #arrived(): void {
    this.#lastSuccessAt = Date.now();
    this.#goesWell();
    this.#context.onChange();
  }

  #goesWell(): void {
    this.#failures = 0;
    this.#setStatus('ok');
    if (performance.now() < this.#saveDue) return;
    this.#saveDue = performance.now() + SAVE_MS;
    this.#checkpoint.save();
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#failures += 1;
    const message = error instanceof TokwattError ? messageOf(error) : oneLine(String(error));
    if (!this.#isTold(message)) {
      const fields = { sink: this.#database.name, error: englishOf(message) };
      this.#context.log.warn(fields, 'a database does not accept rows; they wait in the ledger');
    }
    this.#setStatus('failing', message);
  }

  #setStatus(status: ExporterState['status'], message: Message | null = null): void {
    if (status === this.#status && this.#isTold(message)) return;
    if (status === 'ok') this.#context.log.info({ sink: this.#database.name }, 'a database is fed');
    this.#status = status;
    this.#message = message;
    this.#context.onChange();
  }

  #isTold(message: Message | null): boolean {
    return stated(message).message === stated(this.#message).message;
  }

  /** Returns early when the exporter stops. */
  async #pause(ms: number): Promise<void> {
    if (this.#stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Half of the delay is random, so that many Tokwatts do not reconnect at the same time. */
function retryDelay(failures: number): number {
  const full = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failures - 1));
  return full * (0.5 + Math.random() / 2);
}

function oneLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 300) ?? '';
}
