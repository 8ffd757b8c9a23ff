import type { ActivityRecord } from '../../../../shared/usage.ts';
import { QUERIES } from './ledger-calls.ts';
import type { QueryCalls, ReaderCalls } from './ledger-calls.ts';
import { remote } from './protocol.ts';
import type { InputOf, OutputOf, Remote } from './protocol.ts';
import type { ExportQuery } from './query-schemas.ts';

const REPLAY_BATCH = 500;

abstract class Queries {
  constructor() {
    Object.assign(
      this,
      remote(QUERIES, (name, input) => this.read(name, input)),
    );
  }

  protected abstract read<K extends keyof ReaderCalls>(
    name: K,
    input: InputOf<ReaderCalls, K>,
  ): Promise<OutputOf<ReaderCalls, K>>;

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

  async *exportRows(query: ExportQuery): AsyncIterable<string> {
    for (let cursor: string | null = null; ;) {
      const chunk: OutputOf<ReaderCalls, 'exportChunk'> = await this.read('exportChunk', {
        query,
        cursor,
      });
      if (chunk.text !== '') yield chunk.text;
      cursor = chunk.next;
      if (cursor === null) return;
    }
  }
}

/** The read-only part of a ledger: a method for each of {@link QUERIES}, and loops over them. */
export const LedgerQueries = Queries as abstract new () => Queries & Remote<QueryCalls>;
