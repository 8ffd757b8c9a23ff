/**
 * One insight of each kind, raised by real requests through a headless Tokwatt: paced servers, a
 * scripted driver of a GPU, a scripted battery, and a clock that is set. Only what is usual at some
 * servers was in the ledger before. INSIGHTS_TABLE names a file for a table of what was said.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSIGHT_KINDS } from '../../shared/insights.ts';
import type { Insight, InsightKind } from '../../shared/insights.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { HOUR_MS, clockObstacle } from '../support/clock.ts';
import { ask } from '../support/control-api.ts';
import { FAKE_NVML_OBSTACLE } from '../support/fake-nvml.ts';
import type { FakeAnswers } from '../support/fake-nvml.ts';
import { BATTERY_OBSTACLE, InsightLab } from '../support/insight-lab.ts';
import type { Exchange } from '../support/insight-lab.ts';
import { insightTable } from '../support/insight-table.ts';
import type { Raised } from '../support/insight-table.ts';
import { LLAMA_SERVER_SHAPE, serveShape } from '../support/llm-server-shapes.ts';
import { startPacedOllama } from '../support/paced-ollama.ts';
import type { PacedAnswer, PacedModel, PacedOllama } from '../support/paced-ollama.ts';
import { activityRecord, usageOf } from '../support/records.ts';

const obstacle = clockObstacle() ?? FAKE_NVML_OBSTACLE;
const MINUTE_MS = HOUR_MS / 60;

/** 80 tokens a second, for long enough to show the power of the card. */
const USUAL: PacedAnswer = { promptTokens: 40, outputTokens: 128, decodeMs: 1_600 };
/** 22 tokens a second, so that more than 2 s are lost. */
const SLOW: PacedAnswer = { promptTokens: 40, outputTokens: 64, decodeMs: 2_900 };
const SHORT: PacedAnswer = { promptTokens: 40, outputTokens: 4, decodeMs: 20 };
const ORDINARY = { contextLength: 8_192, sizeGib: 6, vramGib: 6 };

interface Case {
  readonly answer: PacedAnswer;
  readonly model?: Partial<PacedModel>;
  readonly places?: number;
}

const CASES = {
  box: { answer: SLOW },
  limits: { answer: USUAL },
  cold: { answer: SHORT, model: { isLoaded: false, loadMs: 2_300 } },
  queue: { answer: { promptTokens: 40, outputTokens: 24, decodeMs: 2_400 }, places: 1 },
  agent: { answer: SHORT, model: { contextLength: 12_000 } },
  spill: { answer: SLOW, model: { sizeGib: 10, vramGib: 7 } },
  small: { answer: SHORT, model: { sizeGib: 8, vramGib: 7.4 } },
  full: { answer: { ...SLOW, promptTokens: 3_900 }, model: { contextLength: 4_096 } },
  several: { answer: SLOW },
  slower: { answer: SLOW },
  large: { answer: SHORT, model: { contextLength: 131_072, sizeGib: 23, vramGib: 23 } },
  loads: { answer: SHORT, model: { isLoaded: false, loadMs: 700 } },
  cut: { answer: { ...SHORT, promptTokens: 2_050 }, model: { contextLength: 4_096 } },
} satisfies Record<string, Case>;
type Name = keyof typeof CASES;

/** What is usual at a server: nine answers at 80 tokens a second. */
function usualRecords(now: number): ActivityRecord[] {
  const { rates } = activityRecord();
  return ['box', 'spill', 'full', 'several', 'slower'].flatMap((name, at) =>
    Array.from({ length: 9 }, (_, n) => {
      const startedAt = now - 2 * HOUR_MS + (at * 9 + n) * MINUTE_MS;
      return activityRecord({
        ...{ id: at * 9 + n + 1, upstream: name, model: `${name}:8b` },
        ...{ startedAt, completedAt: startedAt + 6_000 },
        usage: usageOf(name === 'full' ? 3_000 : 40, 400),
        rates: { ...rates, outputTokensPerSecond: 80 },
      });
    }),
  );
}

/** llama-server's refusal of a prompt that is too long. */
const REFUSAL = {
  error: {
    ...{ code: 400, type: 'exceed_context_size_error', n_prompt_tokens: 5_213, n_ctx: 4_096 },
    message: 'the request exceeds the available context size, try increasing it',
  },
};

describe.skipIf(obstacle !== null)(`insights${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  const raised = new Map<InsightKind, Raised>();
  const closers: (() => Promise<unknown>)[] = [];
  let working: InsightLab;

  function take(
    insights: readonly Wire<Insight>[],
    exchange: Exchange | null,
    asked: string,
  ): void {
    for (const insight of insights) {
      if (!raised.has(insight.kind)) raised.set(insight.kind, { insight, exchange, asked });
    }
  }

  beforeAll(async () => {
    await Promise.all([work(), idle()]);
  }, 120_000);
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    const { INSIGHTS_TABLE: file } = process.env;
    if (file !== undefined) writeFileSync(file, insightTable(INSIGHT_KINDS, raised));
  });

  async function serve(name: string, { answer, model, places = 4 }: Case): Promise<PacedOllama> {
    const whole = { ...ORDINARY, ...model, name: `${name}:8b` };
    const server = await startPacedOllama({ model: whole, answer, places });
    closers.push(() => server.stop());
    return server;
  }

  function startLab(): InsightLab {
    const lab = new InsightLab();
    closers.push(() => lab.stop());
    return lab;
  }

  /** Requests, and what was found about them. */
  async function work(): Promise<void> {
    const lab = startLab();
    working = lab;
    const llama = await serveShape({
      ...LLAMA_SERVER_SHAPE,
      '/v1/chat/completions': { status: 400, body: REFUSAL },
    });
    closers.push(() => llama.close());
    const entries = Object.entries(CASES) as [Name, Case][];
    const servers = Object.fromEntries(
      await Promise.all(entries.map(async ([name, each]) => [name, await serve(name, each)])),
    ) as Record<Name, PacedOllama>;
    const urls = entries.map(([name]) => [name, servers[name].url]);
    await lab.start({
      servers: { ...Object.fromEntries(urls), llama: llama.url.href },
      records: usualRecords(lab.clock.now()),
    });
    // All but those of two servers, and that of llama-server.
    await lab.loaded(entries.length - 2 + 1);

    const one = async (name: Name, asked: string, content?: string): Promise<void> => {
      const exchange = await lab.chat(name, content);
      take(exchange.insights, exchange, asked);
    };
    const limits = powerLimits(lab);
    await Promise.all([
      conversation(lab, servers.agent),
      one('cold', 'a chat while the model is not loaded'),
      one('spill', 'a chat while 3 of 10 GiB are in main memory'),
      one('full', 'a chat that fills a context of 4,096 tokens'),
      one('slower', 'a chat, answered at a third of the usual speed'),
      one('small', 'a chat'),
      one('several', 'two chats at once'),
      one('several', 'two chats at once'),
      one('queue', 'two chats at a server with one place'),
      one('queue', 'two chats at a server with one place'),
      Promise.all(Array.from({ length: 50 }, () => lab.chat('large'))),
    ]);
    await slowCard(lab);
    await limits;
    await repeatedLoads(lab, servers.loads);
    await onBattery(lab);
    await contexts(lab);
    take((await lab.insights()).current, null, 'all requests before');
  }

  /** Eight ordinary answers at each of two power limits. The second one stays. */
  async function powerLimits(lab: InsightLab): Promise<void> {
    for (const [limit, watts] of [
      [320, 300],
      [450, 420],
    ] as const) {
      const power = { '0.power': watts * 1_000, '0.instant': watts * 1_000 };
      lab.setCard({ '0.limit': limit * 1_000, ...power });
      for (let n = 0; n < 8; n += 1) await lab.chat('limits');
    }
  }

  /** A conversation whose growing prompts never come from the cache. The last one takes long. */
  async function conversation(lab: InsightLab, server: PacedOllama): Promise<void> {
    for (let n = 0; n < 6; n += 1) {
      const promptTokens = 4_000 + n * 600;
      server.answer = { ...SHORT, promptTokens, cachedTokens: 100, prefillMs: 250 };
      await lab.chat('agent');
    }
    server.answer = { ...server.answer, promptTokens: 7_400, prefillMs: 3_200 };
    const exchange = await lab.chat('agent');
    take(exchange.insights, exchange, 'the 7th prompt of a conversation, 7,400 tokens');
  }

  /** The same answer at a third of the usual speed, while the card tells what slows it down. */
  async function slowCard(lab: InsightLab): Promise<void> {
    const states: Readonly<Record<string, FakeAnswers>> = {
      'a chat while the card slows down for its heat': {
        ...{ '0.reasons': 0x20, '0.temperature': 89, '0.clock': 1_200 },
      },
      'a chat while the card is at its power cap': { '0.reasons': 0x4, '0.clock': 1_500 },
      'a chat while the card waits for moved memory': {
        ...{ '0.memory_used': 25_500_000_000, '0.memory_utilization': 2 },
      },
      'a chat while the card has 8 of 16 lanes': { '0.width': 8 },
      'a chat while another program uses the card': { '0.samples': '1000:45' },
    };
    for (const [asked, state] of Object.entries(states)) {
      // The driver samples processes again and again.
      const sample = (): void => lab.setCard({ ...state, '0.sampled': lab.clock.now() * 1_000 });
      sample();
      const timer = setInterval(sample, 200);
      const exchange = await lab.chat('box').finally(() => clearInterval(timer));
      take(exchange.insights, exchange, asked);
      lab.resetCard(state);
    }
  }

  /** Four chats, six minutes apart. The server has unloaded the model each time. */
  async function repeatedLoads(lab: InsightLab, server: PacedOllama): Promise<void> {
    const others = (await lab.until<Live>('/api/live', () => true)).loaded_models.length;
    for (let n = 0; n < 4; n += 1) {
      await lab.chat('loads');
      server.isLoaded = false;
      lab.clock.set(lab.clock.now() + 6 * MINUTE_MS);
      await lab.loaded(others);
    }
  }

  async function onBattery(lab: InsightLab): Promise<void> {
    if (BATTERY_OBSTACLE !== null) return;
    lab.battery('Discharging');
    await lab.until<Machine>('/api/machine', ({ reading }) => reading?.is_on_battery === true);
    const exchange = await lab.chat('box');
    take(exchange.insights, exchange, 'a chat while the laptop runs on its battery');
  }

  async function contexts(lab: InsightLab): Promise<void> {
    const content = 'one two three four five six seven eight nine ten '.repeat(2_000);
    const cut = await lab.chat('cut', content);
    take(cut.insights, cut, 'a chat with a prompt of 98 kB');
    const messages = [{ role: 'user', content }];
    const refused = await lab.post('llama', '/v1/chat/completions', { messages });
    take(refused.insights, refused, 'a chat with a prompt of 98 kB');
    // A prompt that did not fit makes the rules look at once.
    await lab.until<{ current: Insight[] }>('/api/insights', ({ current }) =>
      current.some(({ kind }) => kind === 'context_exceeded'),
    );
  }

  /** A forgotten model, and a card that works for nobody. */
  async function idle(): Promise<void> {
    const lab = startLab();
    const server = await serve('forgotten', { answer: SHORT, model: { isLoaded: false } });
    const setPower = (watts: number, utilization: number): void =>
      lab.setCard({
        ...{ '0.utilization': utilization, '0.memory_utilization': 0 },
        ...{ '0.power': watts * 1_000, '0.instant': watts * 1_000, '0.processes': 0 },
      });
    setPower(21, 0);
    await lab.start({ servers: { forgotten: server.url } });
    // The idle power is learnt after a while without work, with and without a model.
    await sleep(9_000);
    setPower(58, 0);
    await lab.chat('forgotten');
    await lab.loaded(1);
    await sleep(12_000);
    lab.clock.set(lab.clock.now() + 2 * HOUR_MS);
    setPower(310, 98);
    // The card works for four minutes, of which each reading vouches for half a minute at most.
    await ask(lab.tokwatt, 'PATCH', '/api/settings', { gpu_interval_ms: 250 });
    for (let n = 0; n < 10; n += 1) {
      await sleep(1_000);
      lab.clock.set(lab.clock.now() + 24_000);
    }
    const { current } = await lab.until<{ current: Wire<Insight>[] }>(
      '/api/insights',
      ({ current: found }) => found.length > 1,
      45_000,
    );
    take(current, null, 'one chat, then nothing for two hours');
  }

  it.each(INSIGHT_KINDS)('%s is raised by real requests', (kind) => {
    if (kind === 'power_saving' && BATTERY_OBSTACLE !== null) return;
    expect(raised.get(kind)?.insight.title).toMatch(SAID[kind]);
  });

  it('the answers at each power limit are kept for the next run', async () => {
    const { dataDir } = working.tokwatt;
    await working.tokwatt.stop();
    const text = readFileSync(join(dataDir, 'power-limits.json'), 'utf8');
    const { answers } = JSON.parse(text) as { answers: { upstream: string; limitW: number }[] };
    const limits = answers.filter(({ upstream }) => upstream === 'limits');
    expect(limits.map(({ limitW }) => limitW)).toEqual([
      ...Array(8).fill(320),
      ...Array(8).fill(450),
    ]);
  });

  it('an oversized context has its memory, from the layers that the server tells', () => {
    const bytes = (131_072 - 4_096) * 144 * 1_024;
    expect(raised.get('oversized_context')?.insight.saving).toEqual({
      value: bytes,
      unit: 'bytes',
    });
  });
});

/** What is said, with the figures that follow from the cases. The others depend on the machine. */
const SAID: Readonly<Record<InsightKind, RegExp>> = {
  cold_load: /^Waited \S+ s while the model was loaded/,
  queue: /^Waited \S+ s in the server's queue/,
  long_prompt: /^Read 7[.]30k tokens of prompt in \S+ s/,
  cpu_spill: /^30 % of the model [(]3[.]0 GiB[)] is in main memory/,
  thermal_limit: /RTX 4090 slowed itself down at 89 °C for \d+ % of the time/,
  power_limit: /RTX 4090 ran at its power limit/,
  other_gpu_work: /^program-1000 used \d+ % of NVIDIA GeForce RTX 4090/,
  memory_pressure: /RTX 4090 had its memory 99 % full and waited for main memory/,
  context_near_limit: /^The context was 97 % full/,
  power_saving: /^The machine ran on its battery/,
  pcie_link: /used PCIe 4 × 8 instead of 4 × 16 under load/,
  several_at_once: /^Shared the server with \S+ other requests on average/,
  slower_than_usual: /^The answer was \S+ × slower than usual .* no cause was seen/,
  context_truncated: /the server read 2[.]05k tokens of about \S+ tokens/,
  context_exceeded: /^The prompt of 5[.]21k tokens did not fit into the context of 4[.]10k tokens/,
  phantom_load:
    /^forgotten:8b has been loaded without use for 2 h .* costs 3[5-7][.]\d W all the time/,
  repeated_loads: /^loads:8b was loaded 3 times in the last hour after pauses of about 6 min/,
  repeated_prefix: /let agent:8b read 32[.]4k tokens again in 6 requests/,
  oversized_context: /^large:8b has a context of 131k tokens, .* 50 exchanges used at most 44/,
  inefficient_power_limit: /320 W.*450 W.*RTX 4090/,
  small_spill: /^small:8b misses GPU memory by 614 MiB: 7 % of it is in main memory/,
  busy_without_tokens: /RTX 4090 drew 310 W for [34] min .* while no request was in flight/,
};

interface Live {
  readonly loaded_models: readonly unknown[];
}

interface Machine {
  readonly reading: { readonly is_on_battery: boolean | null } | null;
}
