import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle, temporaryFolder, workerBundle } from './ledger-support.ts';

/** Stores exchanges that end at some moments, in a process with its own time zone. */
async function rollupDays(zone: string, moments: readonly string[]): Promise<[string, number][]> {
  const { folder, remove } = temporaryFolder();
  try {
    const child = await bundle('tests/faults/ledger-clock-child.ts');
    const output = execFileSync(
      process.execPath,
      [child, join(folder, 'ledger.db'), await workerBundle(), ...moments],
      { encoding: 'utf8', env: { ...process.env, TZ: zone } },
    );
    return JSON.parse(output) as [string, number][];
  } finally {
    remove();
  }
}

test('days are local, including the short and the long day of the year', async () => {
  const days = await rollupDays('Europe/Berlin', [
    // Summer time begins: this day has 23 hours, 28 March 23:00Z to 29 March 22:00Z.
    '2026-03-28T22:59:59.999Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T00:59:59.999Z',
    '2026-03-29T21:59:59.999Z',
    '2026-03-29T22:00:00.000Z',
    // It ends: 25 hours, and an hour that comes twice.
    '2026-10-24T21:59:59.999Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
    '2026-10-25T22:59:59.999Z',
    '2026-10-25T23:00:00.000Z',
  ]);
  expect(days).toEqual([
    ['2026-03-28', 1],
    ['2026-03-29', 3],
    ['2026-03-30', 1],
    ['2026-10-24', 1],
    ['2026-10-25', 4],
    ['2026-10-26', 1],
  ]);
});

test('a clock set back or forward changes days, but no row is lost or duplicated', async () => {
  const days = await rollupDays('Pacific/Auckland', [
    '2026-11-21T10:00:00Z',
    '2026-11-23T10:00:00Z',
    '2026-11-21T10:00:01Z',
    '2020-01-01T00:00:00Z',
    '2026-11-21T11:00:00Z',
  ]);
  expect(days).toEqual([
    ['2020-01-01', 1],
    ['2026-11-21', 2],
    ['2026-11-22', 1],
    ['2026-11-23', 1],
  ]);
});
