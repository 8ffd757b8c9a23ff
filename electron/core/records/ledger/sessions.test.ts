import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_SAMPLING } from '../../../../shared/sampling.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { activityById, activityPage } from './activity-page.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';
import { flatten } from './rows.ts';
import { samplingFromText, samplingText } from './sampling-text.ts';
import { sessionPage } from './session-query.ts';
import type { SessionQuery } from './session-query.ts';

let db: Db;
let writer: NameWriter;
let remove = (): void => undefined;
beforeEach(() => {
  const made = temporaryFolder();
  remove = made.remove;
  ({ db } = openFile(join(made.folder, 'ledger.db'), NOON));
  writer = new NameWriter(db);
});
afterEach(() => {
  db.close();
  remove();
});

function store(...records: ActivityRecord[]): void {
  append(db, writer, { rows: records.map(flatten), peaks: [], gpu: [] });
}

const sessions = (query: SessionQuery = {}) => sessionPage(db, new NameReader(db), query);
const ids = (query: SessionQuery = {}): string[] => sessions(query).sessions.map(({ id }) => id);

function of(
  id: number,
  sessionId: string | null,
  changes: Partial<ActivityRecord> = {},
): ActivityRecord {
  const sessionSource = sessionId === null ? null : 'header';
  return record(id, { sessionId, sessionSource, ...changes });
}

function prompt(inputTokens: number | null): ActivityRecord['usage'] {
  return { ...record(1).usage, inputTokens };
}

function cleanUp(retention = DEFAULT_RETENTION, now = NOON): void {
  while (housekeep(db, writer, retention, now));
}

const namesLeft = (): number | null =>
  db.number(`SELECT count(*) FROM name WHERE kind IN ('session', 'sampling')`);

describe('sessions', () => {
  test('have the sums of their rows', () => {
    store(of(1, 'a', { usage: prompt(null) }), of(2, 'b'), of(3, 'a', { usage: prompt(500) }));
    const last = of(4, 'a', { usage: prompt(300), model: 'other', error: 'incomplete' });
    store({ ...last, client: { ...last.client, application: 'curl' } }, of(5, null));
    expect(sessions({}).sessions[0]).toEqual({
      ...{ id: 'a', source: 'header', upstream: 'ollama', application: 'curl', key: '1f2e…9abc' },
      models: ['llama3.2:3b', 'other'],
      firstAt: record(1).startedAt,
      lastAt: record(4).completedAt,
      ...{ requests: 3, errors: 1, inputTokens: 800, cachedInputTokens: 60, outputTokens: 720 },
      ...{ reasoningTokens: 0, estimatedTokens: 0, durationMs: 3 * 1_250.125, energyJoules: 37.5 },
      ...{ firstPromptTokens: 500, lastPromptTokens: 300, peakPromptTokens: 500 },
    });
    expect(ids()).toEqual(['a', 'b']);
  });

  test('get the energy of a row that is completed later, once', () => {
    const row = of(1, 'a', { energyJoules: null });
    store(row);
    expect(sessions().sessions[0]?.energyJoules).toBeNull();
    const completed = [flatten({ ...row, ...{ energyJoules: 5 } })];
    append(db, writer, { rows: [], completed, peaks: [], gpu: [] });
    append(db, writer, { rows: [], completed, peaks: [], gpu: [] });
    expect(sessions().sessions[0]?.energyJoules).toBe(5);
  });

  test('count a row once, even if it is stored again', () => {
    store(of(1, 'a'));
    store(of(1, 'a'));
    expect(sessions().sessions[0]?.requests).toBe(1);
  });

  test('are found by range and filters, and paged', () => {
    store(...Array.from({ length: 40 }, (_, n) => of(n + 1, `s${Math.floor(n / 2)}`)));
    store(of(41, 'i', { sessionSource: 'inferred' }));
    expect(ids({ source: 'inferred' })).toEqual(['i']);
    expect(ids({ minRequests: 2 })).toHaveLength(20);
    expect(ids({ application: 'Open WebUI', limit: 100 })).toHaveLength(21);
    expect([ids({ application: 'none' }), ids({ application: null })]).toEqual([[], []]);
    const at = record(11).completedAt;
    expect(ids({ from: at, to: at })).toEqual(['s5']);
    expect(ids({ from: record(41).completedAt + 1 })).toEqual([]);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page = sessions({ limit: 7, cursor });
      paged.push(...page.sessions.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(paged).toEqual(ids({ limit: 100 }));
    expect(new Set(paged).size).toBe(21);
  });

  test('select the rows of the activity', () => {
    store(of(1, 'a'), of(2, 'b'), of(3, 'a'), of(4, null));
    const page = (session: string): number[] =>
      activityPage(db, new NameReader(db), { session }).rows.map(({ id }) => id);
    expect([page('a'), page('b'), page('c')]).toEqual([[3, 1], [2], []]);
    const both = { session: 'a', model: 'llama3.2:3b', inference: true };
    expect(activityPage(db, new NameReader(db), both).rows).toHaveLength(2);
  });

  test('go with their last row, together with their ids', () => {
    const sampling = { ...NO_SAMPLING, seed: 7 };
    const day = 86_400_000;
    store(of(1, 'old', { completedAt: NOON - 400 * day, sampling }), of(2, 'new'));
    cleanUp({ ...DEFAULT_RETENTION, activityDays: 30 });
    expect(ids()).toEqual(['new']);
    expect(namesLeft()).toBe(1);
    clear(db, 'logs');
    expect(ids()).toEqual([]);
    cleanUp();
    expect([namesLeft(), db.number('SELECT count(*) FROM session_model')]).toEqual([0, 0]);
    store(of(3, 'new'));
    expect(ids()).toEqual(['new']);
  });
});

test('a row comes back with its session, sampling parameters and drafts', () => {
  const sampling = { ...NO_SAMPLING, temperature: 0, topK: 40, responseFormat: 'json_schema' };
  const row = of(1, 'a', { sampling, draftedTokens: 9, acceptedDraftTokens: 0 });
  store(row);
  expect(activityById(db, new NameReader(db), 1)).toEqual(row);
});

test('sampling parameters are compact JSON, and damaged ones are unknown', () => {
  const text = samplingText({ ...NO_SAMPLING, topP: 0.5, reasoningEffort: 'low' });
  expect(text).toBe('{"top_p":0.5,"reasoning_effort":"low"}');
  expect(samplingFromText('{"top_p":"x","seed":1}')).toEqual({ ...NO_SAMPLING, seed: 1 });
  expect(['{', '7', '{}', '{"top_p":{}}', null].map(samplingFromText)).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});
