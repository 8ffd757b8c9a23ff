import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { startUsageGateway } from '../support/usage-gateway.ts';
import type { UsageGateway } from '../support/usage-gateway.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-exact-'));
let upstream: RecordedUpstream;
let gateway: UsageGateway;
let tokwatt: Headless;

async function stream(base: string, more: object = {}): Promise<string> {
  const body = JSON.stringify({ model: MODEL, stream: true, messages: [], ...more });
  return (await fetch(`${base}/v1/chat/completions`, { method: 'POST', body })).text();
}

describe('an upstream that opted into exact usage', () => {
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    gateway = await startUsageGateway();
    const upstreams = [
      { name: 'exact', url: upstream.url, exactUsage: true },
      { name: 'plain', url: upstream.url },
      { name: 'gateway', url: gateway.url, exactUsage: true },
    ];
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams }));
    tokwatt = await startHeadless({ dataDir });
  });
  afterAll(async () => {
    await tokwatt.stop();
    await upstream.stop();
    await gateway.stop();
    rmSync(dataDir, { recursive: true });
  });

  const lastBody = (): unknown => {
    // Tokwatt itself asks for health, loaded models and architectures meanwhile.
    const chats = upstream.requests.filter(
      ({ target, body }) => target.startsWith('/v1/') && body !== '',
    );
    return JSON.parse(chats.at(-1)!.body);
  };

  it('is asked for the usage, and the client gets everything but the usage', async () => {
    const whole = await stream(upstream.url, { stream_options: { include_usage: true } });
    const seen = await stream(tokwatt.proxies[0]!.url);
    expect(lastBody()).toMatchObject({ stream_options: { include_usage: true } });
    const events = whole.split('\n\n');
    const usageAt = events.findIndex((event) => event.includes('"choices":[]'));
    const [usage = ''] = events.splice(usageAt, 1);
    const timings = /,("timings":\{[^}]*\})/.exec(usage)?.[0] ?? '';
    expect(timings).toContain('predicted_n');
    events[usageAt - 1] = events[usageAt - 1]!.replace(/\}$/, `${timings}}`);
    expect(seen).toBe(events.join('\n\n'));
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      upstream: 'exact',
      completed: true,
      usage: {
        input_tokens: INPUT_TOKENS,
        output_tokens: OUTPUT_TOKENS,
        total_tokens: INPUT_TOKENS + OUTPUT_TOKENS,
        provenance: { input: 'reported', output: 'reported', total: 'derived' },
      },
    });
  });

  it('gets an unchanged request if the client sent stream_options itself', async () => {
    const stream_options = { include_usage: true };
    const seen = await stream(tokwatt.proxies[0]!.url, { stream_options });
    expect(seen).toBe(await stream(upstream.url, { stream_options }));
  });

  it('is not asked again once it has rejected the request, and a warning says so', async () => {
    const answer = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n';
    const bodies: string[] = [];
    const strict = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method === 'POST') bodies.push(body);
        const isAsked = body.includes('stream_options');
        response.writeHead(isAsked ? 400 : 200, { 'content-type': 'text/event-stream' });
        response.end(isAsked ? 'unknown member' : answer);
      });
    });
    strict.listen(0, '127.0.0.1');
    await once(strict, 'listening');
    const url = `http://127.0.0.1:${(strict.address() as AddressInfo).port}`;
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-exact-'));
    const upstreams = [{ name: 'strict', url, exactUsage: true }];
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ upstreams }));
    const meter = await startHeadless({ dataDir: folder });
    onTestFinished(async () => {
      await meter.stop();
      strict.closeAllConnections();
      strict.close();
      rmSync(folder, { recursive: true });
    });
    const warnings = async (): Promise<string[]> => {
      const health = (await meter.get('/api/health')) as { warnings: string[] };
      return health.warnings.filter((text) => text.includes('exactUsage'));
    };
    expect(await stream(meter.proxy)).toBe(answer);
    expect(await stream(meter.proxy)).toBe(answer);
    expect(bodies.map((body) => body.includes('stream_options'))).toEqual([true, false, false]);
    expect(await meter.activity(2)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(await warnings()).toHaveLength(1);
    writeFileSync(
      join(folder, 'settings.json'),
      JSON.stringify({ upstreams: [{ ...upstreams[0], exactUsage: false }] }),
    );
    await expect.poll(warnings, { timeout: 5_000 }).toEqual([]);
  });

  it('changes nothing for an upstream without the option', async () => {
    expect(await stream(tokwatt.proxies[1]!.url)).toBe(await stream(upstream.url));
    expect(lastBody()).not.toHaveProperty('stream_options');
  });

  describe.each([
    ['/v1/completions', 'as Ollama streams it, with zeros in each chunk'],
    ['/v1/chat/completions', 'as LiteLLM streams it, with an empty delta beside the usage'],
  ])('%s, %s', (path) => {
    const post = async (base: string, more: object): Promise<string> => {
      const body = JSON.stringify({ model: MODEL, stream: true, ...more });
      return (await fetch(`${base}${path}`, { method: 'POST', body })).text();
    };

    it.each([[{}], [{ stream_options: null }], [{ stream_options: {} }]])(
      'reaches a client that sent %j as if nothing had been requested',
      async (more) => {
        const seen = await post(tokwatt.proxies[2]!.url, more);
        expect(JSON.parse(gateway.bodies.at(-1)!)).toMatchObject({
          stream_options: { include_usage: true },
        });
        expect(seen).toBe(await post(gateway.url, {}));
        const [row] = await tokwatt.activity(1);
        expect(row).toMatchObject({
          upstream: 'gateway',
          usage: {
            input_tokens: gateway.inputTokens,
            output_tokens: gateway.outputTokens,
            provenance: { input: 'reported', output: 'reported' },
          },
        });
      },
    );

    it.each([[true], [false]])(
      'reaches a client that set include_usage to %s itself unchanged',
      async (include) => {
        const more = { stream_options: { include_usage: include } };
        expect(await post(tokwatt.proxies[2]!.url, more)).toBe(await post(gateway.url, more));
        expect(JSON.parse(gateway.bodies.at(-2)!)).toMatchObject(more);
      },
    );
  });
});

const llama = llamaServerOrReason();
const reason = typeof llama === 'string' ? ` (skipped: ${llama})` : '';

describe.skipIf(typeof llama === 'string')(`exact usage of a llama-server${reason}`, () => {
  it('leaves the client the same members in each event, timings included', async () => {
    const server = await startLlamaServer({ model: 'chat' });
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-exact-'));
    const upstreams = [{ name: 'llama', url: server.url, exactUsage: true }];
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams }));
    const proxy = await startHeadless({ dataDir });
    onTestFinished(async () => {
      await proxy.stop();
      await server.stop();
      rmSync(dataDir, { recursive: true });
    });
    const more = { messages: [{ role: 'user', content: 'a' }], max_tokens: 5, temperature: 0 };
    const direct = membersOf(await stream(server.url, more));
    expect(membersOf(await stream(proxy.proxy, more))).toEqual(direct);
    expect(direct.at(-1)).toContain('timings');
  });
});

/** The names of the members of each event, in their order. */
function membersOf(events: string): string[][] {
  return events
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => Object.keys(JSON.parse(event.slice(6)) as object));
}
