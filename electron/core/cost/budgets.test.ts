import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { englishOf } from '../../../shared/sentences.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import { budgetsSchema } from '../../../shared/budget-settings.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { SILENT_LOG } from '../log.ts';
import type { RollupRow } from '../records/ledger/query-schemas.ts';
import { emptyStats, fold } from '../records/totals/stats.ts';
import type { Stats } from '../records/totals/stats.ts';
import { fingerprint } from '../meter/attribution.ts';
import { BudgetGate } from './budget-gate.ts';
import { Budgets } from './budgets.ts';

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const at = (local: string): number => new Date(local).getTime();
let nextId = 1;

/** Budgets over real totals and over daily sums that the test gives. */
function lab(given: readonly object[], start: string, days: readonly Partial<RollupRow>[] = []) {
  const made = {
    now: at(start),
    stats: emptyStats(at(start)),
    told: new Map<string, string | null>(),
    asked: [] as object[],
    days: [...days],
    spent: 0 as number | null,
    changes: 0,
  };
  const budgets = new Budgets({
    ledger: {
      flush: () => Promise.resolve(),
      rollups: (query) => {
        made.asked.push(query);
        return Promise.resolve(made.days as RollupRow[]);
      },
    },
    stats: (): Stats => made.stats,
    spent: () => Promise.resolve(made.spent),
    currency: () => 'EUR',
    tell: (topic, message) => made.told.set(topic, message && englishOf(message)),
    onChange: () => (made.changes += 1),
    log: SILENT_LOG,
    now: () => made.now,
  });
  const settings = v.parse(budgetsSchema, given);
  budgets.apply(settings);
  const use = (local: string, tokens: number, more: Partial<ActivityRecord> = {}): void => {
    made.now = at(local);
    const record = activityRecord({
      id: nextId++,
      completedAt: made.now,
      usage: usageOf(tokens, 0),
      ...more,
    });
    made.stats = fold(made.stats, record);
    budgets.observe(record.completedAt);
    budgets.tick();
  };
  return { made, budgets, settings, use };
}

const daily = { name: 'Day', measure: 'tokens', period: 'day', amount: 1_000 };

describe('budgets', () => {
  it('count at once, warn at each share once, and begin anew at midnight', () => {
    const { made, budgets, use } = lab([daily], '2026-10-25T08:00');
    expect(budgets.states[0]).toMatchObject({ used: 0, share: 0, isStopped: false });
    use('2026-10-25T09:00', 799);
    expect(made.told.get('budget Day') ?? null).toBeNull();
    use('2026-10-25T10:00', 21);
    expect(made.told.get('budget Day')).toBe(
      '82 % of the budget "Day" is used: 820 tokens of 1.00k tokens today. It starts anew on 2026-10-26 00:00.',
    );
    use('2026-10-25T11:00', 200);
    expect(made.told.get('budget Day')).toContain('102 %');
    // The day on which the clocks change has 25 hours.
    expect(budgets.states[0]?.resetsAt).toBe(at('2026-10-25T00:00') + 25 * 3_600_000);
    made.now = at('2026-10-26T00:00') - 1;
    budgets.tick();
    expect(budgets.states[0]?.used).toBe(1_020);
    made.now += 1;
    budgets.tick();
    expect(budgets.states[0]).toMatchObject({ used: 0, startedAt: at('2026-10-26T00:00') });
    expect(made.told.get('budget Day')).toBeNull();
  });

  it('add the earlier days of the period from the ledger, after a restart too', async () => {
    const earlier = [
      { day: '2026-11-16', requests: 1, inputTokens: 300, outputTokens: 100, energyJoules: 3.6e6 },
      { day: '2026-11-21', requests: 1, inputTokens: 9_000, outputTokens: 0, energyJoules: 1 },
    ];
    const week = { ...daily, name: 'Week', period: 'week', scope: 'client', subject: 'curl' };
    const energy = { ...daily, name: 'Energy', period: 'month', measure: 'energy', amount: 10 };
    const { made, budgets, use } = lab([week, energy], '2026-11-21T08:00', earlier);
    // Unknown until the ledger was read, and not 0.
    expect(budgets.states.map(({ used }) => used)).toEqual([null, null]);
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]?.used).toBe(400);
    });
    use('2026-11-21T09:00', 50, { energyJoules: 1.8e6 });
    use('2026-11-21T09:01', 7, { client: { ...activityRecord().client, application: 'Zed' } });
    expect(budgets.states.map(({ used }) => used)).toEqual([450, 1.5]);
    expect(made.asked).toContainEqual({ fromDay: '2026-11-16', application: 'curl' });
    expect(made.asked).toContainEqual({ fromDay: '2026-11-01' });
    // The next day the day before is read from the ledger.
    made.days = [
      ...earlier,
      { ...earlier[0], day: '2026-11-21', inputTokens: 50, outputTokens: 0 },
    ];
    made.days.splice(1, 1);
    made.now = at('2026-11-22T00:00');
    budgets.tick();
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]?.used).toBe(450);
    });
  });

  it('read earlier days again when an exchange of one of them comes late', async () => {
    const month = { ...daily, period: 'month' };
    const { made, budgets } = lab([month], '2026-11-21T00:00:01');
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]?.used).toBe(0);
    });
    made.days = [{ day: '2026-11-20', requests: 1, inputTokens: 70, outputTokens: 0 }];
    budgets.observe(at('2026-11-21T00:00:00'));
    budgets.tick();
    await Promise.resolve();
    expect(made.asked).toHaveLength(1);
    budgets.observe(at('2026-11-20T23:59:59'));
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]?.used).toBe(70);
    });
  });

  it('do not take unknown energy for none', () => {
    const energy = { ...daily, measure: 'energy', amount: 10 };
    const { budgets, use } = lab([energy], '2026-11-21T08:00');
    expect(budgets.states[0]?.used).toBe(0);
    use('2026-11-21T09:00', 10, { energyJoules: null });
    expect(budgets.states[0]).toMatchObject({ used: null, share: null });
  });

  it('follow the cost of electricity', async () => {
    const money = { ...daily, name: 'Money', measure: 'money', amount: 5 };
    const { made, budgets, use } = lab([money], '2026-11-21T08:00');
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]).toMatchObject({ used: 0, currency: 'EUR' });
    });
    made.spent = 4.5;
    use('2026-11-21T09:00', 1);
    await vi.waitFor(() => {
      budgets.tick();
      expect(budgets.states[0]?.share).toBe(0.9);
    });
    budgets.tick();
    expect(made.told.get('budget Money')).toContain('€4.50 of €5.00 today');
  });

  it('forget the warning of a budget that was removed', () => {
    const { made, budgets, use } = lab([daily], '2026-11-21T08:00');
    use('2026-11-21T09:00', 900);
    expect(made.told.get('budget Day')).toContain('90 %');
    budgets.apply([]);
    expect(made.told.get('budget Day')).toBeNull();
    expect(budgets.states).toEqual([]);
  });
});

describe('a hard stop', () => {
  const SALT = 'salt';
  const KEY = 'sk-0123456789abcdef';
  const head = (path: string, headers: readonly string[] = [], method = 'POST') => ({
    upstream: { name: 'x', url: new URL('http://127.0.0.1'), exactUsage: false },
    method,
    target: path,
    rawHeaders: headers,
    remoteAddress: null,
    connection: null,
    at: 0,
    monotonicAt: 0,
  });

  function gate(given: readonly object[], start = '2026-11-21T23:59:00') {
    const made = lab(given, start);
    const each = new BudgetGate({
      budgets: made.budgets,
      salt: () => SALT,
      log: SILENT_LOG,
      now: () => made.made.now,
    });
    each.apply(made.settings);
    return { ...made, each };
  }

  it('refuses requests for tokens once the amount is used, until the period ends', () => {
    const { each, use, made } = gate([{ ...daily, hardStop: true }]);
    use('2026-11-21T23:58', 999);
    expect(each.refusalFor(head('/v1/chat/completions'))).toBeNull();
    use('2026-11-21T23:59', 1);
    const refusal = each.refusalFor(head('/v1/chat/completions'));
    expect(refusal).toMatchObject({
      status: 429,
      code: 'budget_exceeded',
      headers: ['Retry-After', '60', 'X-Should-Retry', 'false'],
    });
    expect(refusal?.message).toContain('The budget "Day" in Tokwatt is used up');
    for (const path of ['/api/tags', '/v1/models', '/v1/messages/count_tokens']) {
      expect(each.refusalFor(head(path))).toBeNull();
    }
    expect(each.refusalFor(head('/v1/responses', [], 'GET'))).toBeNull();
    expect(each.refusalFor(head('/v1/responses', ['Upgrade', 'websocket'], 'GET'))).not.toBeNull();
    made.now = at('2026-11-22T00:00');
    expect(each.refusalFor(head('/v1/chat/completions'))).toBeNull();
  });

  it('stops only the client or the key that it names', () => {
    const key = fingerprint(KEY, SALT);
    const { each, use } = gate([
      { ...daily, hardStop: true, scope: 'client', subject: 'curl' },
      { ...daily, name: 'Key', hardStop: true, scope: 'key', subject: key },
    ]);
    const client = { ...activityRecord().client, application: 'curl', key };
    use('2026-11-21T12:00', 5_000, { client });
    const path = '/api/chat';
    expect(each.refusalFor(head(path, ['User-Agent', 'curl/8']))).not.toBeNull();
    expect(each.refusalFor(head(path, ['User-Agent', 'Zed/1']))).toBeNull();
    expect(each.refusalFor(head(path, ['Authorization', `Bearer ${KEY}`]))).not.toBeNull();
    expect(each.refusalFor(head(path, ['Authorization', 'Bearer another-key-0123']))).toBeNull();
  });

  it('stops nothing without a hard stop, while usage is unknown, and if it fails itself', () => {
    const soft = gate([daily]);
    soft.use('2026-11-21T12:00', 5_000);
    expect(soft.each.refusalFor(head('/api/chat'))).toBeNull();

    const unknown = gate([{ ...daily, period: 'month', hardStop: true }]);
    unknown.use('2026-11-21T12:00', 5_000);
    expect(unknown.budgets.states[0]?.used).toBeNull();
    expect(unknown.each.refusalFor(head('/api/chat'))).toBeNull();

    const broken = gate([{ ...daily, hardStop: true }]);
    broken.use('2026-11-21T12:00', 5_000);
    Reflect.set(broken.made, 'stats', null);
    broken.budgets.observe(broken.made.now);
    expect(broken.each.refusalFor(head('/api/chat'))).toBeNull();
  });
});
