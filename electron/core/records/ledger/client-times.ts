/** When clients were first and last seen. */
import { bytes, numbers } from './columns.ts';
import type { Db } from './database.ts';
import type { NameReader } from './names.ts';
import { asNumber, asText } from './sql-values.ts';

export interface ClientTimesQuery {
  readonly by: 'application' | 'key';
  readonly names: readonly string[];
}

export interface ClientTime {
  readonly name: string;
  /** The local day of the first request in the daily sums; null if there is none. */
  readonly firstDay: string | null;
  /** When the last request of the stored rows ended, Unix milliseconds; null without rows. */
  readonly lastAt: number | null;
}

/** Returns the times of some clients. Rows are found by the client's own index. */
export function readClientTimes(
  db: Db,
  names: NameReader,
  { by, names: wanted }: ClientTimesQuery,
): ClientTime[] {
  const column = by === 'key' ? 'client_key' : 'application';
  const days = new Map(
    db
      .rows(`SELECT ${numbers(column)}, ${bytes('min(day)')} FROM rollup GROUP BY ${column}`)
      .map(([id, day]) => [asNumber(id), asText(day)]),
  );
  const last = `SELECT ${numbers('max(completed_at)')} FROM activity WHERE ${column} = ?`;
  return wanted.map((name) => {
    const id = names.id(by, name) ?? -1;
    return { name, firstDay: days.get(id) ?? null, lastAt: db.number(last, [id]) };
  });
}
