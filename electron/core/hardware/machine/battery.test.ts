import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBatterySource } from './battery.ts';
import type { MachinePart } from './machine-source.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-battery-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function supply(name: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(root, name), { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(root, name, file), `${content}\n`);
  }
}

async function figures(): Promise<MachinePart['figures']> {
  return (await createBatterySource(root).read(new AbortController().signal)).figures;
}

const UNPLUGGED = { type: 'Mains', online: '0' };
const PLUGGED = { type: 'Mains', online: '1' };

it('reads the power of a battery in watts', async () => {
  await supply('AC', UNPLUGGED);
  await supply('BAT0', { type: 'Battery', status: 'Discharging', power_now: '23450000' });
  expect(await figures()).toEqual({ batteryW: 23.45, isOnBattery: true });
});

it('multiplies current and voltage, whatever the sign of the current', async () => {
  await supply('AC', UNPLUGGED);
  for (const current of ['1500000', '-1500000']) {
    const files = { current_now: current, voltage_now: '12000000' };
    await supply('BAT0', { type: 'Battery', status: 'Discharging', ...files });
    expect(await figures()).toEqual({ batteryW: 18, isOnBattery: true });
  }
});

it('sums two batteries of which one is resting', async () => {
  await supply('AC', UNPLUGGED);
  await supply('BAT0', { type: 'Battery', status: 'Not charging', power_now: '0' });
  await supply('BAT1', { type: 'Battery', status: 'Discharging', power_now: '9000000' });
  expect(await figures()).toEqual({ batteryW: 9, isOnBattery: true });
});

it('a battery on mains delivers nothing, also while it charges', async () => {
  await supply('AC', PLUGGED);
  await supply('BAT0', { type: 'Battery', status: 'Charging', power_now: '45000000' });
  expect(await figures()).toEqual({ batteryW: 0, isOnBattery: false });
});

it('a battery helps an adapter that is too weak', async () => {
  await supply('AC', PLUGGED);
  await supply('BAT0', { type: 'Battery', status: 'Discharging', power_now: '7000000' });
  expect(await figures()).toEqual({ batteryW: 7, isOnBattery: false });
});

it.each([
  ['tells 0', { status: 'Discharging', power_now: '0' }],
  ['tells no power', { status: 'Discharging' }],
  ['tells a text', { status: 'Discharging', power_now: 'N/A' }],
  ['does not say yet that it discharges', { status: 'Unknown', power_now: '0' }],
])('the power of a battery in use that %s is unknown', async (_case, files) => {
  await supply('AC', UNPLUGGED);
  await supply('BAT0', { type: 'Battery', ...files });
  expect(await figures()).toEqual({ batteryW: null, isOnBattery: true });
});

it('the battery of a mouse is not the machine’s', async () => {
  await supply('AC', PLUGGED);
  const files = { scope: 'Device', status: 'Discharging', power_now: '1000' };
  await supply('hidpp_battery_0', { type: 'Battery', ...files });
  expect(await figures()).toEqual({ batteryW: null, isOnBattery: null });
});

it('a USB port without an adapter is no sign of battery use', async () => {
  await supply('ucsi-source-psy-1', { type: 'USB', online: '0' });
  await supply('BAT0', { type: 'Battery', status: 'Full', power_now: '0' });
  expect(await figures()).toEqual({ batteryW: 0, isOnBattery: false });
});

it('a battery that is taken out between two reads is gone', async () => {
  await supply('AC', UNPLUGGED);
  await supply('BAT0', { type: 'Battery', status: 'Discharging', power_now: '23450000' });
  await figures();
  await rm(join(root, 'BAT0'), { recursive: true });
  expect(await figures()).toEqual({ batteryW: null, isOnBattery: null });
});
