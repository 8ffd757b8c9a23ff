import { join } from 'node:path';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { CaptureContent } from '../meter/capture-content.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import type { DeviceBooks } from '../hardware/energy/device-books.ts';
import { EnergyMinutes } from './energy-minutes.ts';
import { readBetween } from './ledger/read-rows.ts';
import { openLedger } from './ledger/open-ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ActivityPage, ActivityQuery, Clear } from './ledger/query-schemas.ts';
import { pageOf } from './page-of.ts';
import { hideSecrets } from './redaction/hide-secrets.ts';
import { within } from '../time-limit.ts';
import type { RecorderOptions } from './recorder-options.ts';
import { Recent } from './recent-records.ts';
import { TotalsStore } from './totals/checkpoint.ts';
import { fillGap } from './totals/stats.ts';
import type { Stats } from './totals/stats.ts';
import { uniteModels } from './totals/unite-models.ts';
import type { UpstreamKind } from './totals/unite-models.ts';

/** Longest wait for the ledger at the start, milliseconds. Traffic must not wait longer. */
const OPEN_MS = 3_000;
/** Longest wait for the last rows at the end, milliseconds. */
const CLOSE_MS = 1_500;
/** Number of ids reserved for the rows of a ledger that could not be read at the start. */
const GAP = 1_000_000;
/** Number of finished exchanges kept in memory. */
const RECENT = 1_000;
const RECENT_AT_START = 500;

/**
 * Records finished exchanges in the totals, the ledger and the list of recent ones. Keeps the
 * totals' checkpoint consistent with the ledger, so that each record is counted exactly once.
 */
export class Recorder {
  readonly ledger: Ledger;
  readonly #totals: TotalsStore;
  readonly #energy = new EnergyMinutes((samples) => this.ledger.appendDeviceEnergy(samples));
  readonly #recent = new Recent(RECENT);
  readonly #options: RecorderOptions;
  #nextId = 1;

  constructor(options: RecorderOptions) {
    const { dataDir, settings, document, log, now, onWarning } = options;
    this.#options = options;
    this.#totals = new TotalsStore(document, log, now);
    this.ledger = openLedger({
      file: join(dataDir, 'ledger.db'),
      log,
      retention: settings.current.retention,
      captureLimits: {
        get maxBodyBytes() {
          return settings.current.captures.maxBodyBytes;
        },
      },
      onWarning,
      onCommitted: (records) => this.#onSettled(records),
      onDropped: (records) => this.#onSettled(records),
      onReplaced: ({ lastId }) => this.#skipTo(lastId),
      onState: ({ status }) => {
        if (status === 'ok') void this.#fillGap();
        options.onChange('ledger');
      },
    });
    this.ledger.noteOllama(this.stats.ollamaUpstreams);
    settings.onChange(({ retention }) => this.ledger.setRetention(retention));
  }

  /** Salts the fingerprints of API keys. */
  get salt(): string {
    return this.#totals.salt;
  }

  get stats(): Stats {
    return this.#totals.stats;
  }

  get lastId(): number {
    return this.#nextId - 1;
  }

  nextId(): number {
    return this.#nextId++;
  }

  /**
   * Counts the ledger's rows that the checkpoint lacks. Must be called before the first record. If the
   * ledger cannot be read in time, ids are reserved for its rows, which are counted later.
   */
  async open(): Promise<void> {
    await within(OPEN_MS, this.ledger.ready);
    const last = this.ledger.lastId();
    const isCounted = last !== null && (await this.#catchUp(last));
    if (!isCounted) this.#nextId = this.#totals.reserveGap(GAP);
  }

  /**
   * `capture` is redacted by the ledger's writer. A record that is not complete is followed by
   * `complete`.
   */
  add(record: ActivityRecord, capture: CaptureContent | null, isComplete: boolean): void {
    this.#recent.add(record);
    this.#totals.add(record);
    this.ledger.append(record, isComplete);
    if (capture !== null) void this.#saveCapture(record, capture);
    this.#options.onChange('totals', 'recent', 'ledger');
  }

  /** Takes a record again, now with its energy, which may be unknown. */
  complete(record: ActivityRecord): void {
    this.ledger.complete(record);
    if (record.energyJoules === null) return;
    this.#recent.replace(record);
    this.#totals.complete(record);
    this.#options.onChange('totals', 'recent', 'ledger');
  }

  /** For once a second: notes exchanges in flight, the devices' energy, and that metering is on. */
  tick(inFlight: readonly LiveExchange[], books: readonly DeviceBooks[], isOn: boolean): void {
    this.ledger.noteInFlight(inFlight, isOn);
    this.#energy.note(Date.now(), books);
  }

  /** Changes the totals without a record (a new period, a job) and saves them at once. */
  update(change: (stats: Stats) => Stats): void {
    this.#totals.update(change);
    this.#totals.flush();
    this.#options.onChange('totals');
  }

  /**
   * Returns the kind of server whose rules apply to an upstream's model names. If it is not known
   * now (null), this is its last known kind.
   */
  namingOf(upstream: string, kind: string | null): string | null {
    return kind ?? (this.stats.ollamaUpstreams.includes(upstream) ? 'ollama' : null);
  }

  /** Takes the upstreams' recognised kinds, so that each model has one name in sums. */
  noteKinds(upstreams: readonly UpstreamKind[]): void {
    const { stats } = this;
    if (uniteModels(stats, upstreams) === stats) return;
    this.update((each) => uniteModels(each, upstreams));
    this.ledger.noteOllama(this.stats.ollamaUpstreams);
  }

  recentInference(limit: number): readonly ActivityRecord[] {
    return this.#recent.newestInference(limit);
  }

  /**
   * Returns a page of activity, including rows that are not stored yet. Without a readable ledger,
   * returns the newest records in memory if the query has no other conditions.
   */
  page(query: ActivityQuery & { limit: number }): Promise<ActivityPage<ActivityRecord>> {
    return pageOf(query, this.ledger, this.#recent);
  }

  /** Returns one exchange; null if there is none. */
  async byId(id: number): Promise<ActivityRecord | null> {
    return this.#recent.byId(id) ?? this.ledger.activity(id);
  }

  /** Deletes a part of the stored data. The totals since the first start stay. */
  async clear(what: Clear): Promise<void> {
    // A row that is deleted before its energy is stored would lack it in the daily sums.
    this.#options.completeAll();
    await this.ledger.flush();
    // Deleted rows cannot be replayed, so the checkpoint must contain them.
    this.#totals.flush();
    await this.ledger.clear(what);
    if (what === 'logs' || what === 'all') this.#recent.clear();
    this.#options.onChange('recent', 'ledger');
  }

  /** Stores what waits, for a moment after which nothing may follow: the system goes to sleep. */
  async save(): Promise<void> {
    this.#energy.flush();
    await this.ledger.flush();
    this.#totals.flush();
  }

  /** Stores waiting rows and saves the totals. */
  async close(): Promise<void> {
    this.#energy.flush();
    await this.ledger.close(CLOSE_MS);
    this.#totals.close();
  }

  async #saveCapture({ id, completedAt }: ActivityRecord, content: CaptureContent): Promise<void> {
    try {
      await this.ledger.saveCapture(id, completedAt, hideSecrets(content, this.#options.secrets()));
    } catch (error) {
      this.#options.log.warn({ error: String(error), id }, 'a capture was not stored');
    }
  }

  /** Counts the rows that the checkpoint lacks. Returns false if they cannot be read now. */
  async #catchUp(last: number): Promise<boolean> {
    try {
      await this.#fillGap();
      for await (const batch of this.ledger.recordsAfter(this.stats.lastId)) {
        for (const record of batch) this.#totals.replay(record);
      }
      this.#nextId = Math.max(last, this.stats.lastId) + 1;
      await this.#fillRecent();
      return true;
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'the ledger cannot be read yet');
      return false;
    }
  }

  /** Loads the newest rows of the ledger after the records that have come since. */
  async #fillRecent(): Promise<void> {
    const { rows } = await this.ledger.page({ inference: true, limit: RECENT_AT_START });
    this.#recent.addOlder(rows);
  }

  async #fillGap(): Promise<void> {
    const { gap } = this.stats;
    if (gap === null) return;
    try {
      const records = await readBetween(this.ledger, gap);
      this.#totals.update((stats) => fillGap(stats, records));
      this.#options.onChange('totals');
    } catch (error) {
      // The gap stays open. The next attempt is when the ledger opens again.
      this.#options.log.warn({ error: String(error) }, 'earlier rows are not counted yet');
    }
  }

  /** The records are stored or dropped, so fewer rows wait, and readers must see that. */
  #onSettled(records: readonly ActivityRecord[]): void {
    this.#totals.settle(records);
    this.#options.onChange('ledger');
  }

  /** Another ledger was imported. Its rows are listed, but not counted. */
  #skipTo(lastId: number): void {
    this.#nextId = Math.max(this.#nextId, lastId + 1);
    this.#totals.skipTo(lastId);
    this.#totals.flush();
    this.#recent.clear();
    this.#fillRecent()
      .catch(() => undefined)
      .finally(() => this.#options.onChange('totals', 'recent', 'ledger'));
  }
}
