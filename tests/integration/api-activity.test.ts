import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityPositions } from '../../shared/activity.ts';
import type { Wire } from '../../shared/wire.ts';
import { ask, call } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { activityRecord } from '../support/records.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const COUNT = 450;
const START = Date.now() - COUNT * 1_000;

let folder: string;
let tokwatt: Headless;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-activity-'));
  const { timing, client } = activityRecord();
  const records = Array.from({ length: COUNT }, (_, at) =>
    activityRecord({
      id: at + 1,
      startedAt: START + at * 1_000 - 500,
      completedAt: START + at * 1_000,
      model: at % 3 === 0 ? 'llama3.2:3b' : 'qwen3:8b',
      timing: { ...timing, durationMs: (at * 7919) % 1_000 },
      client: { ...client, tag: at === 5 ? 'nightly' : null },
    }),
  );
  seedLedger(folder, records);
  const args = ['--upstream', 'http://127.0.0.1:9', '--log-level', 'error'];
  tokwatt = await startHeadless({ args, dataDir: folder });
});
afterAll(async () => {
  await tokwatt.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('lists of activity', () => {
  it('jump to any row by its position', async () => {
    const path = '/api/activity/positions?step=50&model=llama3.2%3A3b';
    const found = await ask<Wire<ActivityPositions>>(tokwatt, 'GET', path);
    expect(found).toMatchObject({ rows: 150, step: 50, next_cursor: null });
    const [, second = ''] = found.cursors;
    const page = await ask<{ activity: Row[] }>(
      tokwatt,
      'GET',
      `/api/activity?limit=1&model=llama3.2%3A3b&cursor=${second}`,
    );
    // Row number 100 of those with the model, counted from the newest one.
    expect(page.activity.map(({ id }) => id)).toEqual([448 - 3 * 100]);
  });

  it('have the order of a figure', async () => {
    const path = '/api/activity/sorted?by=duration&limit=3';
    const found = await ask<{ activity: Row[]; compared: number; is_complete: boolean }>(
      tokwatt,
      'GET',
      path,
    );
    const durations = Array.from({ length: COUNT }, (_, at) => (at * 7919) % 1_000);
    expect(found.activity.map(({ timing }) => timing.duration_ms)).toEqual(
      durations.sort((a, b) => b - a).slice(0, 3),
    );
    expect([found.compared, found.is_complete]).toEqual([COUNT, true]);
  });

  it('are searched by any name, and list the names', async () => {
    const found = await ask<{ activity: Row[] }>(tokwatt, 'GET', '/api/activity?text=NIGHT');
    expect(found.activity.map(({ id }) => id)).toEqual([6]);
    const names = await ask<{ model: string[] }>(tokwatt, 'GET', '/api/activity/names');
    expect(names.model).toEqual(['llama3.2:3b', 'qwen3:8b']);
  });

  it('refuse what they do not know, and need the token', async () => {
    const wrong = await call(tokwatt, 'GET', '/api/activity/sorted?by=beauty');
    expect([wrong.status, wrong.body]).toMatchObject([
      400,
      { detail: expect.stringContaining('duration') },
    ]);
    for (const path of ['positions', 'sorted?by=duration', 'names']) {
      const refused = await call(tokwatt, 'GET', `/api/activity/${path}`, undefined, {});
      expect(refused.status).toBe(401);
    }
  });

  it('tell the usual speeds of the model with one row', async () => {
    const row = await ask<{ usual: object }>(tokwatt, 'GET', '/api/activity/450');
    expect(row.usual).toMatchObject({ output_tokens_per_second: 70, exchanges: 50 });
  });
});
