import { describe, expect, it } from 'vitest';
import { activityRecord } from '../../../../tests/support/records.ts';
import type { JsonDocument } from '../../json-document.ts';
import { SILENT_LOG } from '../../log.ts';
import { TotalsStore } from './checkpoint.ts';

const START = new Date(2026, 10, 21, 12).getTime();
const RESTART = START + 60_000;

function emptyDocument(): JsonDocument {
  let kept: Record<string, unknown> = {};
  return { read: () => kept, write: (value) => void (kept = value) };
}

const row = (id: number, startedAt: number): ReturnType<typeof activityRecord> =>
  activityRecord({ id, startedAt, completedAt: startedAt + 500 });

describe('totals that were never saved', () => {
  it('begin with the oldest row that they count', () => {
    const totals = new TotalsStore(emptyDocument(), SILENT_LOG, RESTART);
    totals.replay(row(1, START + 2_000));
    totals.replay(row(2, START + 1_000));
    totals.replay(row(3, START + 3_000));
    totals.close();
    expect(totals.stats).toMatchObject({ since: START + 1_000, period: { since: START + 1_000 } });
    expect(totals.stats.ever.all.requests).toBe(3);
  });

  it('begin at the start if there is no row', () => {
    const totals = new TotalsStore(emptyDocument(), SILENT_LOG, RESTART);
    totals.add(row(1, RESTART + 10));
    totals.close();
    expect(totals.stats.since).toBe(RESTART);
  });
});

it('saved totals keep their beginning', () => {
  const document = emptyDocument();
  new TotalsStore(document, SILENT_LOG, START).close();
  const totals = new TotalsStore(document, SILENT_LOG, RESTART);
  totals.replay(row(1, START - 5_000));
  totals.close();
  expect(totals.stats.since).toBe(START);
});
