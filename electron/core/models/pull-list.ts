import { randomUUID } from 'node:crypto';
import type { ModelPull, PullStatus } from '../../../shared/model-pulls.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import { TokwattError, messageOf } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { Models, Wanted } from './models.ts';
import type { PullProgress } from './pull.ts';
import { NO_ERROR, errorOf, readPulls, restingPull } from './pull-entry.ts';
import type { StoredPull } from './pull-entry.ts';
import { PullMeter } from './pull-meter.ts';
import { sameModel } from './same-model.ts';

/** Most downloads in the list. The oldest that do not run are forgotten. */
const MAX_KEPT = 50;

interface Run {
  readonly meter: PullMeter;
  readonly abort: AbortController;
}

interface Entry {
  stored: StoredPull;
  run: Run | null;
}

export type PullWanted = Wanted & { readonly insecure: boolean };

export interface PullListOptions {
  readonly models: Pick<Models, 'pull'>;
  /** Keeps the list between runs. */
  readonly document: JsonDocument;
  readonly log: Log;
  /** The list or the progress has changed. */
  readonly onChange: () => void;
  /** An upstream has a new model. */
  readonly onDone: (upstream: string) => void;
}

/**
 * The downloads that run on their own. Pausing closes the connection: Ollama keeps what has
 * arrived, and continues there when the same download is requested again. All errors are
 * TokwattErrors with a status.
 */
export class PullList {
  readonly #options: PullListOptions;
  /** Newest first. */
  #entries: Entry[];

  constructor(options: PullListOptions) {
    this.#options = options;
    const stored = readPulls(options.document.read().pulls);
    this.#entries = stored.map((each) => ({ stored: each, run: null }));
  }

  /** Newest first. */
  get all(): readonly ModelPull[] {
    return this.#entries.map(viewOf);
  }

  /**
   * Starts a download, or resumes the one of this model that is in the list. Throws `pulling` (409)
   * if it runs, and what `Models.pull` throws; then it is not listed.
   */
  async start(wanted: PullWanted): Promise<ModelPull> {
    const run = newRun();
    const { progress, upstream } = await this.#options.models.pull(wanted, run.abort.signal);
    const { model, insecure } = wanted;
    const known = this.#entries.find(
      ({ stored }) => stored.upstream === upstream && sameModel(stored.model, model),
    );
    if (known !== undefined && known.run !== null) {
      // The same model under another of its names.
      run.abort.abort();
      throw conflict('pulling', sentence('pull_runs_at', { model, upstream }));
    }
    const entry = known ?? this.#add({ upstream, model, insecure });
    this.#begin(entry, run);
    void this.#follow(entry, run, progress);
    return viewOf(entry);
  }

  /** Throws `not_found` (404), or `not_running` (409) if it does not run. */
  pause(id: string): ModelPull {
    const entry = this.#running(id, 'pause');
    this.#end(entry, 'paused');
    return viewOf(entry);
  }

  /** Throws `not_found` (404), `pulling` (409) if it runs, and what `Models.pull` throws. */
  async resume(id: string): Promise<ModelPull> {
    const entry = this.#find(id);
    const { upstream, model, insecure, status } = entry.stored;
    if (status === 'done') {
      throw conflict('not_running', sentence('pull_done', { model, upstream }));
    }
    if (entry.run !== null) {
      throw conflict('pulling', sentence('pull_runs', { model }));
    }
    const run = newRun();
    this.#begin(entry, run);
    try {
      const wanted = { upstream, model, insecure };
      const { progress } = await this.#options.models.pull(wanted, run.abort.signal);
      void this.#follow(entry, run, progress);
    } catch (error) {
      this.#fail(entry, run, error);
      throw error;
    }
    return viewOf(entry);
  }

  /**
   * Stops a download for good. What has arrived stays with the server, which deletes it later.
   * Throws `not_found` (404), or `not_running` (409) if it has ended.
   */
  cancel(id: string): ModelPull {
    const entry = this.#find(id);
    if (['done', 'cancelled'].includes(entry.stored.status)) {
      throw conflict('not_running', sentence('pull_ended', { model: entry.stored.model }));
    }
    this.#end(entry, 'cancelled');
    return viewOf(entry);
  }

  /** Removes a download from the list; one that runs is cancelled. Throws `not_found` (404). */
  remove(id: string): void {
    const entry = this.#find(id);
    if (entry.run !== null) this.#end(entry, 'cancelled');
    this.#entries = this.#entries.filter((each) => each !== entry);
    this.#changed();
  }

  /** For once a second: a download that receives nothing gets slower too. */
  tick(): void {
    if (this.#entries.some(({ run }) => run !== null)) this.#options.onChange();
  }

  /** Closes all connections. The downloads can be resumed after the next start. */
  close(): void {
    for (const entry of this.#entries) if (entry.run !== null) this.#end(entry, 'interrupted');
  }

  #find(id: string): Entry {
    const entry = this.#entries.find(({ stored }) => stored.id === id);
    if (entry !== undefined) return entry;
    throw new TokwattError('not_found', sentence('no_pull', { id }), { status: 404 });
  }

  #running(id: string, verb: string): Entry {
    const entry = this.#find(id);
    if (entry.run !== null) return entry;
    const { model, status } = entry.stored;
    throw conflict('not_running', sentence('pull_not_running', { model, status, verb }));
  }

  #add(wanted: Pick<StoredPull, 'upstream' | 'model' | 'insecure'>): Entry {
    const blank = { status: 'running' as const, words: null, endedAt: null, ...NO_ERROR };
    const bytes = { completedBytes: null, totalBytes: null };
    const stored = { id: randomUUID(), ...wanted, ...blank, ...bytes, startedAt: Date.now() };
    const entry = { stored, run: null };
    this.#entries = [entry, ...this.#entries];
    return entry;
  }

  #begin(entry: Entry, run: Run): void {
    const { status } = entry.stored;
    const again = ['done', 'cancelled'].includes(status) ? { startedAt: Date.now() } : {};
    entry.run = run;
    entry.stored = { ...entry.stored, ...again, status: 'running', endedAt: null, ...NO_ERROR };
    this.#changed();
  }

  async #follow(entry: Entry, run: Run, progress: AsyncGenerator<PullProgress>): Promise<void> {
    try {
      for await (const step of progress) {
        if (entry.run !== run) return;
        run.meter.add(step, performance.now());
        entry.stored = { ...entry.stored, words: step.status };
        this.#options.onChange();
      }
      if (entry.run !== run) return;
      this.#end(entry, 'done');
      this.#options.onDone(entry.stored.upstream);
    } catch (error) {
      if (entry.run === run && !(error instanceof TokwattError)) {
        this.#options.log.error({ error: String(error) }, 'a download failed');
      }
      this.#fail(entry, run, error);
    }
  }

  /** A run that was paused or cancelled ends with an error too, which does not count. */
  #fail(entry: Entry, run: Run, error: unknown): void {
    if (entry.run === run) this.#end(entry, 'failed', wordsOf(error));
  }

  #end(entry: Entry, status: PullStatus, error: Message | null = null): void {
    const { run } = entry;
    const reached = run?.meter.figures(performance.now());
    const { completedBytes, totalBytes } = entry.stored;
    entry.stored = {
      ...entry.stored,
      ...{ status, endedAt: Date.now() },
      ...errorOf(error),
      completedBytes: reached?.completedBytes ?? completedBytes,
      totalBytes: reached?.totalBytes ?? totalBytes,
    };
    entry.run = null;
    run?.abort.abort();
    this.#changed();
  }

  #changed(): void {
    const ended = this.#entries.filter(({ run }) => run === null).slice(MAX_KEPT);
    this.#entries = this.#entries.filter((entry) => !ended.includes(entry));
    this.#options.onChange();
    try {
      this.#options.document.write({ pulls: this.#entries.map(({ stored }) => stored) });
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'the list of downloads was not saved');
    }
  }
}

function newRun(): Run {
  return { meter: new PullMeter(), abort: new AbortController() };
}

function viewOf({ stored, run }: Entry): ModelPull {
  const pull = restingPull(stored);
  if (run === null) return pull;
  const { completedBytes, totalBytes, ...pace } = run.meter.figures(performance.now());
  return {
    ...{ ...pull, ...pace },
    // Until a resumed download names its layers, what was known before stays.
    completedBytes: completedBytes ?? pull.completedBytes,
    totalBytes: totalBytes ?? pull.totalBytes,
  };
}

function wordsOf(error: unknown): Message {
  return error instanceof TokwattError ? messageOf(error) : sentence('pull_failed');
}

function conflict(code: string, message: Message): TokwattError {
  return new TokwattError(code, message, { status: 409 });
}
