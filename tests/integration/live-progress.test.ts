/** What the list of exchanges in flight tells of each: its stage, its prompt, its place, its speed. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveExchange } from '../../shared/live-exchange.ts';
import type { Wire } from '../../shared/wire.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const TOTAL = 2_000;
const CACHED = 400;
const FRESH = TOTAL - CACHED;
const PREFILL_MS = 2_000;
const STEPS = 8;

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const choice = (delta: object, finish: string | null = null): object => ({
  model: 'slow',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const timings = {
  ...{ cache_n: CACHED, prompt_n: FRESH, prompt_ms: PREFILL_MS },
  ...{ prompt_per_second: (FRESH / PREFILL_MS) * 1_000 },
  ...{ predicted_n: 8, predicted_ms: 800, predicted_per_second: 10 },
};

async function answer(response: ServerResponse, body: string): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let step = 0; step < STEPS; step += 1) {
    const processed = CACHED + (FRESH * step) / STEPS;
    const progress = { total: TOTAL, cache: CACHED, processed, time_ms: 0 };
    if (body.includes('return_progress')) {
      response.write(event({ ...choice({ role: 'assistant' }), prompt_progress: progress }));
    }
    await sleep(PREFILL_MS / STEPS);
  }
  for (let token = 0; token < 8; token += 1) {
    response.write(event(choice({ content: ' word' })));
    await sleep(100);
  }
  response.write(event({ ...choice({}, 'stop'), timings }));
  response.end('data: [DONE]\n\n');
}

/** Like a llama-server with one slot: it answers one request after the other. */
async function startSlow(): Promise<string> {
  let turn = Promise.resolve();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.method === 'POST') turn = turn.then(() => answer(response, body));
      else response.writeHead(404).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

type Live = Wire<LiveExchange>;

async function meter(url: string): Promise<Headless> {
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${url}`] });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}

async function inFlight(tokwatt: Headless): Promise<readonly Live[]> {
  return ((await tokwatt.get('/api/live')) as { in_flight: Live[] }).in_flight;
}

/** Sends chats at the same time and reads the list every 50 ms until all have ended. */
async function watch(tokwatt: Headless, ...more: object[]): Promise<(readonly Live[])[]> {
  const messages = [{ role: 'user', content: 'word '.repeat((FRESH * 4) / 5) }];
  const url = `${tokwatt.proxy}/v1/chat/completions`;
  const chats: Promise<string>[] = [];
  for (const each of more) {
    const body = JSON.stringify({ model: 'slow', stream: true, messages, ...each });
    chats.push(fetch(url, { method: 'POST', body }).then((response) => response.text()));
    await sleep(30);
  }
  const running = { chats: true };
  const ended = Promise.all(chats).finally(() => (running.chats = false));
  ended.catch(() => undefined);
  const seen: (readonly Live[])[] = [];
  while (running.chats) {
    seen.push(await inFlight(tokwatt));
    await sleep(50);
  }
  for (const text of await ended) expect(text).toContain('[DONE]');
  return seen;
}

const stagesOf = (live: Live): string[] => live.progress.stages.map(({ stage }) => stage);

describe('an exchange in flight', { timeout: 30_000 }, () => {
  it('tells how far its prompt is as the server reports it, and then its speed', async () => {
    const tokwatt = await meter(await startSlow());
    const seen = (await watch(tokwatt, { return_progress: true })).flat();
    const half = seen.find(({ progress }) => (progress.prefill?.fraction ?? 0) >= 0.5)!.progress;
    expect(half).toMatchObject({ stage: 'prefill', is_stage_estimated: false, queue_place: null });
    expect(half.prefill).toMatchObject({
      processed_tokens: Math.round(half.prefill!.fraction * FRESH),
      total_tokens: FRESH,
      provenance: 'reported',
      total_provenance: 'reported',
    });
    const speed = (FRESH / PREFILL_MS) * 1_000;
    expect(half.prefill!.tokens_per_second! / speed).toBeGreaterThan(0.5);
    expect(half.prefill!.tokens_per_second! / speed).toBeLessThan(1.5);
    expect(half.prefill!.remaining_ms).toBeGreaterThan(0);
    expect(half.prefill!.remaining_ms).toBeLessThan(PREFILL_MS);
    const last = seen.at(-1)!;
    expect(last.progress).toMatchObject({ stage: 'decode', is_stage_estimated: false });
    expect(last.progress.prefill).toBeNull();
    expect(last.progress.output_tokens_per_second! / 10).toBeGreaterThan(0.5);
    expect(last.progress.output_tokens_per_second! / 10).toBeLessThan(1.5);
    expect(last.progress.context_tokens).toBe(TOTAL + last.output_tokens_so_far);
    expect(stagesOf(last)).toEqual(['queued', 'prefill', 'decode']);
    const starts = last.progress.stages.map(({ started_at }) => started_at);
    expect(starts[0]! - last.started_at).toBeLessThanOrEqual(1);
    expect((starts[2]! - starts[1]!) / PREFILL_MS).toBeGreaterThan(0.8);
    expect((starts[2]! - starts[1]!) / PREFILL_MS).toBeLessThan(1.5);
  });

  it('tells it from the usual speed of the model, marked, once that is known', async () => {
    const tokwatt = await meter(await startSlow());
    const first = (await watch(tokwatt, {})).flat();
    // Nothing says whether this server has begun.
    expect(first[0]!.progress).toMatchObject({ stage: 'queued', prefill: null, queue_place: 1 });
    const second = (await watch(tokwatt, {})).flat();
    const prefills = second.flatMap(({ progress }) => progress.prefill ?? []);
    expect(prefills.length).toBeGreaterThan(5);
    expect(new Set(prefills.map(({ provenance }) => provenance))).toEqual(new Set(['estimated']));
    const fractions = prefills.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(prefills[0]).toMatchObject({ tokens_per_second: (FRESH / PREFILL_MS) * 1_000 });
  });

  it('has a place in the queue behind others', async () => {
    const tokwatt = await meter(await startSlow());
    const seen = await watch(tokwatt, { return_progress: true }, {}, {});
    const all = seen.find((live) => live[0]?.progress.stage === 'prefill' && live.length === 3)!;
    expect(all.map(({ progress }) => progress.queue_place)).toEqual([null, 1, 2]);
    const later = seen.find((live) => live.length === 1)!;
    expect(later[0]!.progress.queue_place).not.toBe(2);
    const rows = await tokwatt.activity(3);
    expect(rows[0]!.timing).toMatchObject({ prefill_ms: PREFILL_MS, decode_ms: 800 });
  });
});

const llama = llamaServerOrReason();

describe.skipIf(typeof llama === 'string')(
  `an exchange with a real llama-server${typeof llama === 'string' ? ` (skipped: ${llama})` : ''}`,
  { timeout: 60_000 },
  () => {
    it('tells the context of the model, whatever name the client used for it', async () => {
      const args = ['--ctx-size', '4096', '--batch-size', '32', '--ubatch-size', '32'];
      const server = await startLlamaServer({ model: 'slow', args });
      closers.push(() => server.stop());
      const tokwatt = await meter(server.url);
      await expect
        .poll(async () => ((await tokwatt.get('/api/live')) as { loaded_models: [] }).loaded_models)
        .toHaveLength(1);
      const content = Array.from({ length: 150 }, (_, n) => `${n % 10}`).join(' ');
      const seen = await watch(tokwatt, {
        ...{ messages: [{ role: 'user', content }], model: 'gpt-4o', max_tokens: 60 },
        ...{ return_progress: true },
      });
      const last = seen.flat().at(-1)!;
      expect(stagesOf(last)).toEqual(['queued', 'prefill', 'decode']);
      expect(last.progress.context_length).toBe(4_096);
      expect(last.progress.context_tokens).toBeGreaterThan(300);
      expect(seen.flat().some(({ progress }) => progress.prefill?.provenance === 'reported')).toBe(
        true,
      );
    });
  },
);
