import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import OpenAI from 'openai';
import type { Snapshot } from '../../shared/snapshot.ts';
import { chat } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { activityRecord, usageOf } from '../support/records.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { seedLedger } from '../support/seeded-ledger.ts';

const KWH = 3_600_000;
const HOUR = 3_600_000;

interface Report {
  readonly rows: readonly Record<string, unknown>[];
  readonly total: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
  readonly break_even: unknown;
}
interface Budgets {
  readonly budgets: readonly Record<string, unknown>[];
}

let upstream: RecordedUpstream;
let dataDir: string;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
});
afterAll(() => upstream.stop());
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-cost-'));
});
afterEach(async () => {
  await tokwatt.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(settings: object): Promise<void> {
  const upstreams = [{ name: 'box', url: upstream.url }];
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams, ...settings }));
  await restart();
}

async function restart(): Promise<void> {
  tokwatt = await startHeadless({ args: ['--log-level', 'error'], dataDir });
}

/** Two exchanges of an hour ago, before any tariff was set. */
function seed(): void {
  const completedAt = Date.now() - HOUR;
  const client = { ...activityRecord().client, application: 'Zed' };
  const given = { completedAt, startedAt: completedAt - 2_000, energyJoules: KWH / 2 };
  seedLedger(dataDir, [
    activityRecord({ id: 1, ...given, usage: usageOf(1_000_000, 0) }),
    activityRecord({ id: 2, ...given, usage: usageOf(0, 500_000), model: 'other', client }),
  ]);
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const RANGE = `from=${Date.now() - 48 * HOUR}&to=${Date.now() + HOUR}`;

describe('costs over the API', () => {
  it('come from the energy of each hour and the tariff that held in it', async () => {
    seed();
    const cost = {
      currency: 'EUR',
      since: day(Date.now() - 72 * HOUR),
      tariff: { price: 0.3 },
      carbon: { country: 'DEU' },
      usdRate: 0.5,
      machinePrice: 100,
      compare: [{ model: 'qwen3*', with: 'openai/gpt-4.1' }],
    };
    await start({ cost });
    const report = await ask<Report>(tokwatt, 'GET', `/api/cost?${RANGE}`);
    expect(report.total).toMatchObject({
      kwh: 1,
      electricity: [{ currency: 'EUR', cost: 0.3, kwh: 1, mean_price_per_kwh: 0.3 }],
      unpriced_kwh: 0,
      cloud: { cost_usd: 2, priced_tokens: 1_000_000, unpriced_tokens: 500_000 },
      // 2 dollars are 1 euro; the compared model's half of the energy costs 0.15.
      saved: { currency: 'EUR', amount: 0.85, usd_rate: 0.5 },
    });
    expect(report.break_even).toMatchObject({ saved: 0.85, days: 1, machine_price: 100 });
    expect(report.inputs).toMatchObject({
      tariffs: [
        {
          currency: 'EUR',
          price_per_kwh: 0.3,
          carbon_source: expect.stringContaining('Ember') as string,
        },
      ],
      price_list: { kind: 'bundled', licence: 'MIT' },
    });
    const clients = await ask<Report>(tokwatt, 'GET', `/api/cost?${RANGE}&by=client`);
    expect(clients.rows.map(({ name }) => name)).toEqual(['curl', 'Zed']);
    const one = await ask<{ cost: object }>(tokwatt, 'GET', '/api/activity/1');
    expect(one.cost).toMatchObject({
      kwh: 0.5,
      electricity: { currency: 'EUR', cost: 0.15, price_per_kwh: 0.3, is_mean: false },
      cloud: { cost_usd: 2, prices: [{ compared_with: 'openai/gpt-4.1' }] },
    });

    // A change of today's tariff leaves the past as it was.
    await ask(tokwatt, 'PATCH', '/api/settings', { cost: { tariff: { price: 9 } } });
    const stored = JSON.parse(await readFile(join(dataDir, 'tariffs.json'), 'utf8')) as {
      entries: { tariff: { price: number } }[];
    };
    // Within ten minutes it is a correction of a mistake.
    expect(stored.entries.map(({ tariff }) => tariff.price)).toEqual([9]);
    const corrected = await ask<Report>(tokwatt, 'GET', `/api/cost?${RANGE}`);
    expect(corrected.total).toMatchObject({ electricity: [{ cost: 9 }] });
  });

  it('are unknown before the first tariff, and not 0', async () => {
    seed();
    await start({ cost: { currency: 'EUR', tariff: { price: 0.3 } } });
    const { total } = await ask<Report>(tokwatt, 'GET', `/api/cost?${RANGE}`);
    expect(total).toMatchObject({ kwh: 1, unpriced_kwh: 1, electricity: [], co2_grams: null });
    const one = await ask<{ cost: object }>(tokwatt, 'GET', '/api/activity/1');
    expect(one.cost).toMatchObject({ kwh: 0.5, electricity: null, cloud: null, saved: null });
  });

  it('use an imported price list until it is removed', async () => {
    seed();
    await start({ cost: { compare: [{ model: '*', with: 'gpt-x' }] } });
    const list = { 'gpt-x': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } };
    expect(await ask(tokwatt, 'GET', '/api/prices')).toMatchObject({ unknown: ['gpt-x'] });
    const imported = await ask(tokwatt, 'POST', '/api/prices/import', list);
    expect(imported).toMatchObject({ list: { kind: 'imported', source: 'LiteLLM', models: 1 } });
    const { total } = await ask<Report>(tokwatt, 'GET', `/api/cost?${RANGE}`);
    expect(total).toMatchObject({ cloud: { cost_usd: 2 }, saved: null });
    const wrong = await call(tokwatt, 'POST', '/api/prices/import', '{"a": 1}');
    expect(wrong).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    const removed = await ask(tokwatt, 'DELETE', '/api/prices');
    expect(removed).toMatchObject({ list: { kind: 'bundled' } });
  });

  it('take a price list from a file at the start, and say what is wrong with it', async () => {
    const file = join(dataDir, 'list.json');
    writeFileSync(file, '{"p": {"models": {"m": {"cost": {"input": 1, "output": 2}}}}}');
    tokwatt = await startHeadless({ args: ['--prices', file], dataDir });
    const prices = (): Promise<object> => ask(tokwatt, 'GET', '/api/prices');
    await vi.waitFor(async () => expect(await prices()).toMatchObject({ names: ['p/m'] }), 5_000);
    await tokwatt.stop();
    writeFileSync(file, '{}');
    tokwatt = await startHeadless({ args: ['--prices', file], dataDir });
    await vi.waitFor(() => expect(tokwatt.stderr()).toContain('were not imported'), 5_000);
    expect(await prices()).toMatchObject({ names: ['p/m'], list: { source: 'models.dev' } });
  });

  it.each([
    [{ carbon: { country: 'ZZZ' } }, 'cost.carbon.country: there is no figure for ZZZ'],
    [{ tariff: { hourly: { file: 'prices.csv' } } }, 'must be an absolute path'],
    [{ tariff: { price: 1, times: [{ price: 2 }] } }, 'takes one of price, times and hourly'],
    [{ tariff: { price: 0.3 }, currency: null }, 'cost.currency: is needed'],
  ])('refuse the settings %j', async (cost, reason) => {
    await start({ cost: { currency: 'EUR' } });
    const answer = await call<{ detail: string }>(tokwatt, 'PATCH', '/api/settings', { cost });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(reason);
  });
});

describe('budgets over the API', () => {
  const budget = { name: 'Day', measure: 'tokens', period: 'month', amount: 1_000 };

  async function used(): Promise<unknown> {
    return (await ask<Budgets>(tokwatt, 'GET', '/api/budgets')).budgets[0]?.used;
  }

  it('count, warn, and survive a restart', async () => {
    await start({ budgets: [{ ...budget, amount: 40 }] });
    await vi.waitFor(async () => expect(await used()).toBe(0), 5_000);
    await chat(tokwatt, { path: '/v1/chat/completions' });
    await vi.waitFor(async () => expect(await used()).toBe(35), 5_000);
    const { state } = await ask<Snapshot>(tokwatt, 'GET', '/api/bridge/getSnapshot');
    const messages = state.warnings.map(({ message }) => message);
    expect(messages.join()).toContain('87 % of the budget "Day" is used');
    expect(state.budgets[0]).toMatchObject({ used: 35, resetsAt: expect.any(Number) as number });
    await tokwatt.stop();
    await restart();
    await vi.waitFor(async () => expect(await used()).toBe(35), 5_000);
    // Without a hard stop, nothing is refused.
    expect(await chat(tokwatt)).toBe(200);
    expect(await chat(tokwatt)).toBe(200);
  });

  it('stop a client with 429 in its dialect, and nobody else', async () => {
    const hard = { ...budget, amount: 30, scope: 'client', subject: 'curl', hardStop: true };
    await start({ budgets: [hard] });
    await vi.waitFor(async () => expect(await used()).toBe(0), 5_000);
    const agent = 'curl/8.5.0';
    expect(await chat(tokwatt, { agent, path: '/v1/chat/completions' })).toBe(200);
    await vi.waitFor(async () => expect(await used()).toBe(35), 5_000);
    const before = upstream.requests.length;
    const answers = await Promise.all(
      ['/v1/chat/completions', '/v1/messages', '/api/chat'].map((path) =>
        fetch(`${tokwatt.proxy}${path}`, {
          method: 'POST',
          headers: { 'user-agent': agent },
          body: JSON.stringify({ model: MODEL }),
        }),
      ),
    );
    const bodies = (await Promise.all(answers.map((each) => each.json()))) as object[];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
    expect(Number(answers[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const text = expect.stringContaining('The budget "Day" in Tokwatt is used up') as string;
    expect(bodies[0]).toMatchObject({ error: { message: text, code: 'budget_exceeded' } });
    expect(bodies[1]).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect(bodies[2]).toEqual({ error: text });
    expect(upstream.requests.length).toBe(before);
    expect(await chat(tokwatt, { agent: 'Zed/1.0' })).toBe(200);
    expect(
      (await fetch(`${tokwatt.proxy}/api/version`, { headers: { 'user-agent': agent } })).status,
    ).toBe(200);
    const rows = await tokwatt.activity(5);
    expect(rows.filter(({ error }) => error === 'refused')).toHaveLength(3);

    // The official client takes the answer as final.
    const openai = new OpenAI({
      baseURL: `${tokwatt.proxy}/v1`,
      apiKey: 'x',
      defaultHeaders: { 'user-agent': agent },
    });
    const asked = openai.chat.completions.create({ model: MODEL, messages: [] });
    await expect(asked).rejects.toMatchObject({ status: 429 });
    expect((await tokwatt.activity(7)).filter(({ error }) => error === 'refused')).toHaveLength(4);

    await ask(tokwatt, 'PATCH', '/api/settings', { budgets: [] });
    expect(await chat(tokwatt, { agent })).toBe(200);
  });

  it('refuse what could not work', async () => {
    await start({});
    for (const [wrong, reason] of [
      [{ ...budget, measure: 'money' }, 'money needs a tariff'],
      [{ ...budget, scope: 'model', subject: 'x', hard_stop: true }, 'cannot be set for a model'],
    ] as const) {
      const answer = await call<{ detail: string }>(tokwatt, 'PATCH', '/api/settings', {
        budgets: [wrong],
      });
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain(reason);
    }
  });
});
