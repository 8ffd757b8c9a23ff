/** Cancelling an exchange over the API, as real clients and a real server see it. */
import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CancelledExchange, LiveExchange } from '../../shared/live-exchange.ts';
import type { Wire } from '../../shared/wire.ts';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startHeldUpstream } from '../support/held-upstream.ts';
import type { HeldUpstream } from '../support/held-upstream.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import { until } from './proxy/lab.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Tell me a long story.' }];
const MESSAGE = 'Cancelled by the user in Tokwatt.';

/** The exchanges in flight, once there are `count`. */
async function inFlight(tokwatt: Headless, count = 1): Promise<readonly Wire<LiveExchange>[]> {
  for (;;) {
    const live = (await tokwatt.get('/api/live')) as { in_flight: Wire<LiveExchange>[] };
    if (live.in_flight.length === count) return live.in_flight;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function cancel(tokwatt: Headless): Promise<CancelledExchange & { readonly at: number }> {
  const [exchange] = await inFlight(tokwatt);
  const path = `/api/live/${exchange?.id ?? ''}/cancel`;
  const at = performance.now();
  const { status, body } = await call<CancelledExchange>(tokwatt, 'POST', path);
  expect(status).toBe(200);
  expect(body.id).toBe(exchange?.id);
  return { ...body, at };
}

/** Reads a stream to its error, and says how many parts came before. */
async function failureOf(
  stream: Promise<AsyncIterable<unknown>>,
): Promise<{ readonly parts: number; readonly error: Error | null }> {
  let parts = 0;
  try {
    for await (const part of await stream) if (part !== undefined) parts += 1;
    return { parts, error: null };
  } catch (error) {
    return { parts, error: error as Error };
  }
}

describe('cancelling', () => {
  let upstream: HeldUpstream;
  let tokwatt: Headless;
  let rows = 0;
  beforeAll(async () => {
    upstream = await startHeldUpstream();
    tokwatt = await startHeadless({ args: ['--upstream', `held=${upstream.url}`] });
  });
  afterAll(async () => {
    await tokwatt.stop();
    await upstream.stop();
  });
  async function newestRow(): Promise<(typeof all)[number]> {
    rows += 1;
    const all = await tokwatt.activity(rows);
    return all[0]!;
  }
  afterEach(async () => {
    await until(() => upstream.open() === 0);
  });

  const openAi = (): OpenAI => new OpenAI({ baseURL: `${tokwatt.proxy}/v1`, apiKey: 'k' });
  const anthropic = (): Anthropic => new Anthropic({ baseURL: tokwatt.proxy, apiKey: 'k' });
  const ollama = (): Ollama => new Ollama({ host: tokwatt.proxy });
  const streams: Record<string, () => Promise<AsyncIterable<unknown>>> = {
    'openai, chat': () =>
      openAi().chat.completions.create({ model: 'held', messages: MESSAGES, stream: true }),
    'openai, responses': () =>
      openAi().responses.create({ model: 'held', input: 'A story', stream: true }),
    'anthropic, messages': () =>
      anthropic().messages.create({
        model: 'held',
        max_tokens: 9,
        messages: MESSAGES,
        stream: true,
      }),
    'ollama, chat': () => ollama().chat({ model: 'held', messages: MESSAGES, stream: true }),
  };

  it.each(Object.keys(streams))('a stream gives %s a clear error', async (name) => {
    const ending = failureOf(streams[name]!());
    await until(() => upstream.open() === 1);
    const { notice, at } = await cancel(tokwatt);
    expect(notice).toBe('event');
    const { parts, error } = await ending;
    expect(parts).toBeGreaterThanOrEqual(3);
    expect(error?.message).toContain(MESSAGE);
    await until(() => upstream.open() === 0);
    expect(upstream.cutAt()! - at).toBeLessThan(500);
    const row = await newestRow();
    expect(row).toMatchObject({ error: 'cancelled_by_user', status: 200, completed: false });
    expect(row.usage).toMatchObject({ output_tokens: 3, provenance: { output: 'estimated' } });
    expect(row.usage.input_tokens).toBeGreaterThan(0);
  });

  const unary: Record<string, () => Promise<unknown>> = {
    openai: () => openAi().chat.completions.create({ model: 'held', messages: MESSAGES }),
    anthropic: () =>
      anthropic().messages.create({ model: 'held', max_tokens: 9, messages: MESSAGES }),
    ollama: () => ollama().chat({ model: 'held', messages: MESSAGES }),
  };

  it.each(Object.keys(unary))('a whole answer gives %s an error, and no retry', async (name) => {
    const answer = unary[name]!().then(
      () => null,
      (error: unknown) => error as Error & { status?: number; status_code?: number },
    );
    await until(() => upstream.open() === 1);
    expect((await cancel(tokwatt)).notice).toBe('status');
    const error = await answer;
    expect(error?.message).toContain(MESSAGE);
    expect(error?.status ?? error?.status_code).toBe(499);
    const row = await newestRow();
    expect(row).toMatchObject({ error: 'cancelled_by_user', status: 499 });
    expect(row.usage.provenance.input).toBe('estimated');
    expect(await inFlight(tokwatt, 0)).toEqual([]);
  });

  it('ends only the exchange with this id', async () => {
    const [one, other] = [
      failureOf(streams['ollama, chat']!()),
      failureOf(streams['openai, chat']!()),
    ];
    await until(() => upstream.open() === 2);
    const [first, second] = await inFlight(tokwatt, 2);
    await call(tokwatt, 'POST', `/api/live/${first!.id}/cancel`);
    await until(() => upstream.open() === 1);
    expect((await inFlight(tokwatt))[0]?.id).toBe(second!.id);
    await newestRow();
    await call(tokwatt, 'POST', `/api/live/${second!.id}/cancel`);
    await newestRow();
    expect((await one).error?.message).toContain(MESSAGE);
    expect((await other).error?.message).toContain(MESSAGE);
  });

  it('of an exchange that is not in flight is refused with a reason', async () => {
    const ending = failureOf(streams['ollama, chat']!());
    const [exchange] = await inFlight(tokwatt);
    await cancel(tokwatt);
    await ending;
    await newestRow();
    for (const id of [exchange!.id, 'none']) {
      const { status, body } = await call(tokwatt, 'POST', `/api/live/${id}/cancel`);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not_in_flight', detail: expect.stringContaining(id) });
    }
  });

  it('takes the API token', async () => {
    const { status } = await call(tokwatt, 'POST', '/api/live/none-1/cancel', undefined, {});
    expect(status).toBe(401);
  });
});

const llama = llamaServerOrReason();
const reason = typeof llama === 'string' ? ` (skipped: ${llama})` : '';

describe.skipIf(typeof llama === 'string')(`cancelling at a real llama-server${reason}`, () => {
  it('stops its generation', async () => {
    const server = await startLlamaServer({ model: 'slow' });
    const tokwatt = await startHeadless({ args: ['--upstream', `llama=${server.url}`] });
    try {
      const client = new OpenAI({ baseURL: `${tokwatt.proxy}/v1`, apiKey: 'k' });
      const create = client.chat.completions.create({
        model: 'slow',
        messages: MESSAGES,
        max_completion_tokens: 2_000,
        stream: true,
      });
      const ending = failureOf(create);
      await create;
      for (;;) {
        const [exchange] = await inFlight(tokwatt);
        if (exchange!.output_tokens_so_far >= 10) break;
      }
      expect((await cancel(tokwatt)).notice).toBe('event');
      const { parts, error } = await ending;
      expect(error?.message).toContain(MESSAGE);
      const [row] = await tokwatt.activity(1);
      expect(row).toMatchObject({ error: 'cancelled_by_user', completed: false });
      expect(row!.usage.output_tokens).toBeGreaterThanOrEqual(10);
      // It would generate for 20 seconds. Its counter stands still once it has stopped.
      const idle = async (): Promise<boolean> => {
        const slots = (await (await fetch(`${server.url}/slots`)).json()) as {
          is_processing: boolean;
        }[];
        return slots.every(({ is_processing }) => !is_processing);
      };
      const from = performance.now();
      while (!(await idle())) expect(performance.now() - from).toBeLessThan(2_000);
      expect((await server.metrics()).outputTokens).toBeLessThan(parts + 200);
    } finally {
      await tokwatt.stop();
      await server.stop();
    }
  });
});
