import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientDimension } from '../../../../shared/clients.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { localDate } from '../../../../shared/format.ts';
import { append } from './append.ts';
import { readClientSums, readClientTimes } from './client-sums.ts';
import { Db } from './database.ts';
import { MIGRATIONS, migrate } from './migrations.ts';
import { NameReader, NameWriter } from './names.ts';
import { housekeep } from './retention.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { flatten } from './rows.ts';
import { saveOllamaUpstreams } from './model-names.ts';
import { uniteModels } from './unite-models.ts';

const DAY = localDate(NOON);
let db: Db;
let remove = (): void => undefined;
beforeEach(() => {
  const made = temporaryFolder();
  remove = made.remove;
  db = new Db(join(made.folder, 'ledger.db'), 0);
});
afterEach(() => {
  db.close();
  remove();
});

function store(...processes: readonly (string | null)[]): void {
  const rows = processes.map((process, index) =>
    record(index + 1, {
      ...{ startedAt: NOON - 1_000, completedAt: NOON, error: null },
      client: { ...record(1).client, process },
    }),
  );
  append(db, new NameWriter(db), { rows: rows.map(flatten), peaks: [], gpu: [] });
}

function sums(by: ClientDimension): (readonly [string | null, number])[] {
  return readClientSums(db, new NameReader(db), { by, fromDay: DAY, toDay: DAY })
    .map(({ name, requests }) => [name, requests] as const)
    .sort(([, a], [, b]) => b - a);
}

describe("clients' sums", () => {
  it('are by process, with one line for requests of unknown ones', () => {
    migrate(db);
    store('agent.py', 'agent.py', 'agent.py', null, null, 'curl');
    expect(sums('process')).toEqual([
      ['agent.py', 3],
      [null, 2],
      ['curl', 1],
    ]);
    expect(sums('application')).toEqual([[record(1).client.application, 6]]);
    const times = readClientTimes(db, new NameReader(db), { by: 'process', names: ['curl', 'x'] });
    expect(times).toEqual([
      { name: 'curl', firstDay: DAY, lastAt: NOON },
      { name: 'x', firstDay: null, lastAt: null },
    ]);
  });

  it('of an earlier version belong to no process, and are as large as those by application', () => {
    migrate(
      db,
      MIGRATIONS.slice(
        0,
        MIGRATIONS.findIndex(({ name }) => name === 'client processes'),
      ),
    );
    db.exec(`
      INSERT INTO name (id, kind, value) VALUES (1, 'upstream', 'u'), (2, 'model', 'm'), (3, 'application', 'a');
      INSERT INTO rollup VALUES
        ('${DAY}', 2, 1, 3, 0, 0, 5, 0, 1, 10, 0, 20, 0, 0, 0, 0, 0, 7.5, 1, 1, 1, 4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        ('${DAY}', 2, 1, 0, 0, 0, 2, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);`);
    migrate(db);
    const [only] = readClientSums(db, new NameReader(db), {
      by: 'process',
      fromDay: DAY,
      toDay: DAY,
    });
    expect(only).toMatchObject({
      name: null,
      model: 'm',
      requests: 7,
      errors: 1,
      outputTokens: 22,
    });
    expect(only).toMatchObject({ energyJoules: 7.5, energyNetJoules: 4, ratedJoules: null });
  });

  it('stay complete when names of a model are united', () => {
    migrate(db);
    store('agent.py', 'curl');
    const { upstream } = record(1);
    db.exec(`UPDATE name SET value = 'library/qwen3:latest' WHERE kind = 'model' AND id =
      (SELECT model FROM process_rollup LIMIT 1)`);
    saveOllamaUpstreams(db, [upstream]);
    const names = new NameWriter(db);
    for (const _ of uniteModels(db, names, upstream)) expect(_).toBeUndefined();
    const read = readClientSums(db, new NameReader(db), {
      by: 'process',
      fromDay: DAY,
      toDay: DAY,
    });
    expect(read.map(({ name, model, requests }) => [name, model, requests]).sort()).toEqual([
      ['agent.py', 'qwen3', 1],
      ['curl', 'qwen3', 1],
    ]);
  });

  it('are deleted with the daily sums', () => {
    migrate(db);
    store('agent.py');
    const later = NOON + (DEFAULT_RETENTION.rollupDays + 2) * 86_400_000;
    while (housekeep(db, new NameWriter(db), DEFAULT_RETENTION, later));
    expect(db.number('SELECT count(*) FROM process_rollup')).toBe(0);
    expect(sums('process')).toEqual([]);
  });
});
