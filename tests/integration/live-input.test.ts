/** The live input speed follows the prefill, and the history has the true count in the end. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
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
const PREFILL_MS = 2_400;

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const choice = (delta: object, finish: string | null = null): object => ({
  model: 'slow',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const timings = {
  ...{ cache_n: CACHED, prompt_n: FRESH, prompt_ms: PREFILL_MS },
  ...{ prompt_per_second: (FRESH / PREFILL_MS) * 1_000 },
  ...{ predicted_n: 3, predicted_ms: 1_500, predicted_per_second: 2 },
};

/** Like llama-server: it processes a prompt for a while, and tells the progress if asked. */
async function answer(response: ServerResponse, body: string): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const steps = 8;
  for (let step = 0; step < steps; step += 1) {
    const processed = CACHED + (FRESH * step) / steps;
    const progress = { total: TOTAL, cache: CACHED, processed, time_ms: 0 };
    if (body.includes('return_progress')) {
      response.write(event({ ...choice({ role: 'assistant' }), prompt_progress: progress }));
    }
    await sleep(PREFILL_MS / steps);
  }
  for (const content of ['The', ' slow', ' one']) {
    response.write(event(choice({ content })));
    await sleep(500);
  }
  response.write(event({ ...choice({}, 'stop'), timings }));
  response.end('data: [DONE]\n\n');
}

async function startSlow(): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.method === 'POST') void answer(response, body);
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

async function meter(url: string): Promise<Headless> {
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${url}`] });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}

interface Figures {
  readonly phase: string | null;
  readonly input: number;
  readonly history: number;
}

async function figures(tokwatt: Headless): Promise<Figures> {
  const live = (await tokwatt.get('/api/live')) as {
    in_flight: { phase: string }[];
    throughput: {
      input_tokens_per_second: number;
      series: { input_tokens_per_second: number[] };
    };
  };
  const { input_tokens_per_second: input, series } = live.throughput;
  expect(Math.min(...series.input_tokens_per_second)).toBeGreaterThanOrEqual(0);
  const history = series.input_tokens_per_second.reduce((a, b) => a + b, 0);
  return { phase: live.in_flight[0]?.phase ?? null, input, history };
}

/** Sends a chat and reads the figures every 100 ms until it ends. */
async function watch(tokwatt: Headless, more: object = {}): Promise<Figures[]> {
  // About as many bytes as the estimate's four for each fresh token.
  const messages = [{ role: 'user', content: 'word '.repeat((FRESH * 4) / 5) }];
  const body = JSON.stringify({ model: 'slow', stream: true, messages, ...more });
  const url = `${tokwatt.proxy}/v1/chat/completions`;
  const chat = fetch(url, { method: 'POST', body }).then((response) => response.text());
  const seen: Figures[] = [];
  const running = { chat: true };
  const ended = chat.finally(() => (running.chat = false));
  ended.catch(() => undefined);
  while (running.chat) {
    seen.push(await figures(tokwatt));
    await sleep(100);
  }
  expect(await chat).toContain('[DONE]');
  return seen;
}

const highest = (seen: readonly Figures[], phase: string): number =>
  Math.max(0, ...seen.filter((each) => each.phase === phase).map(({ input }) => input));

/** The history holds the unfinished second back. */
async function historyIs(tokwatt: Headless, tokens: number): Promise<void> {
  await expect
    .poll(async () => (await figures(tokwatt)).history, { timeout: 5_000, interval: 100 })
    .toBeCloseTo(tokens, 3);
}

describe('the live input speed', { timeout: 30_000 }, () => {
  it('follows the progress that the server tells, without the cached tokens', async () => {
    const tokwatt = await meter(await startSlow());
    const seen = await watch(tokwatt, { return_progress: true });
    const prefill = highest(seen, 'waiting');
    expect(prefill).toBeGreaterThan(200);
    expect(prefill).toBeLessThan((FRESH / 3) * 1.05);
    await historyIs(tokwatt, FRESH);
  });

  it('shows the prompt at the first token, and earlier once the speed is known', async () => {
    const tokwatt = await meter(await startSlow());
    const first = await watch(tokwatt);
    expect(highest(first, 'waiting')).toBe(0);
    expect(highest(first, 'generating')).toBeGreaterThan(200);
    await historyIs(tokwatt, FRESH);
    await sleep(3_000);
    const second = await watch(tokwatt);
    expect(highest(second, 'waiting')).toBeGreaterThan(200);
    await historyIs(tokwatt, 2 * FRESH);
  });
});

const llama = llamaServerOrReason();

describe.skipIf(typeof llama === 'string')(
  `the live input of a real llama-server${typeof llama === 'string' ? ` (skipped: ${llama})` : ''}`,
  { timeout: 60_000 },
  () => {
    it('is above zero during the prefill, and in the end what the server counted', async () => {
      const args = ['--ctx-size', '16384', '--batch-size', '32', '--ubatch-size', '32'];
      const server = await startLlamaServer({ model: 'slow', args });
      closers.push(() => server.stop());
      const tokwatt = await meter(server.url);
      const content = Array.from({ length: 150 }, (_, n) => `${n % 10}`).join(' ');
      const messages = [{ role: 'user', content }];
      const body = { messages, max_tokens: 4, stream: true, return_progress: true };
      const seen = await watch(tokwatt, body);
      expect(highest(seen, 'waiting')).toBeGreaterThan(0);
      const { promptTokens } = await server.metrics();
      await historyIs(tokwatt, promptTokens);
    });
  },
);
