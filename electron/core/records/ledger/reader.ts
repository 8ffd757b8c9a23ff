import { setImmediate as nextTurn } from 'node:timers/promises';
import { activityById, activityPage, recordsAfter } from './activity-page.ts';
import { readCapture } from './captures.ts';
import { bytes } from './columns.ts';
import type { Db } from './database.ts';
import { exportChunk } from './export.ts';
import { readStorageSummary } from './storage-summary.ts';
import { NameReader } from './names.ts';
import { openForReading } from './open-file.ts';
import { percentiles } from './percentiles.ts';
import type { OpHandlers, ReaderOps } from './protocol.ts';
import { readRollups, readTop } from './rollup-query.ts';
import { asText } from './rows.ts';
import { readGpuSeries, readSeries } from './series-query.ts';

const NAMES_OF = `SELECT ${bytes('value')} FROM name WHERE kind = ?
  ORDER BY value COLLATE NOCASE LIMIT 1000`;

/** The thread that answers questions, on a connection of its own beside the writer's. */
export class Reader implements OpHandlers<ReaderOps> {
  readonly #db: Db;
  readonly #names: NameReader;

  constructor(path: string) {
    this.#db = openForReading(path);
    this.#names = new NameReader(this.#db);
  }

  readonly page: OpHandlers<ReaderOps>['page'] = (query) =>
    activityPage(this.#db, this.#names, query);
  readonly activity: OpHandlers<ReaderOps>['activity'] = (id) =>
    activityById(this.#db, this.#names, id);
  readonly recordsAfter: OpHandlers<ReaderOps>['recordsAfter'] = (input) =>
    recordsAfter(this.#db, this.#names, input);
  readonly names: OpHandlers<ReaderOps>['names'] = (kind) =>
    this.#db.rows(NAMES_OF, [kind]).map(([value]) => asText(value) ?? '');
  readonly series: OpHandlers<ReaderOps>['series'] = (query) =>
    readSeries(this.#db, this.#names, query, Date.now(), () => nextTurn());
  readonly percentiles: OpHandlers<ReaderOps>['percentiles'] = (filter) =>
    percentiles(this.#db, this.#names, filter, () => nextTurn());
  readonly rollups: OpHandlers<ReaderOps>['rollups'] = (query) =>
    readRollups(this.#db, this.#names, query);
  readonly top: OpHandlers<ReaderOps>['top'] = (query) => readTop(this.#db, this.#names, query);
  readonly gpu: OpHandlers<ReaderOps>['gpu'] = (query) => readGpuSeries(this.#db, query);
  readonly storageSummary: OpHandlers<ReaderOps>['storageSummary'] = () =>
    readStorageSummary(this.#db);
  readonly readCapture: OpHandlers<ReaderOps>['readCapture'] = (id) => readCapture(this.#db, id);
  readonly exportChunk: OpHandlers<ReaderOps>['exportChunk'] = ({ query, cursor }) =>
    exportChunk(this.#db, this.#names, query, cursor, Date.now(), () => nextTurn());
  readonly close: OpHandlers<ReaderOps>['close'] = () => {
    this.#db.close();
    return null;
  };
}
