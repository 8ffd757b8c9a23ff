import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { EpisodeLog } from './episode-log.ts';
import type { Episode } from './ledger/episode-query.ts';

const MINUTE = 60_000;
let stored: Map<string, Episode>;
let saves = 0;

beforeEach(() => {
  stored = new Map();
  saves = 0;
});

function log(): EpisodeLog<{ readonly peak: number }> {
  return new EpisodeLog({
    ledger: {
      saveEpisodes: (episodes) => {
        saves += 1;
        for (const each of episodes) stored.set(`${each.key} ${each.beganAt}`, each);
        return Promise.resolve();
      },
      episodes: () => Promise.resolve({ episodes: [...stored.values()], next: null }),
    },
    kind: 'alert',
    schema: v.object({ peak: v.number() }),
    merge: (before, now) => (now.peak > before.peak ? now : before),
  });
}

const lasting = (peak: number, beganAt = 0) => new Map([['a', { beganAt, content: { peak } }]]);

test('an episode keeps its worst figure and its end', async () => {
  const episodes = log();
  episodes.note(lasting(1), 0);
  episodes.note(lasting(5), 1_000);
  episodes.note(lasting(3), 2_000);
  expect((await episodes.page({})).episodes).toMatchObject([{ isOngoing: true, endedAt: null }]);
  episodes.note(new Map(), 3_000);
  expect((await episodes.page({})).episodes).toEqual([
    { beganAt: 0, lastSeenAt: 3_000, endedAt: 3_000, isOngoing: false, content: { peak: 5 } },
  ]);
});

test('is stored only if it changed, and once a minute', () => {
  const episodes = log();
  for (let at = 0; at <= 2 * MINUTE; at += 1_000) episodes.note(lasting(1), at);
  expect(saves).toBe(3);
  expect([...stored.values()]).toMatchObject([{ seenAt: 2 * MINUTE, endedAt: null }]);
});

test('one that begins anew is another one', async () => {
  const episodes = log();
  episodes.note(lasting(1), 0);
  episodes.note(lasting(2, 5_000), 5_000);
  expect((await episodes.page({})).episodes).toMatchObject([
    { beganAt: 0, endedAt: 5_000, isOngoing: false },
    { beganAt: 5_000, endedAt: null, isOngoing: true },
  ]);
});

test('one that lasted when the program ended has no end and does not last', async () => {
  log().note(lasting(1), 0);
  expect((await log().page({})).episodes).toMatchObject([
    { endedAt: null, isOngoing: false, lastSeenAt: 0 },
  ]);
});

test('can be changed after its end', async () => {
  const episodes = log();
  episodes.note(lasting(1), 0);
  episodes.note(new Map(), 1_000);
  episodes.change('a', () => ({ peak: 9 }));
  episodes.change('unheard of', () => ({ peak: 9 }));
  expect((await episodes.page({})).episodes).toMatchObject([
    { endedAt: 1_000, content: { peak: 9 } },
  ]);
});

test('what another version or damage wrote is left out', async () => {
  const episodes = log();
  for (const json of ['{', '{"peak":"high"}']) {
    stored.set(json, { kind: 'alert', key: json, beganAt: 0, seenAt: 0, endedAt: null, json });
  }
  expect((await episodes.page({})).episodes).toEqual([]);
});
