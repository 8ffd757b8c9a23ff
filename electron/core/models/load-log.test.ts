import { describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../../shared/slices.ts';
import { activityRecord } from '../../../tests/support/records.ts';
import { SILENT_LOG } from '../log.ts';
import { loadedModel } from '../upstreams/loaded-models/source.ts';
import { LoadLog } from './load-log.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const RANGE = [NOON - 3_600_000, NOON + 7_200_000] as const;

function model(name: string, expiresAt: number | null = NOON + 600_000): LoadedModel {
  return { upstream: 'box', ...loadedModel(name, { expiresAt }) };
}

function logOf(stored: Record<string, unknown> = {}) {
  let content = stored;
  const document = {
    read: () => content,
    write: (value: typeof content) => void (content = value),
  };
  const log = new LoadLog({ document, log: SILENT_LOG });
  let at = NOON;
  return {
    log,
    stored: () => content,
    /** One second later. */
    list: (...models: LoadedModel[]) => log.tick(models, ['box'], (at += 1_000)),
    later: (ms: number) => (at += ms),
  };
}

describe('loads and swaps', () => {
  it('count a model that appears; another one that leaves for it makes a swap', () => {
    const { log, list, later } = logOf();
    list(model('a'));
    list(model('a'), model('b'));
    list(model('b'), model('c'));
    later(70_000);
    list(model('b'), model('c'));
    expect(log.of('a', ...RANGE)).toMatchObject({ loads: 0, timesDisplaced: 1 });
    expect(log.of('b', ...RANGE).loads + log.of('c', ...RANGE).loads).toBe(2);
    expect(log.of('b', ...RANGE).swaps + log.of('c', ...RANGE).swaps).toBe(1);
  });

  it('do not count as a swap what expired or was unloaded', () => {
    const { log, list, later } = logOf();
    list(model('a', NOON + 3_000), model('b'));
    list(model('b'), model('c'));
    later(70_000);
    list(model('b'), model('c'));
    log.noteUnload('box', NOON + 74_000);
    list(model('c'), model('d'));
    log.close();
    expect(log.of('c', ...RANGE)).toMatchObject({ loads: 1, swaps: 0, waitedMs: null });
    expect(log.of('d', ...RANGE)).toMatchObject({ loads: 1, swaps: 0 });
  });

  it('have the time that requests waited, once for each load', () => {
    const { log, list, stored } = logOf();
    const record = activityRecord();
    const timing = { ...record.timing, loadMs: 2_500 };
    const about = { upstream: 'box', startedAt: NOON + 1_000, timing };
    list(model('a'));
    list(model('a'), model('b'));
    log.observe({ ...record, ...about, countedModel: 'b' });
    log.observe({ ...record, ...about, countedModel: 'unlisted' });
    log.observe({ ...record, ...about, countedModel: 'late' });
    list(model('a'), model('b'), model('late'));
    log.close();
    const expected = { loads: 1, timedLoads: 1, waitedMs: 2_500 };
    expect(log.of('b', ...RANGE)).toMatchObject(expected);
    expect(log.of('unlisted', ...RANGE)).toMatchObject(expected);
    expect(log.of('late', ...RANGE)).toMatchObject(expected);
    const again = logOf(stored());
    expect(again.log.of('b', ...RANGE)).toMatchObject(expected);
    expect(again.log.of('b', NOON + 3_600_000, NOON + 7_200_000).loads).toBe(0);
  });
});
