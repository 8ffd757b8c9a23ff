import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Clients } from '../../shared/clients.ts';
import type { EnergyDays } from '../../shared/energy-days.ts';
import type { Footprint } from '../../shared/footprint.ts';
import type { Wire } from '../../shared/wire.ts';
import { chat, chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(settings: object): Promise<{ tokwatt: Headless; dataDir: string }> {
  const upstream = await startRecordedUpstream();
  cleanups.push(() => upstream.stop());
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-clients-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const upstreams = [{ name: 'fast', url: upstream.url }];
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams, ...settings }));
  return { tokwatt: await again(dataDir), dataDir };
}

async function again(dataDir: string): Promise<Headless> {
  const tokwatt = await startHeadless({ dataDir });
  cleanups.push(() => tokwatt.stop());
  return tokwatt;
}

const list = (tokwatt: Headless, query = ''): Promise<Wire<Clients>> =>
  ask<Wire<Clients>>(tokwatt, 'GET', `/api/clients?${query}`);

it('clients are told with their sums, models, budgets, and the names that the user gave', async () => {
  const budgets = [
    { name: 'Zed', measure: 'tokens', period: 'day', scope: 'client', subject: 'Zed', amount: 1e6 },
  ];
  const { tokwatt, dataDir } = await start({ budgets });
  const key = 'sk-of-the-first-application-0001';
  await chats(tokwatt, 3, { agent: 'Zed/1.0', key });
  await chat(tokwatt, { agent: 'Zed/1.0', model: 'other:1b' });
  await chat(tokwatt, { agent: 'my/odd agent' });
  await tokwatt.activity(5);

  const { clients, ...told } = await list(tokwatt);
  expect(told).toMatchObject({ by: 'application', omitted_clients: 0 });
  expect(new Date(told.from).getHours()).toBe(0);
  const [zed, odd] = clients;
  expect([zed?.name, zed?.requests, zed?.label, zed?.colour]).toEqual(['Zed', 4, null, null]);
  expect(zed?.budgets).toMatchObject([{ name: 'Zed', amount: 1e6 }]);
  expect(zed?.models).toHaveLength(2);
  expect(zed?.last_seen_at).toBeGreaterThan(Date.now() - 60_000);
  expect(zed?.first_day).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect([odd?.name, odd?.requests, odd?.budgets]).toEqual(['my', 1, []]);
  expect((zed?.token_share ?? 0) + (odd?.token_share ?? 0)).toBeCloseTo(1, 9);

  const one = await list(tokwatt, 'name=Zed');
  expect(one.clients).toMatchObject([{ name: 'Zed', token_share: zed?.token_share }]);
  expect(one.clients[0]?.models.map(({ requests, errors }) => [requests, errors])).toEqual([
    [3, 0],
    [1, 0],
  ]);
  expect((await list(tokwatt, 'name=nobody')).clients).toEqual([]);

  const byKey = await list(tokwatt, 'by=key');
  expect(byKey.clients.map(({ name, requests }) => [name?.slice(-4) ?? null, requests])).toEqual([
    ['0001', 3],
    [null, 2],
  ]);

  const look = { label: 'Editor', colour: '#1b9e77' };
  expect(await ask(tokwatt, 'PUT', '/api/clients/application/Zed', look)).toEqual(look);
  expect((await list(tokwatt)).clients[0]).toMatchObject(look);
  // The user wrote the label, so it is content.
  const open = await call<Wire<Clients>>(tokwatt, 'GET', '/api/clients', undefined, {});
  expect(open.body.clients[0]).toMatchObject({ name: 'Zed', label: null, colour: null });
  await tokwatt.stop();

  const second = await again(dataDir);
  expect((await list(second)).clients[0]).toMatchObject(look);
  const removed = await call(second, 'DELETE', '/api/clients/application/Zed');
  expect(removed.status).toBe(204);
  expect((await list(second)).clients[0]).toMatchObject({ label: null, colour: null });
  const file = readFileSync(join(dataDir, 'clients.json'), 'utf8');
  expect(JSON.parse(file)).toEqual({ clients: [] });
});

it('what is wrong with a name, a colour or a range is said', async () => {
  const { tokwatt } = await start({});
  for (const [body, detail] of [
    [{ colour: 'red' }, 'colour: must be a colour such as #1b9e77'],
    [{ label: '  ' }, 'label: must not be empty'],
    [{ name: 'x' }, 'name'],
  ] as const) {
    const answer = await call(tokwatt, 'PUT', '/api/clients/key/a%2Fb', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
  }
  expect((await call(tokwatt, 'PUT', '/api/clients/model/x', { label: 'x' })).status).toBe(400);
  expect((await call(tokwatt, 'PUT', '/api/clients/key/x', { label: 'x' }, {})).status).toBe(401);
  expect((await call(tokwatt, 'GET', '/api/clients?from=0')).status).toBe(400);
});

it('days of energy and the own footprint have answers before anything was measured', async () => {
  const { tokwatt } = await start({});
  const now = Date.now();
  const path = `/api/energy/days?from=${now - 86_400_000}&to=${now}`;
  const energy = await ask<Wire<EnergyDays>>(tokwatt, 'GET', path);
  expect(new Date(energy.from).getHours()).toBe(0);
  expect(energy.days).toEqual([]);
  const footprint = await ask<Wire<Footprint>>(tokwatt, 'GET', '/api/footprint');
  expect(footprint).toMatchObject({ history: [], means: [] });
});
