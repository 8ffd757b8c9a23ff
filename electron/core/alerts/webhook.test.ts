import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../../shared/alert-state.ts';
import { englishOf } from '../../../shared/sentences.ts';
import type { WebhookBody } from './webhook-body.ts';
import { Webhook } from './webhook.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A receiver with configurable answers, which records the requests. */
async function receiver(answer: Answer): Promise<{
  url: string;
  bodies: WebhookBody[];
  requests: IncomingMessage[];
}> {
  const bodies: WebhookBody[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      requests.push(request);
      bodies.push(JSON.parse(text) as WebhookBody);
      answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { url: `http://127.0.0.1:${address.port}/hook/s3cret`, bodies, requests };
}

function start(timing = { timeoutMs: 2_000, retryMs: [10, 20] }) {
  const warnings: string[] = [];
  const lines: string[] = [];
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const webhook = new Webhook({
    log,
    onWarning: (message) => warnings.push(englishOf(message)),
    timing,
  });
  cleanups.push(() => webhook.stop());
  return { webhook, warnings, lines };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isSo(); tries += 1) await sleep(25);
  expect(isSo()).toBe(true);
}

function alert(given: Partial<AlertState> = {}): AlertState {
  return {
    rule: 'GPU hot',
    figure: 'gpu_temperature_celsius',
    severity: 'critical',
    by: 'gpu',
    subject: '0',
    status: 'firing',
    since: Date.UTC(2026, 10, 21, 12),
    firedAt: Date.UTC(2026, 10, 21, 12),
    value: 90,
    threshold: 80,
    message: 'GPU temperature is 90 °C, above 80 °C (gpu 0)',
    messageSentence: null,
    notify: true,
    ...given,
  };
}

const ok: Answer = (response) => response.writeHead(204).end();

describe('the webhook', { timeout: 30_000 }, () => {
  it('replaces its own header by a given one, in any case', async () => {
    const { url, requests } = await receiver(ok);
    const { webhook } = start();
    webhook.configure({ url, headers: { 'Content-Type': 'text/plain', 'USER-AGENT': 'me' } });
    webhook.send([alert()]);
    await until(() => webhook.state.status === 'ok');
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'text/plain',
      'user-agent': 'me',
    });
  });

  it('gets the format of Alertmanager', async () => {
    const { url, bodies, requests } = await receiver(ok);
    const { webhook } = start();
    webhook.configure({ url, headers: { authorization: 'Bearer x', 'x-name': 'ä' } });
    const over = alert({
      status: 'resolved',
      subject: '1',
      since: Date.UTC(2026, 10, 21, 13),
      value: null,
    });
    webhook.send([alert(), over]);
    await until(() => webhook.state.status === 'ok');
    expect(bodies).toEqual([
      {
        version: '4',
        groupKey: 'tokwatt',
        truncatedAlerts: 0,
        status: 'firing',
        receiver: 'tokwatt',
        groupLabels: {},
        commonLabels: {
          alertname: 'GPU hot',
          figure: 'gpu_temperature_celsius',
          severity: 'critical',
        },
        commonAnnotations: { summary: alert().message, threshold: '80' },
        externalURL: '',
        alerts: [
          {
            status: 'firing',
            labels: expect.objectContaining({ alertname: 'GPU hot', gpu: '0' }),
            annotations: { summary: alert().message, value: '90', threshold: '80' },
            startsAt: '2026-11-21T12:00:00.000Z',
            endsAt: '0001-01-01T00:00:00Z',
            generatorURL: '',
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          },
          expect.objectContaining({
            status: 'resolved',
            startsAt: '2026-11-21T12:00:00.000Z',
            endsAt: '2026-11-21T13:00:00.000Z',
            annotations: expect.objectContaining({ value: 'unknown' }),
          }),
        ],
      },
    ]);
    const [first, second] = bodies[0]?.alerts ?? [];
    expect(first?.fingerprint).not.toBe(second?.fingerprint);
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/json',
    });
    expect(webhook.state).toMatchObject({ message: null, waiting: 0 });
    expect(webhook.state.lastSuccessAt).not.toBeNull();
  });

  it('retries temporary failures, in the order of the changes', async () => {
    let calls = 0;
    const { url, bodies } = await receiver((response) => {
      calls += 1;
      if (calls === 2) response.destroy();
      else response.writeHead(calls === 1 ? 503 : 200).end();
    });
    const { webhook, warnings } = start();
    webhook.configure({ url, headers: {} });
    webhook.send([alert({ rule: 'first' })]);
    webhook.send([alert({ rule: 'second' })]);
    await until(() => webhook.state.waiting === 0);
    const names = bodies.map(({ alerts }) => alerts[0]?.labels.alertname);
    expect(names).toEqual(['first', 'first', 'first', 'second']);
    expect(webhook.state.status).toBe('ok');
    expect(warnings).toEqual([]);
  });

  it('does not retry refused alerts, and warns the user once', async () => {
    const { url, bodies } = await receiver((response) => response.writeHead(403).end());
    const { webhook, warnings, lines } = start();
    webhook.configure({ url, headers: { authorization: 'Bearer s3cret' } });
    for (let i = 0; i < 3; i += 1) webhook.send([alert()]);
    await until(() => webhook.state.waiting === 0);
    expect(bodies).toHaveLength(3);
    expect(webhook.state).toMatchObject({
      status: 'failing',
      message: 'The webhook answers with status 403; check the headers.',
      lastSuccessAt: null,
    });
    expect(warnings).toEqual([
      'Alerts cannot be sent. The webhook answers with status 403; check the headers.',
    ]);
    expect(lines).toHaveLength(1);
    expect([...lines, ...warnings].join()).not.toContain('s3cret');
  });

  it('stops retrying when the receiver stays unreachable', async () => {
    const { url } = await receiver(ok);
    const { webhook, warnings } = start();
    await cleanups.shift()?.();
    webhook.configure({ url, headers: {} });
    webhook.send([alert()]);
    await until(() => webhook.state.status === 'failing');
    expect(webhook.state.message).toContain('ECONNREFUSED');
    expect(warnings).toHaveLength(1);
    webhook.configure({ url: 'http://127.0.0.1:1/', headers: {} });
    expect((await webhook.test())?.said.code).toBe('webhook_port');
  });

  it('has a time limit', async () => {
    const { url, bodies } = await receiver(() => undefined);
    const { webhook } = start({ timeoutMs: 100, retryMs: [10] });
    webhook.configure({ url, headers: {} });
    webhook.send([alert()]);
    await until(() => webhook.state.status === 'failing');
    expect(bodies).toHaveLength(2);
    expect(webhook.state.message).toContain('does not answer in time');
  });

  it('may send a very long answer', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    const { webhook } = start({ timeoutMs: 5_000, retryMs: [] });
    webhook.configure({ url, headers: {} });
    webhook.send([alert()]);
    await until(() => webhook.state.status === 'ok');
  });

  it('does not follow redirects', async () => {
    const elsewhere = await receiver(ok);
    const { url } = await receiver((response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    const { webhook } = start();
    webhook.configure({ url, headers: { authorization: 'Bearer s3cret' } });
    webhook.send([alert()]);
    await until(() => webhook.state.status === 'failing');
    expect(webhook.state.message).toContain('redirects elsewhere');
    expect(elsewhere.requests).toEqual([]);
  });

  it('keeps a bounded number of changes, the newest', async () => {
    let isOpen = false;
    const waiting: ServerResponse[] = [];
    const { url, bodies } = await receiver((response, request) => {
      if (isOpen) ok(response, request);
      else waiting.push(response);
    });
    const { webhook } = start({ timeoutMs: 10_000, retryMs: [] });
    webhook.configure({ url, headers: {} });
    for (let i = 0; i < 500; i += 1) webhook.send([alert({ rule: `rule ${i}` })]);
    await until(() => waiting.length === 1);
    expect(webhook.state.waiting).toBe(100);
    isOpen = true;
    for (const response of waiting) response.writeHead(200).end();
    await until(() => webhook.state.waiting === 0);
    const names = bodies.map(({ alerts }) => alerts[0]?.labels.alertname);
    expect(names).toEqual(['rule 0', ...Array.from({ length: 100 }, (_, i) => `rule ${i + 400}`)]);
  });

  it('limits the size of a body', async () => {
    const { url, bodies } = await receiver(ok);
    const { webhook } = start();
    webhook.configure({ url, headers: {} });
    webhook.send(Array.from({ length: 300 }, (_, i) => alert({ subject: `${i}` })));
    await until(() => webhook.state.status === 'ok');
    expect(bodies[0]?.alerts).toHaveLength(100);
    expect(bodies[0]?.truncatedAlerts).toBe(200);
  });

  it('gets no alerts meant for another address', async () => {
    const first = await receiver((response) => response.writeHead(500).end());
    const second = await receiver(ok);
    const { webhook } = start({ timeoutMs: 2_000, retryMs: [60_000] });
    webhook.configure({ url: first.url, headers: {} });
    webhook.send([alert({ rule: 'old' })]);
    await until(() => first.bodies.length === 1);
    webhook.configure({ url: second.url, headers: {} });
    webhook.send([alert({ rule: 'new' })]);
    await until(() => webhook.state.status === 'ok');
    expect(second.bodies.map(({ commonLabels }) => commonLabels.alertname)).toEqual(['new']);
    webhook.configure(null);
    webhook.send([alert()]);
    expect(webhook.state).toMatchObject({ status: 'off', waiting: 0 });
    expect(await webhook.test()).toBeNull();
  });

  it('can be tested with exactly one attempt', async () => {
    let status = 200;
    const { url, bodies } = await receiver((response) => response.writeHead(status).end());
    const { webhook } = start();
    webhook.configure({ url, headers: {} });
    expect(await webhook.test()).toMatchObject({ delivered: true, status: 200 });
    expect(bodies[0]?.alerts[0]?.annotations.summary).toBe('This is a test: nothing is wrong.');
    status = 500;
    expect(await webhook.test()).toMatchObject({ delivered: false, status: 500 });
    expect(bodies).toHaveLength(2);
  });
});
