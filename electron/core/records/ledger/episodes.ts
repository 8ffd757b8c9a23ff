/** Alerts and insights of the past, each with its begin and its end. */
import { bytes, numbers } from './columns.ts';
import type { Db } from './database.ts';
import type { Episode, EpisodePage, EpisodeQuery } from './episode-query.ts';
import { undeletable } from './failures.ts';
import { asNumber, asText } from './sql-values.ts';

/**
 * `key` tells the subjects of one kind apart. `ended_at` is NULL while an episode lasts, and for one that
 * still lasted when Tokwatt ended; `seen_at` is the last moment at which it certainly lasted.
 */
export const EPISODE_SQL = `
CREATE TABLE episode (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER,
  content TEXT NOT NULL,
  UNIQUE (kind, key, began_at)
);
CREATE INDEX episode_time ON episode (kind, began_at, id);
`;

/** The most episodes that are kept. The oldest are deleted first. */
export const MAX_EPISODES = 20_000;
const EPISODES_A_STEP = 500;
const DEFAULT_LIMIT = 100;

const SAVE = `INSERT INTO episode (kind, key, began_at, seen_at, ended_at, content)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, key, began_at) DO UPDATE SET
    seen_at = excluded.seen_at, ended_at = excluded.ended_at, content = excluded.content`;

/** Stores episodes. One that is stored already is replaced. */
export function saveEpisodes(db: Db, episodes: readonly Episode[]): void {
  db.transaction(() => {
    for (const { kind, key, beganAt, seenAt, endedAt, json } of episodes) {
      db.run(SAVE, [kind, key, Math.round(beganAt), Math.round(seenAt), endedAt, json]);
    }
  });
}

/** Returns a page of episodes that overlap a range, the last that began first. */
export function readEpisodes(db: Db, query: EpisodeQuery): EpisodePage {
  const { kind, from = 0, to = Number.MAX_SAFE_INTEGER, limit = DEFAULT_LIMIT } = query;
  const { cursor, keyPrefix = '' } = query;
  const [, at, id] = /^(-?\d+)\.(\d+)$/.exec(cursor ?? '') ?? [];
  const after = [Number(at ?? Number.MAX_SAFE_INTEGER), Number(id ?? Number.MAX_SAFE_INTEGER)];
  const rows = db.rows(
    `SELECT ${numbers('id', 'began_at', 'seen_at', 'ended_at')}, ${bytes('key', 'content')}
     FROM episode WHERE kind = ? AND began_at < ? AND coalesce(ended_at, seen_at) >= ?
       AND (began_at, id) < (?, ?) AND substr(key, 1, length(?)) = ? ORDER BY began_at DESC, id DESC LIMIT ?`,
    [kind, to, from, ...after, keyPrefix, keyPrefix, limit + 1],
  );
  const found = rows.slice(0, limit);
  const last = found.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return {
    episodes: found.map(([, beganAt, seenAt, endedAt, key, json]) => ({
      kind,
      key: asText(key) ?? '',
      beganAt: asNumber(beganAt) ?? 0,
      seenAt: asNumber(seenAt) ?? 0,
      endedAt: asNumber(endedAt),
      json: asText(json) ?? '',
    })),
    next: isMore ? `${Math.floor(Number(last[1]))}.${Number(last[0])}` : null,
  };
}

/** Deletes some of the episodes that were over before a time, or that are too many. */
export function dropEpisodes(db: Db, before: number): boolean {
  const isOld = `id IN (SELECT id FROM episode WHERE seen_at < ? LIMIT ${EPISODES_A_STEP})`;
  if (db.run(`DELETE FROM episode WHERE ${isOld}`, [Math.floor(before)]) > 0) return true;
  const excess = (db.number('SELECT count(*) FROM episode') ?? 0) - MAX_EPISODES;
  if (excess <= 0) return false;
  const dropped = db.run(
    'DELETE FROM episode WHERE id IN (SELECT id FROM episode ORDER BY seen_at LIMIT ?)',
    [Math.min(excess, EPISODES_A_STEP)],
  );
  if (dropped === 0) throw undeletable('episode');
  return true;
}
