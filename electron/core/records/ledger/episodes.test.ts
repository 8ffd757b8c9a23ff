import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NOON } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import type { Db } from './database.ts';
import type { Episode } from './episode-query.ts';
import { MAX_EPISODES, readEpisodes, saveEpisodes } from './episodes.ts';
import { NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';

// One test stores as many episodes as are ever kept.
vi.setConfig({ testTimeout: 60_000 });

const DAY = 86_400_000;
const HOUR = 3_600_000;
let db: Db;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  ({ remove } = made);
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
});
afterEach(() => {
  db.close();
  remove();
});

function episode(key: string, beganAt: number, given: Partial<Episode> = {}): Episode {
  const over = { seenAt: beganAt + HOUR, endedAt: beganAt + HOUR };
  return { kind: 'alert', key, beganAt, ...over, json: '{"rule":"Ünïcode €"}', ...given };
}

const keys = (query: Parameters<typeof readEpisodes>[1]): string[] =>
  readEpisodes(db, query).episodes.map(({ key }) => key);

test('an episode that is stored again is replaced', () => {
  saveEpisodes(db, [episode('a', NOON, { endedAt: null, json: '1' })]);
  saveEpisodes(db, [episode('a', NOON)]);
  expect(readEpisodes(db, { kind: 'alert' }).episodes).toEqual([episode('a', NOON)]);
  expect(keys({ kind: 'insight' })).toEqual([]);
});

test('keys are found by what they begin with, in any script', () => {
  saveEpisodes(db, [episode('["é€",null]', NOON), episode('["é€ 2",null]', NOON)]);
  expect(keys({ kind: 'alert', keyPrefix: '["é€",' })).toEqual(['["é€",null]']);
  expect(keys({ kind: 'alert', keyPrefix: '' })).toHaveLength(2);
});

test('pages hold all, the last that began first, also several that began together', () => {
  const given = ['a', 'b', 'c', 'd', 'e'].map((key) => episode(key, NOON + (key < 'd' ? 0 : 1)));
  saveEpisodes(db, given);
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = readEpisodes(db, {
      kind: 'alert',
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(page.episodes.length).toBeLessThanOrEqual(2);
    found.push(...page.episodes.map(({ key }) => key));
    cursor = page.next;
  }
  expect(found).toEqual(['e', 'd', 'c', 'b', 'a']);
});

test('a range has what lasted at some time of it', () => {
  saveEpisodes(db, [
    episode('before', NOON - 3 * HOUR),
    episode('into', NOON - HOUR / 2),
    episode('within', NOON + 1),
    episode('after', NOON + 2 * HOUR),
  ]);
  expect(keys({ kind: 'alert', from: NOON, to: NOON + 2 * HOUR })).toEqual(['within', 'into']);
});

test('old ones go with the daily sums, and the oldest of too many', () => {
  const names = new NameWriter(db);
  saveEpisodes(db, [episode('old', NOON - 20 * DAY), episode('new', NOON - DAY)]);
  while (housekeep(db, names, { ...DEFAULT_RETENTION, rollupDays: 10 }, NOON)) continue;
  expect(keys({ kind: 'alert' })).toEqual(['new']);
  saveEpisodes(
    db,
    Array.from({ length: MAX_EPISODES + 3 }, (_, i) => episode(`${i}`, NOON + i)),
  );
  while (housekeep(db, names, DEFAULT_RETENTION, NOON)) continue;
  expect(db.number('SELECT count(*) FROM episode')).toBe(MAX_EPISODES);
  expect(db.number('SELECT min(began_at) FROM episode')).toBe(NOON + 3);
});

test('clearing the activity clears them', () => {
  saveEpisodes(db, [episode('a', NOON)]);
  clear(db, 'metrics');
  expect(keys({ kind: 'alert' })).toEqual(['a']);
  clear(db, 'logs');
  expect(keys({ kind: 'alert' })).toEqual([]);
});
