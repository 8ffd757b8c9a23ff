import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { costSchema } from '../../../shared/cost-settings.ts';
import type { HourlySettings } from '../../../shared/cost-settings.ts';
import { englishOf } from '../../../shared/sentences.ts';
import type { JsonDocument } from '../json-document.ts';
import { SILENT_LOG } from '../log.ts';
import { HourlyPriceStore } from './hourly-prices.ts';
import { HourlySource } from './hourly-source.ts';

const NOW = Math.floor(Date.now() / 3_600_000);
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

function memoryDocument(): JsonDocument & { value: Record<string, unknown> } {
  const document = {
    value: {} as Record<string, unknown>,
    read: () => document.value,
    write: (value: Record<string, unknown>) => {
      document.value = structuredClone(value);
    },
  };
  return document;
}

function settings(hourly: object): HourlySettings {
  const { tariff } = v.parse(costSchema, { tariff: { hourly } });
  return tariff.hourly!;
}

function list(...prices: readonly (readonly [hour: number, price: number])[]): string {
  return prices
    .map(([hour, price]) => `${new Date(hour * 3_600_000).toISOString()},${price}`)
    .join('\n');
}

function source(document = memoryDocument()) {
  const store = new HourlyPriceStore(document);
  const told: (string | null)[] = [];
  const reader = new HourlySource({
    store,
    log: SILENT_LOG,
    tell: (message) => told.push(message && englishOf(message)),
    onPrices: () => undefined,
    firstRetryMs: 10,
  });
  endings.push(() => reader.stop());
  return { store, reader, told, document };
}

it('watches a file, and never changes the price of a past hour', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-prices-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'prices.csv');
  writeFileSync(file, list([NOW - 1, 0.1], [NOW + 1, 0.3]));
  const { store, reader, document, told } = source();
  reader.apply({ key: 'k', settings: settings({ file }) });
  await vi.waitFor(() => expect(store.price('k', NOW - 1)).toBe(0.1));

  writeFileSync(file, list([NOW - 1, 0.9], [NOW + 1, 0.4], [NOW + 2, 0.5]));
  await vi.waitFor(() => expect(store.price('k', NOW + 2)).toBe(0.5), 5_000);
  expect(store.price('k', NOW - 1)).toBe(0.1);
  expect(store.price('k', NOW + 1)).toBe(0.4);
  expect(store.price('k', NOW)).toBeNull();

  writeFileSync(file, 'time,price\nnow,1');
  await vi.waitFor(() => expect(told.at(-1)).toContain('has no time'), 5_000);
  expect(reader.state.status).toBe('failing');
  // After a restart the last good list is still there.
  expect(new HourlyPriceStore(document).price('k', NOW + 2)).toBe(0.5);
});

it('asks an address again after failures, and does not show its query', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (asked < 3) response.writeHead(503).end('busy');
    else response.end(JSON.stringify([{ time: `${NOW * 3_600}`, price: 80 }]));
  }).listen(0, '127.0.0.1');
  endings.push(() => server.close());
  await vi.waitFor(() => expect(server.listening).toBe(true));
  const { port } = server.address() as AddressInfo;
  const { store, reader, told } = source();
  const url = `http://127.0.0.1:${port}/day?token=secret`;
  reader.apply({ key: 'k', settings: settings({ url, per: 'MWh' }) });
  await vi.waitFor(() => expect(store.price('k', NOW)).toBe(0.08), 5_000);
  expect(asked).toBe(3);
  expect(told.find((message) => message?.includes('503'))).not.toContain('secret');
  expect(told.at(-1)).toBeNull();
  expect(reader.state).toMatchObject({ status: 'ok', knownUntil: (NOW + 1) * 3_600_000 });
});

it('follows no redirect, and refuses a list without end', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/list' }).end();
    else {
      response.on('error', () => undefined);
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    }
  }).listen(0, '127.0.0.1');
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await vi.waitFor(() => expect(server.listening).toBe(true));
  const { port } = server.address() as AddressInfo;
  for (const [path, reason] of [
    ['/moved', 'it redirects'],
    ['/endless', 'more than 2 MB'],
  ] as const) {
    const { reader, told } = source();
    reader.apply({ key: path, settings: settings({ url: `http://127.0.0.1:${port}${path}` }) });
    await vi.waitFor(() => expect(told.at(-1)).toContain(reason), 5_000);
    reader.stop();
  }
});
