import { ollamaNames } from '../../../../shared/model-names.ts';
import { bytes } from './columns.ts';
import type { Db } from './database.ts';
import type { NameReader } from './names.ts';
import { asText } from './sql-values.ts';

const KEY = 'ollama_upstreams';

/**
 * Stores which upstreams use Ollama's rules for model names; `upstreams` replaces the stored list.
 */
export function saveOllamaUpstreams(db: Db, upstreams: readonly string[]): void {
  db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', [
    KEY,
    JSON.stringify(upstreams),
  ]);
}

/**
 * Returns the SQL conditions for rows of `activity`, `series` or `rollup` that have a model, one for each
 * name: the wanted name itself and, for upstreams that are Ollama, every other name of the same model.
 * Conditions do not overlap. There are none if no row ever had one of the names.
 */
export function modelConditions(db: Db, names: NameReader, model: string): string[] {
  const [own, ...others] = ollamaNames(model).map((name) => names.id('model', name));
  const upstreams = ollamaUpstreams(db).flatMap((name) => names.id('upstream', name) ?? []);
  return [
    ...(own === null || own === undefined ? [] : [`model = ${own}`]),
    ...others
      .filter((id) => id !== null && upstreams.length > 0)
      .map((id) => `model = ${id} AND upstream IN (${upstreams.join(', ')})`),
  ];
}

/**
 * Returns the SQL condition for the sums of a model by any of its names; null selects sums without
 * a model.
 */
export function sumsOfModel(db: Db, names: NameReader, model: string | null): string {
  const conditions = model === null ? ['model = 0'] : modelConditions(db, names, model);
  return conditions.length === 0 ? '0' : `(${conditions.join(' OR ')})`;
}

/** Returns no upstreams if the file is damaged or comes from an earlier version. */
function ollamaUpstreams(db: Db): string[] {
  const stored = asText(db.row(`SELECT ${bytes('value')} FROM meta WHERE key = ?`, [KEY])?.[0]);
  try {
    const list: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
