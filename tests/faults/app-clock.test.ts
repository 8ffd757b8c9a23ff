import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveExchange } from '../../shared/live-exchange.ts';
import type { Throughput } from '../../shared/slices.ts';
import type { Wire } from '../../shared/wire.ts';
import { chats } from '../support/chats.ts';
import { DAY_MS, HOUR_MS, clockObstacle, settableClock } from '../support/clock.ts';
import type { SettableClock } from '../support/clock.ts';
import { expectInStep } from '../support/clock-checks.ts';
import { allRows, ask } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, OUTPUT_TOKENS, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const obstacle = clockObstacle();
const ZONE = 'Europe/Berlin';
/** Between two of a stream's seven frames: long enough to set a clock, and to be measured. */
const GAP_MS = 500;
const STREAM_MS = 7 * GAP_MS;
/** A middle of a day far from any change of summer time. */
const NOON = Date.UTC(2026, 10, 18, 11);

interface Live {
  readonly throughput: Wire<Throughput>;
  readonly in_flight: readonly Wire<LiveExchange>[];
}

describe.skipIf(obstacle !== null)(`a clock that is set${obstacle ? ` (${obstacle})` : ''}`, () => {
  let upstream: RecordedUpstream;
  let clock: SettableClock;
  let dataDir: string;
  const running = new Set<Headless>();

  beforeEach(async () => {
    upstream = await startRecordedUpstream({ frameGapMs: GAP_MS });
    clock = settableClock(ZONE);
    dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-clock-data-'));
  });
  afterEach(async () => {
    await Promise.all([...running].map((tokwatt) => tokwatt.stop('SIGKILL')));
    running.clear();
    await upstream.stop();
    clock.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(at: number): Promise<Headless> {
    clock.set(at);
    const tokwatt = await startHeadless({
      args: ['--upstream', upstream.url, '--log-level', 'warn'],
      env: clock.env,
      dataDir,
    });
    running.add(tokwatt);
    return tokwatt;
  }

  const live = async (tokwatt: Headless): Promise<Live> => (await tokwatt.get('/api/live')) as Live;

  /** Asks for the live state until it is as it should be. */
  async function until(tokwatt: Headless, isRight: (state: Live) => boolean): Promise<Live> {
    const end = performance.now() + 20_000;
    for (;;) {
      const state = await live(tokwatt);
      if (isRight(state)) return state;
      if (performance.now() > end) throw new Error(`it stayed at ${JSON.stringify(state)}`);
      await sleep(50);
    }
  }

  /** The row of a stream, by `startAt` on the clock and while `meanwhile` happens if given. */
  async function stream(
    tokwatt: Headless,
    given: { readonly startAt?: number; readonly meanwhile?: () => Promise<void> } = {},
  ): Promise<Row> {
    const known = new Set((await allRows(tokwatt)).map(({ id }) => id));
    if (given.startAt !== undefined) clock.set(given.startAt);
    const began = performance.now();
    const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Go on.' }] });
    const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
    await given.meanwhile?.();
    await answer.text();
    const lasted = performance.now() - began;
    const rows = await allRowsBeyond(tokwatt, known);
    const row = rows.find(({ endpoint, id }) => endpoint === '/api/chat' && !known.has(id));
    if (row === undefined) throw new Error('the stream has no row');
    expectTimes(row, lasted);
    return row;
  }

  it.each([
    ['back by an hour', -HOUR_MS],
    ['forward by an hour', HOUR_MS],
    ['back by a day', -DAY_MS],
    ['forward by a day', DAY_MS],
  ])('%s in the midst of exchanges: times, days, speeds and sums stay right', async (_, jump) => {
    const tokwatt = await start(NOON);
    await chats(tokwatt, 3);
    await ask(tokwatt, 'POST', '/api/jobs', { name: 'night' });
    const meanwhile = async (): Promise<void> => {
      await until(tokwatt, (state) => tokensSoFar(state) >= 2);
      clock.set(clock.now() + jump);
      // What is generated after the jump is still seen as it is generated.
      const tokens = tokensSoFar(await live(tokwatt));
      const later = await until(tokwatt, (state) => tokensSoFar(state) > tokens);
      expect(later.throughput.output_tokens_per_second).toBeGreaterThan(0);
      // A second is what a clock here can be set wrong by.
      expect(later.in_flight[0]?.started_at).toBeLessThan(clock.now() + 1_000);
    };
    const across = await stream(tokwatt, { meanwhile });
    // It belongs to the moment that the clock shows at its end.
    expect(Math.abs(across.completed_at - clock.now())).toBeLessThan(60_000);
    await chats(tokwatt, 2);
    // 3 before, the one across the jump, and 2 behind it, each token in one second only.
    const tokens = 6 * OUTPUT_TOKENS;
    const { throughput } = await until(tokwatt, (state) => shownTokens(state) > tokens - 1e-6);
    expect(shownTokens({ throughput })).toBeCloseTo(tokens, 6);
    expect(Math.abs(throughput.series.end_at - clock.now())).toBeLessThan(60_000);
    const job = await ask<Job>(tokwatt, 'POST', '/api/jobs/night/stop');
    expect(job).toMatchObject({ running: false, tally: { requests: 3 } });
    expect(job.run_time_ms).toBeGreaterThanOrEqual(0);
    await expectInStep(tokwatt, clock, ZONE);

    const period = await ask<Counters>(tokwatt, 'POST', '/api/counters/snapshot');
    expect(period.all.requests).toBe(6);
    clock.set(clock.now() - jump);
    await expectInStep(tokwatt, clock, ZONE);
    await stream(tokwatt);
    await expectInStep(tokwatt, clock, ZONE);
    const counters = await ask<{ period: Counters }>(tokwatt, 'GET', '/api/counters');
    expect(counters.period.all.requests).toBe(1);
    expect(await tokwatt.stop()).toBe(0);
    expect(tokwatt.stderr()).toBe('');
  });

  it('set between two runs: each exchange is counted once, after a stop or a kill', async () => {
    const first = await start(NOON);
    await chats(first, 20);
    await expectInStep(first, clock, ZONE);
    await first.stop();
    let exchanges = 20;
    // Each time from noon. No day is come back to after two others: `today` remembers one.
    for (const [jump, signal] of [
      [-2 * HOUR_MS, 'SIGKILL'],
      [-HOUR_MS, 'SIGTERM'],
      [-DAY_MS, 'SIGKILL'],
      [-DAY_MS - HOUR_MS, 'SIGTERM'],
      [0, 'SIGKILL'],
      [DAY_MS, 'SIGKILL'],
    ] as const) {
      const tokwatt = await start(NOON + jump);
      expect(await allRows(tokwatt)).toHaveLength(exchanges);
      await expectInStep(tokwatt, clock, ZONE);
      await chats(tokwatt, 12);
      exchanges += 12;
      // The rows are read from the ledger, so they are stored; the totals may not be.
      expect(await allRows(tokwatt)).toHaveLength(exchanges);
      await expectInStep(tokwatt, clock, ZONE);
      await tokwatt.stop(signal);
      expect(tokwatt.stderr()).toBe('');
    }
    const last = await start(NOON + HOUR_MS);
    expect(await allRows(last)).toHaveLength(exchanges);
    await expectInStep(last, clock, ZONE);
  }, 180_000);

  it.each([
    ['ends', Date.UTC(2026, 9, 25, 1), '2026-10-25', 23],
    ['begins', Date.UTC(2026, 2, 29, 1), '2026-03-29', 22],
  ])('summer time %s while an exchange is in flight', async (_, change, day, endHour) => {
    const tokwatt = await start(change - HOUR_MS / 2);
    const across = await stream(tokwatt, { startAt: change - STREAM_MS / 2 });
    expect(across.started_at).toBeLessThan(change);
    expect(across.completed_at).toBeGreaterThan(change);
    await chats(tokwatt, 2);
    // An hour later, in autumn, the local clock shows the same hour for the second time.
    clock.set(change + HOUR_MS / 2);
    await chats(tokwatt, 2);
    await expectInStep(tokwatt, clock, ZONE);
    // The day is 25 or 23 hours long; an exchange across its end belongs to the next one.
    const [year, month, date] = day.split('-').map(Number);
    const midnight = Date.UTC(year ?? 0, (month ?? 0) - 1, date, endHour);
    const overnight = await stream(tokwatt, { startAt: midnight - STREAM_MS / 2 });
    expect(overnight.started_at).toBeLessThan(midnight);
    expect(overnight.completed_at).toBeGreaterThanOrEqual(midnight);
    const days = await expectInStep(tokwatt, clock, ZONE);
    expect([...days]).toEqual([
      [day, 5],
      [`${day.slice(0, 8)}${String(Number(date) + 1).padStart(2, '0')}`, 1],
    ]);
    expect(await tokwatt.stop('SIGTERM')).toBe(0);
    expect(tokwatt.stderr()).toBe('');
  });
});

interface Counters {
  readonly all: { readonly requests: number };
}

interface Job {
  readonly run_time_ms: number;
}

/** All rows, once there is one that is not known. */
async function allRowsBeyond(tokwatt: Headless, known: ReadonlySet<number>): Promise<Row[]> {
  for (let tries = 0; tries < 400; tries += 1) {
    const rows = await allRows(tokwatt);
    if (rows.some(({ id }) => !known.has(id))) return rows;
    await sleep(25);
  }
  throw new Error('there was never another row');
}

function tokensSoFar({ in_flight: [stream] }: Live): number {
  return stream?.output_tokens_so_far ?? 0;
}

function shownTokens({ throughput }: Pick<Live, 'throughput'>): number {
  const { output_tokens_per_second: speeds } = throughput.series;
  expect(Math.min(...speeds)).toBeGreaterThanOrEqual(0);
  return speeds.reduce((sum, tokens) => sum + tokens, 0);
}

/** What was measured of a stream fits what its client measured. */
function expectTimes({ timing, completed, rates }: Row, lasted: number): void {
  expect(completed).toBe(true);
  const { duration_ms: duration, time_to_first_token_ms: first, inter_token_max_ms: gap } = timing;
  // Timers may fire a little early; the record ends a little behind the client's last byte.
  expect(duration).toBeGreaterThan(STREAM_MS * 0.95);
  expect(duration).toBeLessThan(lasted + 1_000);
  expect(first).toBeGreaterThan(GAP_MS * 0.9);
  expect(first).toBeLessThan(duration);
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThan(duration);
  expect(rates.output_tokens_per_second).toBeGreaterThan(0);
}
