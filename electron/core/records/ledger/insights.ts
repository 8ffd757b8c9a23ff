/** What explains slow answers, kept beside the rows. */
import { bytes } from './columns.ts';
import type { Db } from './database.ts';
import { asText } from './sql-values.ts';

/**
 * `at` is the completion time of the exchange. It tells an insight from that of another exchange
 * that got the same id after rows were lost. `insight` is JSON.
 */
export const INSIGHT_SQL = `
CREATE TABLE insight (
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  insight TEXT NOT NULL,
  PRIMARY KEY (id, kind)
) WITHOUT ROWID;
CREATE INDEX insight_time ON insight (at);
`;

/** An insight about one exchange. */
export interface StoredInsight {
  readonly id: number;
  /** When the exchange was completed, Unix milliseconds. */
  readonly at: number;
  readonly kind: string;
  readonly json: string;
}

const INSERT = 'INSERT OR REPLACE INTO insight (id, kind, at, insight) VALUES (?, ?, ?, ?)';
const OF_ROW = `SELECT ${bytes('insight')} FROM insight WHERE id = ? AND at = ?`;

/** Stores insights, replacing earlier ones of the same kind and exchange. */
export function saveInsights(db: Db, insights: readonly StoredInsight[]): void {
  db.transaction(() => {
    for (const { id, kind, at, json } of insights) db.run(INSERT, [id, kind, at, json]);
  });
}

/** Returns the JSON of each insight about an exchange. */
export function readInsights(db: Db, { id, at }: Pick<StoredInsight, 'id' | 'at'>): string[] {
  return db.rows(OF_ROW, [id, at]).flatMap(([json]) => {
    const text = asText(json);
    return text === null ? [] : [text];
  });
}
