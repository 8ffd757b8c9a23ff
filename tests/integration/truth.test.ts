import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { LlamaMetrics, RunningLlamaServer } from '../support/llama-server.ts';
import {
  embeddingAsks,
  inParallel,
  manifoldAsks,
  otherAsks,
  rerankAsks,
  streamAsks,
  unaryAsks,
} from '../support/mixed-load.ts';
import type { Ask } from '../support/mixed-load.ts';
import {
  CACHED_TOKENS,
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';

type Row = Wire<ActivityRecord>;

interface Sums {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

interface UsageTotals {
  readonly totals: {
    readonly requests: number;
    readonly errors: number;
    readonly input_tokens: number;
    readonly cached_input_tokens: number;
    readonly output_tokens: number;
    readonly estimated_tokens: number;
  };
}

interface Slot {
  readonly is_processing: boolean;
}

/** Exchanges of the load by the upstream they go to; 500 together. */
const LOAD = { chat: 370, embed: 45, rank: 35, slow: 50 } as const;
const WORDS = 'the a of and to in is it on for with light heat power watt token model'.split(' ');

const llama = llamaServerOrReason();
const title = typeof llama === 'string' ? ` (skipped: ${llama})` : '';

/** The same load every time: some prompts begin alike, so that caches are hit. */
function prompt(index: number): string {
  const length = 1 + ((index * 7) % 60);
  const shift = index % 3;
  return Array.from({ length }, (_, i) => WORDS[(i + shift) % WORDS.length]).join(' ');
}

function jobs(asks: readonly Ask[], count: number): (() => Promise<void>)[] {
  return Array.from({ length: count }, (_, index) => {
    const one = asks[index % asks.length]!;
    return () => one.run(prompt(index), 1 + ((index * 5) % 40));
  });
}

function sumOf(rows: readonly Row[]): Sums {
  const add = (pick: (row: Row) => number | null): number =>
    rows.reduce((sum, row) => sum + (pick(row) ?? 0), 0);
  return {
    input: add((row) => row.usage.input_tokens),
    cached: add((row) => row.usage.cached_input_tokens),
    output: add((row) => row.usage.output_tokens),
  };
}

function sumOfMetrics(metrics: LlamaMetrics): Sums {
  return {
    input: metrics.promptTokens + metrics.cachedPromptTokens,
    cached: metrics.cachedPromptTokens,
    output: metrics.outputTokens,
  };
}

/** A server goes on for a moment after its client went, and counts when it stops: waits for that. */
async function settled(server: RunningLlamaServer): Promise<Sums> {
  await expect
    .poll(
      async () => {
        const slots = (await (await fetch(`${server.url}/slots`)).json()) as Slot[];
        return slots.filter((slot) => slot.is_processing).length;
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(0);
  return sumOfMetrics(await server.metrics());
}

describe.skipIf(typeof llama === 'string')(`the meter against llama-server${title}`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-truth-'));
  const servers = new Map<string, RunningLlamaServer>();
  let tokwatt: Headless;
  let rows: readonly Row[];
  const args = (): string[] =>
    [...servers].flatMap(([name, { url }]) => ['--upstream', `${name}=${url}`]);
  const proxy = (name: string): string =>
    tokwatt.proxies.find(({ upstream }) => upstream === name)!.url;
  const rowsOf = (name: string): Row[] => rows.filter(({ upstream }) => upstream === name);
  const server = (name: string): RunningLlamaServer => servers.get(name)!;

  beforeAll(async () => {
    servers.set('chat', await startLlamaServer({ model: 'chat' }));
    const embed = ['--embeddings', '--pooling', 'mean'];
    servers.set('embed', await startLlamaServer({ model: 'chat', args: embed }));
    servers.set('rank', await startLlamaServer({ model: 'chat', args: ['--reranking'] }));
    servers.set('slow', await startLlamaServer({ model: 'slow' }));
    tokwatt = await startHeadless({ args: args(), dataDir });
    const chat = proxy('chat');
    const generation = [...unaryAsks(chat), ...streamAsks(chat)];
    const slow = streamAsks(proxy('slow')).filter(({ name }) => !name.includes('infill'));
    await inParallel(
      [
        ...jobs(generation, LOAD.chat),
        ...jobs(embeddingAsks(proxy('embed')), LOAD.embed),
        ...jobs(rerankAsks(proxy('rank')), LOAD.rank),
      ],
      6,
    );
    await inParallel(
      Array.from({ length: LOAD.slow }, (_, index) => {
        const one = slow[index % slow.length]!;
        return () => one.run(prompt(index), 4_000, 8 + ((index * 7) % 20));
      }),
      4,
    );
    rows = await tokwatt.activity(LOAD.chat + LOAD.embed + LOAD.rank + LOAD.slow);
  }, 480_000);
  afterAll(async () => {
    await tokwatt.stop();
    await Promise.all([...servers.values()].map((one) => one.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('writes one record for each of 500 exchanges', () => {
    const counts = Object.fromEntries([...servers.keys()].map((n) => [n, rowsOf(n).length]));
    expect(counts).toEqual(LOAD);
  });

  it.each(['chat', 'embed', 'rank'] as const)(
    'agrees with the counters of the %s server to the token',
    async (name) => {
      const failed = rowsOf(name).filter((row) => !row.completed);
      expect(failed.map(({ endpoint, stream, error }) => [endpoint, stream, error])).toEqual([]);
      expect(sumOf(rowsOf(name))).toEqual(await settled(server(name)));
      const estimated = rowsOf(name).filter(({ usage }) =>
        Object.values(usage.provenance).includes('estimated'),
      );
      expect(estimated).toEqual([]);
    },
  );

  it('includes cached input, so that the agreement is meaningful', () => {
    expect(sumOf(rowsOf('chat')).cached).toBeGreaterThan(100);
    expect(sumOf(rowsOf('chat')).output).toBeGreaterThan(LOAD.chat);
  });

  it('marks cut-off answers, and estimates them within sane bounds', async () => {
    const cut = rowsOf('slow');
    expect(cut.filter((row) => row.completed || row.error !== 'client_aborted')).toEqual([]);
    const blank = cut.filter(({ usage }) => !(usage.input_tokens! > 0 && usage.output_tokens! > 0));
    expect(blank).toEqual([]);
    // A stream that carries the usage in each of its events has told it when it is cut off.
    const guessed = cut.filter(({ usage }) => usage.provenance.output === 'estimated');
    expect(guessed.length).toBeGreaterThan(cut.length / 2);
    const estimate = sumOf(cut);
    const counted = await settled(server('slow'));
    const against = (part: 'input' | 'output'): string => {
      const percent = 100 * (estimate[part] / counted[part] - 1);
      return `${part} ${estimate[part]} of ${counted[part]} (${percent.toFixed(1)} %)`;
    };
    process.stdout.write(
      `${cut.length} streams cut off, what the meter says of what the server counted: ` +
        `${against('input')}, ${against('output')}\n`,
    );
    // Every content chunk is at least a token; the server runs on a little after the client has gone.
    expect(estimate.output).toBeGreaterThan(counted.output * 0.4);
    expect(estimate.output).toBeLessThanOrEqual(counted.output);
    expect(estimate.input).toBeGreaterThan(counted.input * 0.4);
    expect(estimate.input).toBeLessThan(counted.input * 2.5);
  });

  it('counts nothing for requests other than inference, or refused ones', async () => {
    const before = await settled(server('chat'));
    const totals = ((await tokwatt.get('/api/usage')) as UsageTotals).totals;
    await inParallel(jobs(otherAsks(proxy('chat')), 6), 3);
    const bad = await fetch(`${proxy('chat')}/v1/chat/completions`, {
      method: 'POST',
      body: '{"messages":"none"}',
    });
    expect(bad.status).toBe(400);
    await bad.text();
    await tokwatt.activity(rows.length + 7);
    expect(await settled(server('chat'))).toEqual(before);
    expect(((await tokwatt.get('/api/usage')) as UsageTotals).totals).toEqual({
      ...totals,
      requests: totals.requests + 1,
      errors: totals.errors + 1,
    });
  });

  it('keeps the sums over a restart', async () => {
    const before = (await tokwatt.get('/api/usage')) as UsageTotals;
    const sums = sumOf(rows);
    expect(before.totals).toMatchObject({
      input_tokens: sums.input,
      cached_input_tokens: sums.cached,
      output_tokens: sums.output,
    });
    expect(await tokwatt.stop()).toBe(0);
    tokwatt = await startHeadless({ args: args(), dataDir });
    const after = (await tokwatt.get('/api/usage')) as UsageTotals;
    expect(after.totals).toEqual(before.totals);
  });

  it('counts once with two Tokwatts in a chain: in the first one', async () => {
    const far = await startHeadless({ args: ['--upstream', server('chat').url] });
    const near = await startHeadless({ args: ['--upstream', far.proxy] });
    onTestFinished(async () => {
      await near.stop();
      await far.stop();
    });
    const { key } = (await near.get('/api/hop')) as { key: string };
    const trusting = await call(far, 'PATCH', '/api/settings', { trusted_hops: { near: key } });
    expect(trusting.status).toBe(200);
    const before = await settled(server('chat'));
    const asks = [...unaryAsks(near.proxy), ...streamAsks(near.proxy)];
    await inParallel(jobs(asks, asks.length), 4);
    const counted = await settled(server('chat'));
    const nearRows = await near.activity(asks.length);
    expect(sumOf(nearRows)).toEqual({
      input: counted.input - before.input,
      cached: counted.cached - before.cached,
      output: counted.output - before.output,
    });
    const { totals } = (await far.get('/api/usage')) as UsageTotals;
    expect(totals).toMatchObject({ requests: 0, input_tokens: 0, output_tokens: 0 });
  });

  it('is near the truth if the server reports the usage of a part only', async () => {
    const one = await startHeadless({ args: ['--upstream', server('chat').url] });
    onTestFinished(async () => {
      await one.stop();
    });
    const before = await settled(server('chat'));
    const asks = manifoldAsks(one.proxy);
    await inParallel(jobs(asks, 2 * asks.length), 1);
    const counted = await settled(server('chat'));
    const found = await one.activity(2 * asks.length);
    const sums = sumOf(found);
    // Counts of one of several answers are rejected, and the others are taken to be as long.
    for (const part of ['input', 'output'] as const) {
      const truth = counted[part] - before[part];
      expect(sums[part]).toBeGreaterThan(truth * 0.7);
      expect(sums[part]).toBeLessThan(truth * 1.4);
    }
    const partial = found.filter(({ refusals }) => refusals.length > 0);
    expect(partial).toHaveLength(asks.length);
    expect(partial.every(({ usage }) => usage.provenance.output === 'estimated')).toBe(true);
  });

  it('estimates the input, and marks it, if the server reports none', async () => {
    const answer = await fetch(`${proxy('embed')}/embedding`, {
      method: 'POST',
      body: JSON.stringify({ content: 'the meter' }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      operation: 'embedding',
      completed: true,
      usage: {
        cached_input_tokens: null,
        provenance: { input: 'estimated', cached_input: null },
      },
    });
    // Two words and two marks around them.
    expect(row?.usage.input_tokens).toBeGreaterThan(1);
    expect(row?.usage.input_tokens).toBeLessThan(12);
  });
});

describe("the meter against Ollama's own client", () => {
  let upstream: Awaited<ReturnType<typeof startRecordedUpstream>>;
  let tokwatt: Headless;
  let ollama: Ollama;
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    tokwatt = await startHeadless({ args: ['--upstream', upstream.url] });
    ollama = new Ollama({ host: tokwatt.proxy });
  });
  afterAll(async () => {
    await tokwatt.stop();
    await upstream.stop();
  });

  it('counts what the client receives, streamed or not', async () => {
    const messages = [{ role: 'user', content: 'Read the meter.' }];
    const told = { input: 0, output: 0 };
    const add = (part: { prompt_eval_count?: number; eval_count?: number }): void => {
      told.input += part.prompt_eval_count ?? 0;
      told.output += part.eval_count ?? 0;
    };
    add(await ollama.chat({ model: MODEL, messages }));
    add(await ollama.generate({ model: MODEL, prompt: 'Hi' }));
    add(await ollama.embed({ model: MODEL, input: ['Hi', 'there'] }));
    for await (const part of await ollama.chat({ model: MODEL, messages, stream: true })) {
      add(part);
    }
    for await (const part of await ollama.generate({ model: MODEL, prompt: 'Hi', stream: true })) {
      add(part);
    }
    const rows = await tokwatt.activity(5);
    expect(rows.filter((row) => !row.completed || row.model !== MODEL)).toEqual([]);
    expect(sumOf(rows)).toEqual({
      input: told.input,
      cached: 4 * CACHED_TOKENS,
      output: told.output,
    });
    expect(told).toEqual({ input: 5 * INPUT_TOKENS, output: 4 * OUTPUT_TOKENS });
  });

  it('counts no tokens for lists and for missing models', async () => {
    const { totals } = (await tokwatt.get('/api/usage')) as UsageTotals;
    const seen = (await tokwatt.activity(0)).length;
    await ollama.ps();
    await expect(ollama.show({ model: 'none' })).rejects.toThrow('not found');
    await tokwatt.activity(seen + 2);
    expect(((await tokwatt.get('/api/usage')) as UsageTotals).totals).toEqual(totals);
  });
});
