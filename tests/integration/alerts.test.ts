import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertRule } from '../../shared/alerts.ts';
import type { AlertHistory, AlertPreview } from '../../shared/alert-history.ts';
import type { AlertState } from '../../shared/alert-state.ts';
import type { Wire } from '../../shared/wire.ts';
import { ask, call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { prometheusObstacle, startPrometheus } from '../support/prometheus-server.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const obstacle = prometheusObstacle();
const skipped = obstacle === null ? '' : ` (skipped: ${obstacle})`;
const cleanups: (() => unknown)[] = [];

interface Alerts {
  readonly alerts: Wire<AlertState>[];
  readonly rules: Wire<AlertRule>[];
  readonly webhook: { status: string; message: string | null; waiting: number };
}

interface Told {
  readonly status: string;
  readonly alerts: { status: string; labels: Record<string, string>; endsAt: string }[];
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function dataFolder(settings: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  return folder;
}

async function start(upstream: string, dataDir = dataFolder()): Promise<Headless> {
  const tokwatt = await startHeadless({ dataDir, args: ['--upstream', `gpu=${upstream}`] });
  cleanups.push(() => tokwatt.stop());
  return tokwatt;
}

/** With the port of one that was stopped, it comes back. */
async function upstream(port?: number): Promise<RecordedUpstream> {
  const server = await startRecordedUpstream({ port: port ?? (await freePort()) });
  let isUp = true;
  const stop = async (): Promise<void> => {
    if (isUp) await server.stop();
    isUp = false;
  };
  cleanups.push(stop);
  return { ...server, stop };
}

/** Takes what a webhook is sent. */
async function receiver(): Promise<{ url: string; told: Told[]; keys: (string | undefined)[] }> {
  const told: Told[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      told.push(JSON.parse(text) as Told);
      keys.push(request.headers.authorization);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { url: `http://127.0.0.1:${address.port}/`, told, keys };
}

async function chat(tokwatt: Headless, agent = 'curl/8.0'): Promise<void> {
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
  const headers = { 'user-agent': agent };
  const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body, headers });
  await answer.text();
}

/** Asks until it is so. */
async function until(
  tokwatt: Headless,
  isSo: (alerts: Alerts) => boolean,
  between: () => Promise<unknown> = () => sleep(100),
): Promise<Alerts> {
  let last: Alerts | null = null;
  for (const limit = Date.now() + 40_000; Date.now() < limit; await between()) {
    last = await ask<Alerts>(tokwatt, 'GET', '/api/alerts');
    if (isSo(last)) return last;
  }
  throw new Error(`It stayed at ${JSON.stringify(last)}`);
}

const setRules = (tokwatt: Headless, ...rules: object[]) =>
  ask<Pick<Alerts, 'rules'>>(tokwatt, 'PUT', '/api/alerts/rules', { rules });

async function promtool(file: string): Promise<{ status: number | null; said: string }> {
  const child = spawn('promtool', ['check', 'rules', file]);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, said };
}

describe('alerts over HTTP', () => {
  it('start without rules, with examples, and with a description of every figure', async () => {
    const tokwatt = await start((await upstream()).url);
    expect(await ask(tokwatt, 'GET', '/api/alerts')).toEqual({
      alerts: [],
      rules: [],
      notify: true,
      webhook: {
        ...{ status: 'off', message: null, message_sentence: null },
        ...{ last_success_at: null, waiting: 0 },
      },
    });
    const { rules } = await ask<Pick<Alerts, 'rules'>>(tokwatt, 'GET', '/api/alerts/examples');
    expect(rules.slice(0, 3).map(({ name }) => name)).toEqual([
      'High error rate',
      'High latency',
      'Upstream down',
    ]);
    expect(rules.some(({ enabled }) => enabled)).toBe(false);
    const { figures } = await ask<{ figures: { name: string; splits: string[] }[] }>(
      tokwatt,
      'GET',
      '/api/alerts/figures',
    );
    expect(figures).toContainEqual({
      name: 'first_token_ms',
      title: 'Time to first token',
      meaning: expect.stringMatching(/\.$/),
      unit: 'ms',
      splits: ['model', 'client', 'key', 'upstream'],
      has_window: true,
      percentile: 95,
    });
    // What is told can be sent back.
    expect(await setRules(tokwatt, ...rules)).toEqual({ rules });
  });

  it('accept and keep valid rules, and reject others by name', async () => {
    const dataDir = dataFolder({ alerts: { notify: false }, unrelated: 1 });
    const { url } = await upstream();
    const first = await start(url, dataDir);
    const rule = { name: 'slow', figure: 'latency_ms', threshold: 1, window_ms: 5_000, for_ms: 7 };
    expect((await call(first, 'PUT', '/api/alerts/rules', { rules: [rule] }, {})).status).toBe(401);
    const { rules } = await setRules(first, rule);
    expect(rules).toMatchObject([{ ...rule, percentile: 95, enabled: true, by: null }]);
    for (const [wrong, detail] of [
      [{ ...rule, for_ms: -1 }, 'rules.0.for_ms: must not be negative'],
      [{ ...rule, window: 5 }, 'rules.0.window: a rule has no such field'],
      [{ ...rule, by: 'gpu' }, 'rules.0.by: latency_ms can be split only by'],
      [{ ...rule, figure: 'speed' }, 'rules.0.figure: must be one of: requests_per_minute, '],
    ] as const) {
      const answer = await call(first, 'PUT', '/api/alerts/rules', { rules: [wrong] });
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain(detail);
    }
    expect((await call(first, 'PUT', '/api/alerts/rules', { rules: {} })).text).toContain(
      'rules: must be a list of rules',
    );
    const file = JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8')) as object;
    expect(file).toMatchObject({
      alerts: {
        notify: false,
        rules: [{ name: 'slow', figure: 'latency_ms', threshold: 1, windowMs: 5_000, forMs: 7 }],
      },
      unrelated: 1,
    });
    await first.stop();
    const second = await start(url, dataDir);
    expect((await ask<Alerts>(second, 'GET', '/api/alerts')).rules).toEqual(rules);
  });

  it('notify a webhook when a server goes down and when it is back', async () => {
    const { url, told, keys } = await receiver();
    const webhook = { url, headers: { authorization: 'Bearer s3cret' } };
    const dataDir = dataFolder({
      alerts: {
        webhook,
        rules: [{ name: 'down', figure: 'upstream_down', by: 'upstream', severity: 'critical' }],
      },
    });
    const server = await upstream();
    const tokwatt = await start(server.url, dataDir);
    await chat(tokwatt);
    await server.stop();
    const { alerts } = await until(
      tokwatt,
      ({ alerts: [alert] }) => alert?.status === 'firing',
      () => chat(tokwatt),
    );
    expect(alerts).toMatchObject([
      { rule: 'down', by: 'upstream', subject: 'gpu', severity: 'critical', value: 1 },
    ]);
    await upstream(server.port);
    await until(tokwatt, ({ alerts: [alert] }) => alert?.status === 'resolved');
    await until(tokwatt, ({ webhook: { waiting } }) => waiting === 0);
    expect(told.map(({ status, alerts: [alert] }) => [status, alert?.labels.upstream])).toEqual([
      ['firing', 'gpu'],
      ['resolved', 'gpu'],
    ]);
    expect(keys).toEqual(['Bearer s3cret', 'Bearer s3cret']);
    const { text } = await call(tokwatt, 'GET', '/api/alerts');
    expect(text + tokwatt.stderr()).not.toContain('s3cret');
    const past = await ask<Wire<AlertHistory>>(tokwatt, 'GET', '/api/alerts/history');
    expect(past).toMatchObject({
      alerts: [{ rule: 'down', subject: 'gpu', peak_value: 1, delivered: true, op: 'above' }],
      next_cursor: null,
    });
    const [first] = past.alerts;
    expect(first?.to).toBeGreaterThan(first?.from ?? Infinity);
    await tokwatt.stop();
    const again = await start(server.url, dataDir);
    expect(await ask(again, 'GET', '/api/alerts/history')).toEqual(past);
    expect(await ask(again, 'GET', '/api/alerts/history?rule=down')).toEqual(past);
    for (const other of ['dow', 'up', '%']) {
      const answer = await ask(
        again,
        'GET',
        `/api/alerts/history?rule=${encodeURIComponent(other)}`,
      );
      expect(answer).toEqual({ alerts: [], next_cursor: null });
    }
    await call(again, 'DELETE', '/api/data/logs', { confirm: true });
    expect(await ask(again, 'GET', '/api/alerts/history')).toMatchObject({ alerts: [] });
  });

  it('tell when a rule would have fired, without changing anything', async () => {
    const tokwatt = await start((await upstream()).url);
    await chat(tokwatt);
    await tokwatt.activity(1);
    const rule = { name: 'busy', figure: 'requests_today', threshold: 0, by: 'client' };
    const path = '/api/alerts/preview';
    // The look comes at the next whole second.
    await sleep(1_100);
    const told = await ask<Wire<AlertPreview>>(tokwatt, 'POST', path, { rule });
    expect(told).toMatchObject({ is_known: true, note: null, count: 1 });
    expect(told.alerts).toMatchObject([{ subject: 'curl', to: null, peak_value: 1 }]);
    expect(told.to - told.from).toBe(7 * 86_400_000);
    expect((await ask<Alerts>(tokwatt, 'GET', '/api/alerts')).rules).toEqual([]);
    const unknown = { name: 'down', figure: 'upstream_down' };
    expect(await ask(tokwatt, 'POST', path, { rule: unknown })).toMatchObject({
      is_known: false,
      note: 'Whether a server answered is not stored.',
    });
    for (const [body, detail] of [
      [{ rule: { ...rule, by: 'gpu' } }, 'rule.by: requests_today can be split only by'],
      [{ rule, from: 2, to: 1 }, 'from: must not be after to'],
      [{ rule, from: 0 }, 'at most 31 days'],
      [{}, 'rule: is needed'],
    ] as const) {
      const answer = await call(tokwatt, 'POST', path, body);
      expect(answer.status, detail).toBe(400);
      expect(answer.body.detail).toContain(detail);
    }
    expect((await call(tokwatt, 'POST', path, { rule }, {})).status).toBe(401);
  });

  it('keep the sum of the day over a restart', async () => {
    const dataDir = dataFolder();
    const { url } = await upstream();
    const first = await start(url, dataDir);
    await chat(first);
    await first.activity(1);
    await first.stop();
    const second = await start(url, dataDir);
    const budget = { name: 'budget', figure: 'tokens_today', threshold: 10 };
    await setRules(second, budget, { ...budget, name: 'by client', by: 'client' });
    const { alerts } = await until(second, ({ alerts }) => alerts.length === 2);
    expect(alerts.map(({ rule, subject, value }) => [rule, subject, value]).sort()).toEqual([
      ['budget', null, 35],
      ['by client', 'curl', 35],
    ]);
  });

  it('are resolved when their rule is removed', async () => {
    const tokwatt = await start((await upstream()).url);
    await setRules(tokwatt, { name: 'busy', figure: 'requests_today', threshold: 0 });
    await chat(tokwatt);
    await until(tokwatt, ({ alerts: [alert] }) => alert?.status === 'firing');
    await setRules(tokwatt);
    const { alerts } = await ask<Alerts>(tokwatt, 'GET', '/api/alerts');
    expect(alerts).toMatchObject([{ rule: 'busy', status: 'resolved' }]);
    expect(alerts[0]?.message).toContain('its rule was changed');
  });

  it('can be tested on the webhook', async () => {
    const { url, told } = await receiver();
    const { url: server } = await upstream();
    const none = await start(server);
    const refused = await call(none, 'POST', '/api/alerts/test');
    expect([refused.status, refused.body.code]).toEqual([409, 'no_webhook']);
    const some = await start(server, dataFolder({ alerts: { webhook: { url } } }));
    expect(await ask(some, 'POST', '/api/alerts/test')).toEqual({
      delivered: true,
      status: 204,
      message: 'The webhook took it.',
      message_sentence: { code: 'webhook_took', params: {} },
    });
    expect(told[0]?.alerts[0]?.labels.alertname).toBe('Test of Tokwatt');
    expect((await call(some, 'POST', '/api/alerts/test', undefined, {})).status).toBe(401);
  });

  it('prevent the start if a rule in the settings is invalid, and name it', async () => {
    const dataDir = dataFolder({ alerts: { rules: [{ name: 'x', figure: 'nothing' }] } });
    await expect(start('http://127.0.0.1:1', dataDir)).rejects.toThrow(
      /alerts\.rules\.0\.figure: must be one of: /,
    );
  });
});

describe.skipIf(obstacle !== null)(`alerts and Prometheus${skipped}`, () => {
  it('promtool accepts every rule file', async () => {
    const tokwatt = await start((await upstream()).url);
    const { figures } = await ask<{ figures: { name: string; splits: string[] }[] }>(
      tokwatt,
      'GET',
      '/api/alerts/figures',
    );
    const file = join(dataFolder(), 'rules.yml');
    const rules = figures.flatMap(({ name, splits }) =>
      [null, ...splits].map((by, i) => ({
        name: `${name} ${by ?? ''} {{ x }} "\\'`,
        figure: name,
        threshold: 1.5,
        by,
        for_ms: i * 1_500,
        keep_firing_ms: i * 1_000,
        min_requests: 1 + i,
        // A rule about today's sums takes one kind of name at a time.
        ...(splits.includes('upstream') && !name.includes('_today')
          ? { where: { upstream: 'it\'s a "box"\\ {{ .Y }}\n' } }
          : {}),
      })),
    );
    for (let i = 0; i < rules.length; i += 50) {
      await setRules(tokwatt, ...rules.slice(i, i + 50));
      const answer = await call(tokwatt, 'GET', '/api/alerts/prometheus-rules');
      expect(answer.headers.get('content-type')).toBe('text/yaml; charset=utf-8');
      writeFileSync(file, answer.text);
      const { status, said } = await promtool(file);
      expect(said).toMatch(/SUCCESS: \d+ rules? found/);
      expect(status).toBe(0);
    }
  });

  it('a real Prometheus fires the same alerts', { timeout: 120_000 }, async () => {
    const server = await upstream();
    const tokwatt = await start(server.url);
    await setRules(
      tokwatt,
      { name: 'errors', figure: 'error_percent', threshold: 10, by: 'model', window_ms: 5_000 },
      { name: 'gone', figure: 'upstream_down', where: { upstream: 'gpu' }, for_ms: 500 },
      { name: 'quick', figure: 'latency_ms', op: 'below', threshold: 60_000, window_ms: 5_000 },
      { name: 'never', figure: 'error_percent', threshold: 100, window_ms: 5_000 },
    );
    const { text } = await call(tokwatt, 'GET', '/api/alerts/prometheus-rules');
    const prometheus = await startPrometheus(tokwatt.api, text);
    cleanups.push(() => prometheus.stop());
    const firing = async (): Promise<string[]> => {
      const answers = await prometheus.query('ALERTS{alertstate="firing"}');
      return answers.map(({ metric }) => metric.alertname ?? '');
    };
    /** Until both say the same. Requests go on meanwhile. */
    const both = async (names: string[], expected: string[]): Promise<void> => {
      let seen: unknown;
      for (const limit = Date.now() + 40_000; Date.now() < limit;) {
        await sleep(50);
        await chat(tokwatt);
        const { alerts } = await ask<Alerts>(tokwatt, 'GET', '/api/alerts');
        const ours = alerts.filter(({ status }) => status === 'firing').map(({ rule }) => rule);
        seen = [ours, await firing()].map((said) =>
          said.filter((name) => names.includes(name)).sort(),
        );
        if (JSON.stringify(seen) === JSON.stringify([expected, expected])) return;
      }
      throw new Error(`They stayed at ${JSON.stringify(seen)}`);
    };
    const all = ['errors', 'gone', 'never', 'quick'];
    await both(all, ['quick']);
    await server.stop();
    // Without a success there is no latency: Prometheus drops that alert, and ours waits for the next.
    await both(['errors', 'gone', 'never'], ['errors', 'gone']);
    const [errors] = await prometheus.query('ALERTS{alertname="errors",alertstate="firing"}');
    expect(errors?.metric).toMatchObject({ model: MODEL, severity: 'warning' });
    await upstream(server.port);
    await both(all, ['quick']);
  });
});
