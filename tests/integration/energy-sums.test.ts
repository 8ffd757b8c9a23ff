/** Energy of real requests through the proxy, with a GPU tool that always tells 55.5 W. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { efficiencyOf } from '../../shared/efficiency.ts';
import type { Efficiency } from '../../shared/efficiency.ts';
import type { EnergySums } from '../../shared/energy-sums.ts';
import { fromWire } from '../../shared/wire.ts';
import { ask } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { NVIDIA_LINE } from '../support/fake-nvidia-smi.ts';
import { startSteppedUpstream } from '../support/stepped-upstream.ts';
import type { SteppedUpstream } from '../support/stepped-upstream.ts';
import { matching, parseMetrics } from '../support/prometheus-text.ts';

const WATTS = 55.5;
const LINE = NVIDIA_LINE.replaceAll('55.00', '55.50');

let folder: string;
let upstream: SteppedUpstream;
const running: Headless[] = [];

beforeAll(async () => {
  upstream = await startSteppedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-energy-'));
  const script = `while :; do echo "${LINE}"; sleep 0.1; done`;
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ gpuIntervalMs: 250 }));
});
afterAll(async () => {
  for (const each of running) await each.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Headless> {
  const tokwatt = await startHeadless({
    dataDir: folder,
    args: ['--upstream', `box=${upstream.url}`],
    env: { PATH: [folder, process.env.PATH].join(delimiter) },
  });
  running.push(tokwatt);
  await expect
    .poll(() => tokwatt.get('/api/gpu'), { timeout: 20_000 })
    .toMatchObject({ available: true });
  return tokwatt;
}

/** A stream with three output tokens that lasts about 1.2 s. */
async function chat(tokwatt: Headless): Promise<void> {
  const answer = await fetch(`${tokwatt.proxy}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'stepped',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'x' }],
    }),
  });
  for (let i = 0; i < 2; i += 1) {
    await sleep(600);
    upstream.step();
  }
  upstream.finish();
  await answer.text();
}

interface Answer {
  readonly devices: readonly { readonly device: string; readonly attributedJoules: number }[];
  readonly exchanges: readonly (EnergySums & { readonly efficiency: Efficiency })[];
}
type Sums = EnergySums & { readonly energyJoules: number; readonly efficiency: Efficiency };

async function sumsOf(tokwatt: Headless): Promise<Sums> {
  const { ever } = fromWire(await tokwatt.get('/api/counters')) as { ever: { all: Sums } };
  return ever.all;
}

/** A row gets its energy some seconds after its end. */
async function completedRow(tokwatt: Headless, before: number) {
  const rows = await tokwatt.activity(before + 1);
  expect(rows[0]).toMatchObject({ energy_joules: null, energy_parts: null });
  await expect
    .poll(async () => (await tokwatt.activity(before + 1))[0]?.energy_joules, { timeout: 10_000 })
    .not.toBeNull();
  return (await tokwatt.activity(before + 1))[0];
}

it('is in rows, sums and ratios, and survives restarts and a kill', async () => {
  const first = await start();
  await sleep(2_000);
  await chat(first);
  const row = await completedRow(first, 0);
  expect(row?.energy_parts?.measured_share).toBeGreaterThan(0.9);
  const joules = row?.energy_joules ?? 0;
  const seconds = (row?.timing.duration_ms ?? 0) / 1_000;
  expect(Math.abs(joules / seconds / WATTS - 1)).toBeLessThan(0.2);
  const sums = await sumsOf(first);
  expect(sums).toMatchObject({ energyJoules: joules, ratedJoules: joules, ratedOutputTokens: 3 });
  expect(sums.efficiency).toEqual(efficiencyOf(sums));
  expect(sums.efficiency.joulesPerOutputToken).toBeCloseTo(joules / 3, 9);
  const metrics = parseMetrics(await (await fetch(`${first.api}/metrics`)).text());
  expect(matching(metrics, 'tokwatt_rated_energy_joules_total')).toMatchObject([
    { labels: { model: 'stepped' }, value: joules },
  ]);
  // Until the time of the request is booked.
  await sleep(6_000);
  await first.stop();

  const second = await start();
  const now = Date.now();
  const path = `/api/energy?from=${now - 7_200_000}&to=${now + 60_000}&span=hour`;
  const told = fromWire(await second.get(path)) as Answer;
  const attributed = told.devices.reduce((sum, each) => sum + each.attributedJoules, 0);
  expect(told.devices.map(({ device }) => device)).toEqual(['GPU-7']);
  expect(Math.abs(attributed / joules - 1)).toBeLessThan(0.2);
  expect(told.exchanges.map(({ ratedJoules }) => ratedJoules)).toEqual([joules]);
  expect(told.exchanges[0]?.efficiency).toEqual(sums.efficiency);
  await sleep(2_000);
  await chat(second);
  await completedRow(second, 1);
  const both = await sumsOf(second);
  expect(both.ratedOutputTokens).toBe(6);
  await second.stop('SIGKILL');

  const third = await start();
  expect(await sumsOf(third)).toEqual(both);
  await third.stop();
}, 60_000);

it('of a row that is deleted before its energy came is in the totals and in the daily sums', async () => {
  const tokwatt = await start();
  await sleep(2_000);
  await chat(tokwatt);
  await ask(tokwatt, 'DELETE', '/api/data/logs', { confirm: true });
  await sleep(6_000);
  const { energyJoules } = await sumsOf(tokwatt);
  const { rollups } = fromWire(await tokwatt.get('/api/rollups')) as {
    rollups: readonly { readonly energyJoules: number }[];
  };
  const daily = rollups.reduce((sum, each) => sum + each.energyJoules, 0);
  expect(daily).toBeCloseTo(energyJoules, 6);
}, 60_000);
