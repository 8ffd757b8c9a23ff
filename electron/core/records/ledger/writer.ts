import { renameSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { append, readLastId } from './append.ts';
import { saveCapture } from './captures.ts';
import type { Db } from './database.ts';
import { saveEpisodes } from './episodes.ts';
import { LedgerFailure } from './failures.ts';
import { saveInsights } from './insights.ts';
import { saveOllamaUpstreams } from './model-names.ts';
import { NameWriter } from './names.ts';
import { openFile, setAside } from './open-file.ts';
import type { WriterCalls } from './ledger-calls.ts';
import type { Handlers } from './protocol.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import type { Retention } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';
import { uniteModels } from './unite-models.ts';

const IDLE_PAUSE_MS = 60_000;
/**
 * The pause after a capture. Captures are large, so the data that exceeds the limit is deleted
 * soon.
 */
const CAPTURE_PAUSE_MS = 5_000;
/** The pause between two cleanup steps, in which waiting rows are stored. */
const STEP_PAUSE_MS = 20;
/** The pause after a failure. The rows' own attempts show when the file works again. */
const FAILED_PAUSE_MS = 300_000;
/**
 * Most consecutive cleanup steps. With damaged keys, steps could repeat forever; the rest is done
 * later.
 */
const MAX_STEPS = 5_000;

interface Open {
  readonly db: Db;
  readonly names: NameWriter;
}

/** The writer thread. Only this thread changes the file. */
export class Writer implements Handlers<WriterCalls> {
  readonly #path: string;
  #open: Open | null = null;
  #retention: Retention = DEFAULT_RETENTION;
  #timer: NodeJS.Timeout | null = null;
  #due = Infinity;
  #steps = 0;

  constructor(path: string) {
    this.#path = path;
  }

  readonly open: Handlers<WriterCalls>['open'] = (input) => {
    this.#shut();
    this.#retention = input.retention;
    const now = Date.now();
    const aside = input.setAside ? setAside(this.#path, 'corrupt', now) : null;
    const opened = openFile(this.#path, now);
    const { db } = this.#use(opened.db);
    return { setAside: aside ?? opened.setAside, lastId: readLastId(db) };
  };

  readonly append: Handlers<WriterCalls>['append'] = (input) => {
    const { db, names } = this.#opened();
    return append(db, names, input);
  };

  readonly saveCapture: Handlers<WriterCalls>['saveCapture'] = ({ id, at, content }) => {
    saveCapture(this.#opened().db, id, at, content);
    this.#cleanUpIn(CAPTURE_PAUSE_MS);
  };

  readonly saveInsights: Handlers<WriterCalls>['saveInsights'] = (insights) => {
    saveInsights(this.#opened().db, insights);
  };

  readonly saveEpisodes: Handlers<WriterCalls>['saveEpisodes'] = (episodes) => {
    saveEpisodes(this.#opened().db, episodes);
  };

  readonly clear: Handlers<WriterCalls>['clear'] = (what) => {
    clear(this.#opened().db, what);
    this.#cleanUpIn(STEP_PAUSE_MS);
  };

  readonly setRetention: Handlers<WriterCalls>['setRetention'] = (retention) => {
    this.#retention = retention;
    this.#cleanUpIn(STEP_PAUSE_MS);
  };

  readonly noteOllama: Handlers<WriterCalls>['noteOllama'] = async (upstreams) => {
    const { db, names } = this.#opened();
    saveOllamaUpstreams(db, upstreams);
    for (const upstream of upstreams) {
      for (const step of uniteModels(db, names, upstream)) {
        // Between two steps, waiting rows are stored, and the file may be closed.
        await nextTurn(step);
        if (this.#open?.db !== db) return;
      }
    }
  };

  readonly replace: Handlers<WriterCalls>['replace'] = (incoming) => {
    this.#opened().db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#shut();
    const now = Date.now();
    const aside = setAside(this.#path, 'before-import', now);
    try {
      renameSync(incoming, this.#path);
      const { db } = this.#use(openFile(this.#path, now).db);
      return { setAside: aside, lastId: readLastId(db) };
    } catch (error) {
      for (const suffix of ['-wal', '-shm']) rmSync(this.#path + suffix, { force: true });
      renameSync(aside, this.#path);
      this.#use(openFile(this.#path, now).db);
      throw error;
    }
  };

  readonly close: Handlers<WriterCalls>['close'] = () => {
    this.#shut();
  };

  #use(db: Db): Open {
    this.#open = { db, names: new NameWriter(db) };
    this.#cleanUpIn(IDLE_PAUSE_MS);
    return this.#open;
  }

  #opened(): Open {
    if (this.#open === null) throw new LedgerFailure('other', 'The ledger is not open.');
    return this.#open;
  }

  #shut(): void {
    this.#stopCleaning();
    this.#open?.db.close();
    this.#open = null;
  }

  /** Moves the next step to an earlier time, never to a later one. */
  #cleanUpIn(pauseMs: number): void {
    const due = performance.now() + pauseMs;
    if (due >= this.#due) return;
    this.#stopCleaning();
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#stopCleaning();
      this.#cleanUpIn(this.#step());
    }, pauseMs);
  }

  #stopCleaning(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = Infinity;
  }

  #step(): number {
    try {
      const { db, names } = this.#opened();
      const isDone = !housekeep(db, names, this.#retention, Date.now());
      this.#steps = isDone || this.#steps >= MAX_STEPS ? 0 : this.#steps + 1;
      if (isDone) return IDLE_PAUSE_MS;
      return this.#steps === 0 ? FAILED_PAUSE_MS : STEP_PAUSE_MS;
    } catch {
      return FAILED_PAUSE_MS;
    }
  }
}
