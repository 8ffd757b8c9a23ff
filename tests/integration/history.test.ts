import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Heatmap,
  History,
  HistoryDistribution,
  SpeedByContext,
  Usual,
} from '../../shared/history.ts';
import { fromWire } from '../../shared/wire.ts';
import { chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { activityRecord } from '../support/records.ts';
import {
  INPUT_TOKENS,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PAST = 'past:7b';
let upstream: RecordedUpstream;
let tokwatt: Headless;
let folder: string;

/** A request an hour in the last eight days, with an energy of 3.6 kJ (a Wh). */
const past = (): ReturnType<typeof activityRecord>[] =>
  Array.from({ length: 8 * 24 }, (_, n) => {
    const completedAt = Date.now() - DAY - (8 * 24 - n) * HOUR;
    return activityRecord({
      id: n + 1,
      model: PAST,
      startedAt: completedAt - 2_000,
      completedAt,
      energyJoules: 3_600,
    });
  });

async function read<Answer>(path: string): Promise<Answer> {
  return fromWire(await ask<unknown>(tokwatt, 'GET', path)) as Answer;
}
const history = (from: number, more = ''): Promise<History> =>
  read<History>(`/api/history?from=${from}&to=${Date.now() + 1_000}${more}`);
const total = (column: readonly (number | null)[]): number =>
  column.reduce<number>((sum, value) => sum + (value ?? 0), 0);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-history-'));
  upstream = await startRecordedUpstream();
  seedLedger(folder, past());
  const args = ['--upstream', upstream.url, '--log-level', 'error'];
  tokwatt = await startHeadless({ args, dataDir: folder });
  await chats(tokwatt, 6);
  await tokwatt.activity(6);
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  await removeFolder(folder);
});

describe('the history over the API', () => {
  it('has what was just metered, and nothing before; the time before the first use is not off', async () => {
    const found = await history(Date.now() - 15 * 60_000, '&by=model');
    expect(found.total).toMatchObject({ name: null, isOthers: false });
    expect(total(found.total.requests)).toBe(6);
    expect(total(found.total.inputTokens)).toBe(6 * INPUT_TOKENS);
    expect(total(found.total.outputTokens)).toBe(6 * OUTPUT_TOKENS);
    expect(found.total.sums).toMatchObject({
      ...{ requests: 6, inputTokens: 6 * INPUT_TOKENS, outputTokens: 6 * OUTPUT_TOKENS },
      ...{ errors: 0, energyJoules: null, cost: null },
    });
    expect(found.lines[0]!.sums).toEqual(found.total.sums);
    expect(found.total.requests[0]).toBeNull();
    expect(found.off).toEqual([]);
    expect(found.lines.map((line) => total(line.requests))).toEqual([6]);
    expect(found.currency).toBeNull();
    expect(found.total.cost.every((cost) => cost === null)).toBe(true);
  });

  it('has weeks from sums', async () => {
    const found = await history(Date.now() - 10 * DAY, `&model=${PAST}&points=100`);
    expect(found.source).toBe('sums');
    expect(total(found.total.requests)).toBe(8 * 24);
    expect(found.at.length).toBeLessThanOrEqual(101);
  });

  it('has the cost of the energy as soon as there is a tariff', async () => {
    const cost = { currency: 'EUR', tariff: { price: 0.5 }, since: '2020-01-01' };
    const { status } = await call(tokwatt, 'PATCH', '/api/settings', { cost });
    expect(status).toBe(200);
    const found = await history(Date.now() - 10 * DAY, `&model=${PAST}`);
    expect(found.currency).toBe('EUR');
    expect(total(found.total.energyJoules)).toBe(8 * 24 * 3_600);
    expect(total(found.total.cost)).toBeCloseTo((8 * 24 * 0.5) / 1_000, 9);
    expect(found.total.sums).toMatchObject({
      ...{ requests: 8 * 24, energyJoules: 8 * 24 * 3_600 },
      cost: expect.closeTo(total(found.total.cost), 9) as number,
      outputTokensPerSecond: { p50: expect.closeTo(70, 0) as number },
    });
  });

  it('has the usual, a heat map, speeds by context and distributions', async () => {
    const usual = await read<Usual>('/api/history/usual');
    expect(usual.days).toBeGreaterThanOrEqual(8);
    expect(usual.hours[12]!.requests.usual).toEqual({ p25: 1, p50: 1, p75: 1 });
    const to = Date.now() + 1_000;
    const { days } = await read<Heatmap>(`/api/history/heatmap?from=${to - 20 * DAY}&to=${to}`);
    expect(total(days.flatMap((day) => day.requests))).toBe(8 * 24 + 6);
    expect(days[0]!.requests).toEqual(new Array(24).fill(null));
    const context = await read<SpeedByContext>(`/api/history/speed-by-context?model=${PAST}`);
    expect(context).toMatchObject({ exchanges: 8 * 24, isSample: false });
    expect(context.bins).toMatchObject([{ from: 16, to: 32, outputTokensPerSecond: { p50: 70 } }]);
    const spread = await read<HistoryDistribution>(
      `/api/history/distribution?model=${PAST}&from=${to - 20 * DAY}&to=${to}&ttft_target_ms=250`,
    );
    expect(spread).toMatchObject({ underTarget: 0, timeToFirstTokenMs: { count: 8 * 24 } });
  });

  it.each([
    ['/api/history?from=5&to=5', 'from: must be before to'],
    ['/api/history?from=0&to=5&points=601', 'points: must be at most 600'],
    ['/api/history?from=0&to=5&by=day', 'by: must be one of: model, upstream, application, key'],
    ['/api/history/heatmap?from=0&to=99999999999', 'at most 400 days'],
    ['/api/history/distribution?from=0&to=5&model=a&key=b', 'at most one of'],
    ['/api/history/speed-by-context', 'model: is needed'],
  ])('refuses %s', async (path, detail) => {
    const { status, body } = await call(tokwatt, 'GET', path);
    expect(status).toBe(400);
    expect((body as { detail: string }).detail).toContain(detail);
  });
});
