import { bytes } from './columns.ts';
import type { Db } from './database.ts';
import { asNumber, asText } from './sql-values.ts';

/**
 * The pointer map of a database that can be vacuumed in steps: for each page its kind and the page
 * that refers to it. See "Pointer Map or Ptrmap Pages" in https://www.sqlite.org/fileformat2.html.
 */
const ENTRY_BYTES = 5;
const FREE = 2;
const FIRST_MAP_PAGE = 2;
/** The page with this byte is never used. */
const LOCK_BYTE = 0x40000000;
/** Marks for pages that belong to no table. */
const UNKNOWN = 0;
const NOBODY = -1;

/**
 * Returns the bytes of each table with its indexes, by name. For a large file, only one page in 820
 * is read: the pointer map says which page belongs to which, so no rows are read. Call it within a
 * snapshot.
 */
export function bytesByTable(db: Db): Map<string, number> {
  if (db.number('PRAGMA auto_vacuum') === 0) return bytesByReading(db);
  const pageSize = db.number('PRAGMA page_size') ?? 0;
  const count = db.number('PRAGMA page_count') ?? 0;
  const parents = readParents(db, pageSize, count);
  const tables = tablesByRoot(db);
  const owners = new Int32Array(count + 1).fill(UNKNOWN);
  for (const root of tables.keys()) if (root <= count) owners[root] = root;
  const pages = new Map<number, number>();
  for (let page = 1; page <= count; page++) {
    const owner = ownerOf(page, parents, owners);
    pages.set(owner, (pages.get(owner) ?? 0) + 1);
  }
  const sums = new Map<string, number>();
  for (const [root, table] of tables) {
    sums.set(table, (sums.get(table) ?? 0) + (pages.get(root) ?? 0) * pageSize);
  }
  return sums;
}

/** The slow way for a file without a pointer map: reads every page. */
function bytesByReading(db: Db): Map<string, number> {
  const rows = db.rows(
    `SELECT ${bytes('s.tbl_name')}, sum(d.pgsize) FROM dbstat AS d
     JOIN sqlite_schema AS s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY s.tbl_name`,
  );
  return new Map(rows.map(([table, sum]) => [asText(table) ?? '', asNumber(sum) ?? 0]));
}

/** Returns the root pages of tables and of their indexes. */
function tablesByRoot(db: Db): Map<number, string> {
  const rows = db.rows(`SELECT rootpage + 0, ${bytes('tbl_name')} FROM sqlite_schema`);
  return new Map(
    rows.flatMap(([root, table]): [number, string][] => {
      const page = asNumber(root) ?? 0;
      return page > 0 ? [[page, asText(table) ?? '']] : [];
    }),
  );
}

/** Returns the parent of each page; 0 for roots, free pages and the map's own pages. */
function readParents(db: Db, pageSize: number, count: number): Uint32Array {
  const parents = new Uint32Array(count + 1);
  const entries = Math.floor(pageSize / ENTRY_BYTES);
  for (let first = FIRST_MAP_PAGE; first <= count; first += entries + 1) {
    const map = first === LOCK_BYTE / pageSize + 1 ? first + 1 : first;
    const [data] = db.row(`SELECT ${bytes('data')} FROM sqlite_dbpage WHERE pgno = ?`, [map]) ?? [];
    if (!(data instanceof Uint8Array)) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let entry = 0; entry < entries && map + 1 + entry <= count; entry++) {
      const at = entry * ENTRY_BYTES;
      const kind = view.getUint8(at);
      if (kind > FREE) parents[map + 1 + entry] = view.getUint32(at + 1);
    }
  }
  return parents;
}

/** Follows the map up to a root, and caches the result for every page on the path. */
function ownerOf(page: number, parents: Uint32Array, owners: Int32Array): number {
  const way: number[] = [];
  let at = page;
  while (owners[at] === UNKNOWN) {
    way.push(at);
    // Set before the owner is known, so that a cycle in a damaged map ends here.
    owners[at] = NOBODY;
    at = parents[at] ?? 0;
  }
  const owner = owners[at] ?? NOBODY;
  for (const passed of way) owners[passed] = owner;
  return owner;
}
