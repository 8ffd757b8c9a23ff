import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReporterSettings } from '../../../../shared/reporter.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { SILENT_LOG } from '../../log.ts';
import type { Exporter, ExporterContext, ExporterMemory } from '../exporter.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { createReporter, previewReport } from './reporter.ts';
import type { Payload } from './reporter.ts';
import { NO_TALLIES } from './tallies.ts';

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly totals: object; readonly models: object; readonly since: number };
}

const POLL = { timeout: 10_000 };
let server: Server;
let url = '';
let heard: Heard[] = [];
let answer = 204;
let answerLate = (): void => undefined;
let requests = 0;
let memory: ExporterMemory;
let exporter: Exporter | undefined;

const payload: Payload = () => ({
  version: '1.2.3',
  ...NO_TALLIES,
  totals: { requests },
  models: requests === 0 ? {} : { constructor: { requests } },
});

beforeEach(async () => {
  heard = [];
  answer = 204;
  requests = 0;
  let stored = '{}';
  memory = {
    read: () => JSON.parse(stored) as Record<string, unknown>,
    write: (value) => {
      stored = JSON.stringify(value);
    },
  };
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: JSON.parse(text) as Heard['body'] });
      if (answer === 302) response.setHeader('Location', `${url}/elsewhere`);
      answerLate = () => void response.writeHead(204).end();
      if (answer !== 0) response.writeHead(answer).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await exporter?.stop(0, 'settings');
  exporter = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A period of `seconds`; settings allow no less than a minute. */
function start(seconds: number, address: string | null = url): Exporter {
  const settings: ReporterSettings = {
    url: address,
    headers: { 'X-Key': 'secret' },
    intervalMinutes: seconds / 60,
  };
  const context: ExporterContext = {
    version: '1.2.3',
    log: SILENT_LOG,
    instance: 'test',
    // The reporter does not read these.
    snapshot: vi.fn<() => Snapshot>(),
    stats: vi.fn<() => Stats>(),
    books: () => [],
    ledger: {} as Ledger,
    memory: () => memory,
    onChange: () => undefined,
  };
  const [made] = createReporter(context, settings, payload);
  if (made === undefined) throw new Error('there is no reporter');
  exporter = made;
  made.start();
  return made;
}

test('each report has the counts of its period', async () => {
  requests = 5;
  start(0.1);
  await expect.poll(() => heard.length, POLL).toBeGreaterThan(0);
  requests = 8;
  await expect.poll(() => told(), POLL).toBe(3);
  expect(heard.at(0)?.headers).toMatchObject({
    'x-key': 'secret',
    'user-agent': 'Tokwatt/1.2.3',
    'content-type': 'application/json',
  });
  expect(exporter?.state).toMatchObject({ status: 'ok', message: null, behind: null });
});

test('the counts of a failed report are in the next one, with the same start', async () => {
  answer = 500;
  const reporter = start(0.1);
  requests = 4;
  await expect.poll(() => heard.length, POLL).toBeGreaterThan(1);
  expect(reporter.state.status).toBe('failing');
  expect(reporter.state.message).toMatch(/it answered 500.*next one/);
  answer = 204;
  await expect.poll(() => reporter.state.status, POLL).toBe('ok');
  const taken = heard.length;
  const { since } = heard[0]?.body ?? {};
  expect(heard.every(({ body }) => body.since === since)).toBe(true);
  expect(heard.at(-1)?.body).toMatchObject({
    totals: { requests: 4 },
    models: { constructor: { requests: 4 } },
  });
  await expect.poll(() => heard.length, POLL).toBeGreaterThan(taken);
  expect(heard.at(-1)?.body.totals).toEqual({ requests: 0 });
});

test('the last period is reported at the end, and the next start continues from there', async () => {
  const first = start(3_600);
  requests = 2;
  await first.stop(5_000, 'quit');
  expect(told()).toBe(2);
  requests = 3;
  const second = start(3_600);
  await second.stop(5_000, 'quit');
  expect(heard.map(({ body }) => body.totals)).toEqual([{ requests: 2 }, { requests: 1 }]);
});

test('counts that could not be sent at the end are sent after the next start', async () => {
  answer = 0;
  const first = start(3_600);
  requests = 2;
  await first.stop(50, 'quit');
  expect(first.state.message).toContain('no answer in time');
  heard = [];
  answer = 204;
  await start(3_600).stop(5_000, 'quit');
  expect(told()).toBe(2);
});

test('counts while the reporter is off are never sent', async () => {
  const first = start(3_600);
  requests = 2;
  await first.stop(5_000, 'settings');
  expect(() => start(3_600, null)).toThrow('there is no reporter');
  requests = 5;
  await start(3_600).stop(5_000, 'quit');
  expect(heard.map(({ body }) => body.totals)).toEqual([{ requests: 0 }]);
});

test('a hanging answer does not delay the end', async () => {
  answer = 0;
  const reporter = start(0.1);
  await expect.poll(() => heard.length, POLL).toBe(1);
  const begin = performance.now();
  await reporter.stop(100, 'quit');
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(heard).toHaveLength(1);
});

test('a late answer of the previous address does not affect reports to the next', async () => {
  answer = 0;
  requests = 7;
  const first = start(0.1);
  await expect.poll(() => heard.length, POLL).toBe(1);
  const stopped = first.stop(5_000, 'settings');
  answerLate();
  await stopped;
  const second = start(3_600, `${url}/other`);
  await sleep(200);
  requests = 9;
  answer = 204;
  await second.stop(5_000, 'quit');
  expect(heard.at(-1)?.body.totals).toEqual({ requests: 2 });
});

test('a redirect is not followed: headers and counts are for the address the user set', async () => {
  answer = 302;
  const reporter = start(3_600);
  await reporter.stop(5_000, 'quit');
  expect(heard).toHaveLength(1);
  expect(reporter.state.status).toBe('failing');
});

test('the preview is the next report, whether the reporter is on or off', async () => {
  requests = 2;
  expect(previewReport(memory, null, payload, 7)).toMatchObject({
    since: 7,
    version: '1.2.3',
    totals: { requests: 0 },
  });
  const reporter = start(3_600);
  requests = 6;
  const preview = previewReport(memory, url, payload, 9);
  await reporter.stop(5_000, 'quit');
  expect(heard[0]?.body).toEqual(preview);
  expect(preview.totals).toEqual({ requests: 4 });
});

function told(): number {
  const totals = heard.at(-1)?.body.totals ?? {};
  return 'requests' in totals ? Number(totals.requests) : NaN;
}
