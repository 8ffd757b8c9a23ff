/** A wall meter that is set up, fails and is taken away again while Tokwatt runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { eventually, settingsLab } from '../support/settings-lab.ts';

const TOKEN = 'long-lived-token-0123456789';

let folder: string;
let tokwatt: Headless;
let server: Server;
let address: string;
let state = '87.5';
const authorizations: (string | undefined)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-wall-'));
  server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.end(JSON.stringify({ state, attributes: { unit_of_measurement: 'W' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokwatt = await startHeadless({ dataDir: folder });
});

afterAll(async () => {
  await tokwatt.stop();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Machine {
  readonly reading: { readonly wall: { readonly power_w: number | null } | null } | null;
  readonly notes: readonly string[];
}

async function machine(): Promise<Machine> {
  return (await tokwatt.get('/api/machine')) as Machine;
}

function warnings(): Promise<readonly string[]> {
  return tokwatt
    .get('/api/health')
    .then((health) => (health as { warnings: readonly string[] }).warnings);
}

it('shows the power at the wall from then on, and keeps the token out of the settings', async () => {
  const { change } = settingsLab(tokwatt);
  expect((await machine()).reading?.wall ?? null).toBeNull();
  const meter = { kind: 'home-assistant', name: 'Desk', address, entity: 'sensor.desk_power' };
  const answer = await change({
    hardware: { wall_meter: { ...meter, interval_ms: 1000, token: TOKEN } },
  });
  expect(answer.settings.hardware).toMatchObject({ wall_meter: { token: '(hidden)' } });
  const { wall } = await eventually(async () => {
    const found = (await machine()).reading?.wall ?? null;
    return found === null ? null : { wall: found };
  });
  expect(wall).toEqual({ name: 'Desk', power_w: 87.5, counter_joules: null });
  expect(new Set(authorizations)).toEqual(new Set([`Bearer ${TOKEN}`]));
  expect(readFileSync(join(folder, 'settings.json'), 'utf8')).not.toContain(TOKEN);
  expect(readFileSync(join(folder, 'api-keys.json'), 'utf8')).toContain(TOKEN);
});

it('warns once while the meter has no value, and no longer when it is taken away', async () => {
  state = 'unavailable';
  await eventually(async () => {
    const about = (await warnings()).filter((text) => text.includes('“Desk”'));
    return about.length === 1 ? true : null;
  });
  expect((await machine()).notes).toEqual([expect.stringContaining('Check it in Home Assistant')]);
  await settingsLab(tokwatt).change({ hardware: { wall_meter: null } });
  await eventually(async () => ((await warnings()).length === 0 ? true : null));
  const asked = authorizations.length;
  await eventually(async () => ((await machine()).reading?.wall === null ? true : null));
  expect(authorizations.length).toBe(asked);
  expect(readFileSync(join(folder, 'api-keys.json'), 'utf8')).not.toContain(TOKEN);
});
