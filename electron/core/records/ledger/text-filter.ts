import type { Db, SqlValue } from './database.ts';

interface TextCondition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

interface TextSearch {
  readonly drivers: readonly { readonly index: string; readonly condition: TextCondition }[];
  readonly condition: TextCondition;
}

/** The fields that are searched: kind of name, column, and its index in the order of time. */
const SEARCHED: readonly (readonly [kind: string, column: string, index: string | null])[] = [
  ['model', 'model', 'activity_model'],
  ['endpoint', 'endpoint', 'activity_endpoint'],
  ['application', 'application', 'activity_application'],
  ['upstream', 'upstream', 'activity_upstream'],
  ['key', 'client_key', 'activity_key'],
  ['error', 'error', 'activity_error'],
  ['operation', 'operation', 'activity_operation'],
  ['api', 'api', 'activity_api'],
  ['architecture', 'architecture', null],
  ['finish', 'finish_reason', null],
  ['address', 'address', null],
  ['origin', 'origin', null],
  ['tag', 'tag', null],
  ['session', 'session', 'activity_session'],
  ['process', 'client_process', 'activity_process'],
];

/** Most names of a field that are compared with rows. The newest of them count. */
const MAX_NAMES = 5_000;
/** With more matching names than this, each row is checked instead. */
const MAX_DRIVERS = 16;

const FIND_KIND = `SELECT id FROM name WHERE kind = ? AND value LIKE ? ESCAPE '\\'
  ORDER BY id DESC LIMIT ${MAX_NAMES}`;

/** Searches the names, which are few, for a text, and then the rows with these names. */
export function textSearch(db: Db, text: string): TextSearch | 'none' {
  const found = matching(db, text);
  if (found.length === 0) return 'none';
  const conditions = found.map(
    ({ column, ids }) => `coalesce(${column}, 0) IN (${ids.join(', ')})`,
  );
  const condition: TextCondition = { sql: conditions.join(' OR '), parameters: [] };
  const names = found.reduce((sum, { ids }) => sum + ids.length, 0);
  const drivers = found.flatMap(({ column, index, ids }, at) =>
    index === null ? [] : ids.map((id) => driver(index, `${column} = ${id}`, conditions, at)),
  );
  // Without an index for each name, some rows would be missed.
  return { drivers: names > MAX_DRIVERS || drivers.length < names ? [] : drivers, condition };
}

/** Leaves out the rows that a field before it has found already. */
function driver(
  index: string,
  own: string,
  conditions: readonly string[],
  at: number,
): TextSearch['drivers'][number] {
  const earlier = conditions.slice(0, at).map((each) => ` AND NOT (${each})`);
  return { index, condition: { sql: `${own}${earlier.join('')}`, parameters: [] } };
}

interface Found {
  readonly column: string;
  readonly index: string | null;
  readonly ids: readonly number[];
}

function matching(db: Db, text: string): Found[] {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return SEARCHED.flatMap(([kind, column, index]) => {
    const ids = db.rows(FIND_KIND, [kind, pattern]).map(([id]) => Number(id));
    return ids.length === 0 ? [] : [{ column, index, ids }];
  });
}
