import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chat } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** What the reporter sends; what the API shows as the preview of it. */
interface Report {
  readonly version: string;
  readonly time: string;
  readonly since: number;
  readonly system: { readonly os: string; readonly cpu_cores: number };
  readonly totals: { readonly requests: number; readonly output_tokens: number };
  readonly models: Readonly<Record<string, { readonly requests: number }>>;
  readonly apis: Readonly<Record<string, number>>;
}
interface Updates {
  readonly newer: string | null;
  readonly checked_at: number | null;
}

let receiver: Server;
let address: string;
let taken: Report[];
let status: number;
let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;

const start = (): Promise<Headless> =>
  startHeadless({ args: ['--upstream', upstream.url], dataDir: join(folder, 'data') });

beforeEach(async () => {
  taken = [];
  status = 200;
  receiver = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end('{"version": "99.0.0", "url": "https://example.org/99"}');
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      taken.push(JSON.parse(text) as Report);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-reporter-'));
  upstream = await startRecordedUpstream();
  tokwatt = await start();
});

afterEach(async () => {
  await tokwatt.stop();
  await upstream.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

it('sends nothing until it is turned on, then the new usage exactly as in the preview', async () => {
  await chat(tokwatt);
  await tokwatt.activity(1);
  const off: Report = await ask(tokwatt, 'GET', '/api/reporter/preview');
  expect(off.totals.requests).toBe(0);
  await ask(tokwatt, 'PATCH', '/api/settings', { reporter: { url: address } });
  await chat(tokwatt);
  await chat(tokwatt);
  await tokwatt.activity(3);
  const preview: Report = await ask(tokwatt, 'GET', '/api/reporter/preview');
  expect(preview).toMatchObject({
    totals: { requests: 2 },
    models: { [MODEL]: { requests: 2 } },
    system: { os: expect.any(String) as string },
  });
  expect(await tokwatt.stop()).toBe(0);
  expect(taken).toHaveLength(1);
  expect(taken[0]).toEqual({ ...preview, time: taken[0]?.time });
});

it('keeps unsent usage for the next start', async () => {
  await ask(tokwatt, 'PATCH', '/api/settings', { reporter: { url: address } });
  await chat(tokwatt);
  await tokwatt.activity(1);
  status = 503;
  expect(await tokwatt.stop()).toBe(0);
  expect(taken[0]?.totals.requests).toBe(1);
  status = 200;
  tokwatt = await start();
  await chat(tokwatt);
  await tokwatt.activity(2);
  expect(await tokwatt.stop()).toBe(0);
  expect(taken[1]?.totals.requests).toBe(2);
  expect(taken[1]?.since).toBe(taken[0]?.since);
});

it('checks for newer versions only on request, and the settings show it', async () => {
  const before: Updates = await ask(tokwatt, 'GET', '/api/updates');
  expect(before).toMatchObject({ newer: null, checked_at: null });
  expect(await call(tokwatt, 'POST', '/api/updates/check')).toMatchObject({
    status: 409,
    body: { code: 'no_update_address' },
  });
  await ask(tokwatt, 'PATCH', '/api/settings', { updates: { url: address } });
  const after: Updates = await ask(tokwatt, 'POST', '/api/updates/check');
  expect(after.newer).toBe('99.0.0');
  expect(await ask(tokwatt, 'GET', '/api/settings')).toMatchObject({ updates: { check: true } });
});
