import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

interface Side {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly encoding: string;
  readonly body_bytes: number;
  readonly truncated: boolean;
}
interface CaptureView {
  readonly request: Side;
  readonly response: Side;
}

let upstream: RecordedUpstream;
let dataDir: string;
let tokwatt: Headless | null = null;

async function start(captures: object | null, url = upstream.url): Promise<Headless> {
  dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-captures-'));
  if (captures !== null) {
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ captures }));
  }
  tokwatt = await startHeadless({ args: ['--upstream', url], dataDir });
  return tokwatt;
}

async function chat(proxy: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers, body: JSON.stringify({ model: MODEL, ...body }) };
  return (await fetch(`${proxy}/api/chat`, init)).text();
}

async function captureOf(id: number): Promise<CaptureView> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await call<CaptureView>(tokwatt!, 'GET', `/api/activity/${id}/capture`);
    if (answer.status === 200) return answer.body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no capture came');
}

describe('captures', () => {
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
  });
  afterAll(() => upstream.stop());
  afterEach(async () => {
    await tokwatt?.stop();
    tokwatt = null;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('are off by default', async () => {
    const { proxy, activity } = await start(null);
    await chat(proxy, { messages: [] });
    await activity(1);
    const answer = await call(tokwatt!, 'GET', '/api/activity/1/capture');
    expect(answer.status).toBe(404);
    expect(answer.body.detail).toContain('not on from its beginning to its end');
    expect(answer.body.detail).toContain('settings.json');
  });

  it('contain the traffic without its secrets', async () => {
    const rules = { enabled: true, redactHeaders: ['x-mine'], redactFields: ['Secret'] };
    const { proxy, activity } = await start(rules);
    const messages = [{ role: 'user', content: 'Wörds', secret: { deep: 'hush' } }];
    const headers = {
      authorization: 'Bearer sk-hush-hush-hush-hush',
      'X-Api-Key': 'hush',
      'X-Mine': 'hush',
      'X-Other': 'kept',
    };
    const answer = await chat(proxy, { messages }, headers);
    await activity(1);
    const { request, response } = await captureOf(1);
    expect(JSON.stringify(request)).not.toContain('hush');
    expect(JSON.parse(request.body)).toMatchObject({
      model: MODEL,
      messages: [{ content: 'Wörds', secret: '[redacted]' }],
    });
    const hidden = Object.fromEntries(request.headers.map(([k, v]) => [k.toLowerCase(), v]));
    expect(hidden).toMatchObject({
      authorization: '[redacted]',
      'x-api-key': '[redacted]',
      'x-mine': '[redacted]',
      'x-other': 'kept',
    });
    expect(response).toMatchObject({ body: answer, encoding: 'utf-8', truncated: false });
  });

  it('hide secrets in what is cut off, in queries and under the names of all services', async () => {
    const { proxy, activity } = await start({ enabled: true, maxBodyBytes: 170 });
    const content = 'Use {"password": "hush-hush-hush"} and https://a.example/?key=hush-hush-hush';
    const body = JSON.stringify({ messages: [{ content }], api_key: 'hush'.repeat(50) }, null, 2);
    const headers = {
      'X-Goog-Api-Key': 'hush',
      'OpenAI-Api-Key': 'hush',
      referer: 'http://127.0.0.1/page?api_key=hush&a=1',
    };
    await (await fetch(`${proxy}/api/chat?key=hush`, { method: 'POST', headers, body })).text();
    const [row] = await activity(1);
    expect(row?.endpoint).toBe('/api/chat');
    const { request } = await captureOf(1);
    expect(request.truncated).toBe(true);
    expect(request.body).toContain('and https://a.example/?key=[redacted]');
    expect(JSON.stringify(request)).toContain('/page?api_key=[redacted]&a=1');
    expect(JSON.stringify([row, request])).not.toContain('hush');
  });

  it('contain only the enabled fields', async () => {
    const { proxy, activity } = await start({
      enabled: true,
      requestBody: false,
      responseHeaders: false,
    });
    await chat(proxy, { messages: [] });
    await activity(1);
    const { request, response } = await captureOf(1);
    expect(request).toMatchObject({ body: '', body_bytes: 0 });
    expect(request.headers.length).toBeGreaterThan(0);
    expect(response.headers).toEqual([]);
    expect(response.body).toContain('"done":true');
  });

  it('cut bodies beyond the limit, and mark them', async () => {
    const { proxy, activity } = await start({ enabled: true, maxBodyBytes: 10 });
    const content = 'ü'.repeat(5_000);
    await chat(proxy, { messages: [{ content }] });
    await activity(1);
    const { request } = await captureOf(1);
    expect(request).toMatchObject({ body: '{"model":"', encoding: 'utf-8', truncated: true });
    expect(request.body_bytes).toBeGreaterThan(10_000);
  });

  it('contain compressed answers in decoded form', async () => {
    const plain = JSON.stringify({ model: MODEL, done: true, eval_count: 3, prompt_eval_count: 2 });
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(plain));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { proxy, activity } = await start({ enabled: true }, `http://127.0.0.1:${port}`);
    await chat(proxy, { messages: [{ content: 'x' }], stream: false });
    const [row] = await activity(1);
    expect(row?.usage).toMatchObject({ input_tokens: 2, output_tokens: 3 });
    expect((await captureOf(1)).response.body).toBe(plain);
    server.close();
  });
});
