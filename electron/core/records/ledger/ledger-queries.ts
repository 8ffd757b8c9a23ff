import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { StoredCapture } from './captures.ts';
import type { InputOf, OutputOf, ReaderOps } from './protocol.ts';
import type {
  ActivityFilter,
  ActivityPage,
  ActivityQuery,
  ExportQuery,
  GpuPoint,
  GpuQuery,
  StorageSummary,
  NameKind,
  Percentiles,
  RollupQuery,
  RollupRow,
  Series,
  SeriesQuery,
  TopQuery,
  TopRow,
} from './query-schemas.ts';

const REPLAY_BATCH = 500;

/** The part of a ledger that only asks; documented at `Ledger`. */
export abstract class LedgerQueries {
  protected abstract read<K extends Exclude<keyof ReaderOps, 'close'>>(
    op: K,
    input: InputOf<ReaderOps, K>,
  ): Promise<OutputOf<ReaderOps, K>>;

  async *recordsAfter(id: number, before = Infinity): AsyncIterable<readonly ActivityRecord[]> {
    for (let last = id; ;) {
      const found = await this.read('recordsAfter', { id: last, limit: REPLAY_BATCH });
      const records = found.filter((record) => record.id < before);
      if (records.length > 0) yield records;
      const end = records.at(-1);
      if (end === undefined || found.length < REPLAY_BATCH || records.length < found.length) return;
      last = end.id;
    }
  }

  page(query: ActivityQuery): Promise<ActivityPage<ActivityRecord>> {
    return this.read('page', query);
  }

  activity(id: number): Promise<ActivityRecord | null> {
    return this.read('activity', id);
  }

  names(kind: NameKind): Promise<readonly string[]> {
    return this.read('names', kind);
  }

  series(query: SeriesQuery): Promise<Series> {
    return this.read('series', query);
  }

  percentiles(filter: ActivityFilter): Promise<Percentiles> {
    return this.read('percentiles', filter);
  }

  rollups(query: RollupQuery): Promise<readonly RollupRow[]> {
    return this.read('rollups', query);
  }

  top(query: TopQuery): Promise<readonly TopRow[]> {
    return this.read('top', query);
  }

  gpu(query: GpuQuery): Promise<readonly GpuPoint[]> {
    return this.read('gpu', query);
  }

  storageSummary(): Promise<StorageSummary> {
    return this.read('storageSummary', null);
  }

  readCapture(id: number): Promise<StoredCapture | null> {
    return this.read('readCapture', id);
  }

  async *exportRows(query: ExportQuery): AsyncIterable<string> {
    for (let cursor: string | null = null; ;) {
      const chunk: OutputOf<ReaderOps, 'exportChunk'> = await this.read('exportChunk', {
        query,
        cursor,
      });
      if (chunk.text !== '') yield chunk.text;
      cursor = chunk.next;
      if (cursor === null) return;
    }
  }
}
