/** What clients asked for, and when they were seen. */
import type { ClientDimension } from '../../../../shared/clients.ts';
import { bytes, numbers } from './columns.ts';
import type { Db } from './database.ts';
import type { NameReader } from './names.ts';
import type { Sums } from './query-schemas.ts';
import { SUMS, sumsOf } from './rollup-query.ts';
import { asNumber, asText } from './sql-values.ts';

/** Where the sums of a kind of clients are. */
export const CLIENT_SUMS: Readonly<
  Record<ClientDimension, { readonly table: string; readonly column: string }>
> = {
  application: { table: 'rollup', column: 'application' },
  key: { table: 'rollup', column: 'client_key' },
  process: { table: 'process_rollup', column: 'client_process' },
};

export interface ClientSumsQuery {
  readonly by: ClientDimension;
  /** Local days; both are included. */
  readonly fromDay: string;
  readonly toDay: string;
}

/** What one client asked of one model in the days of a query. */
export interface ClientModelSums extends Sums {
  /** Null for requests without the name. */
  readonly name: string | null;
  readonly model: string | null;
}

/** Returns the sums over some days, by client and model. */
export function readClientSums(
  db: Db,
  names: NameReader,
  { by, fromDay, toDay }: ClientSumsQuery,
): ClientModelSums[] {
  const { table, column } = CLIENT_SUMS[by];
  const rows = db.rows(
    `SELECT ${numbers(column, 'model')}, ${SUMS} FROM ${table} WHERE day >= ? AND day <= ?
     GROUP BY ${column}, model HAVING total(requests) > 0`,
    [fromDay, toDay],
  );
  return rows.map(([client, model, ...sums]) => ({
    name: names.value(asNumber(client)),
    model: names.value(asNumber(model)),
    ...sumsOf(sums),
  }));
}

export interface ClientTimesQuery {
  readonly by: ClientDimension;
  readonly names: readonly string[];
}

export interface ClientTime {
  readonly name: string;
  /** The local day of the first request in the daily sums; null if there is none. */
  readonly firstDay: string | null;
  /** When the last request of the stored rows ended, Unix milliseconds; null without rows. */
  readonly lastAt: number | null;
}

/** Returns when some clients were first and last seen. Rows are found by the client's own index. */
export function readClientTimes(
  db: Db,
  names: NameReader,
  { by, names: wanted }: ClientTimesQuery,
): ClientTime[] {
  const { table, column } = CLIENT_SUMS[by];
  const days = new Map(
    db
      .rows(`SELECT ${numbers(column)}, ${bytes('min(day)')} FROM ${table} GROUP BY ${column}`)
      .map(([id, day]) => [asNumber(id), asText(day)]),
  );
  const last = `SELECT ${numbers('max(completed_at)')} FROM activity WHERE ${column} = ?`;
  return wanted.map((name) => {
    const id = names.id(by, name) ?? -1;
    return { name, firstDay: days.get(id) ?? null, lastAt: db.number(last, [id]) };
  });
}
