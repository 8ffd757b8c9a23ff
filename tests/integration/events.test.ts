import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyDelta } from '../../shared/snapshot.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import { chats, keepChatting } from '../support/chats.ts';
import { allRows, call } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { openEvents } from '../support/event-client.ts';
import type { EventClient } from '../support/event-client.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { memoryReason, watchPeak } from '../support/memory.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const POLL = { timeout: 20_000, interval: 25 };
/** Readers that take nothing. */
const STALLED = 60;

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-events-'));
  tokwatt = await start('main');
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(name: string): Promise<Headless> {
  const args = ['--upstream', upstream.url, '--log-level', 'error'];
  return startHeadless({ args, dataDir: join(folder, name) });
}

/** Reads until the stream has told the rows up to and including an id. */
async function readTo(client: EventClient, id: number): Promise<void> {
  await vi.waitFor(() => expect(client.of<Row>('activity').at(-1)?.id).toBe(id), POLL);
}

describe('finished exchanges', () => {
  it('are sent as in the activity, each with an id, without earlier ones', async () => {
    await chats(tokwatt, 2);
    await tokwatt.activity(2);
    const client = await openEvents(tokwatt, '?types=activity');
    await client.waitFor('start', 1);
    await chats(tokwatt, 3);
    await client.waitFor('activity', 3);
    const rows = await tokwatt.activity(5);
    expect(client.of('activity')).toEqual(rows.slice(0, 3).reverse());
    expect(client.of('start')).toEqual([{ types: ['activity'] }]);
    expect(client.messages.map(({ event }) => event)).toEqual([
      'start',
      ...Array<string>(3).fill('activity'),
    ]);
    const ids = client.messages.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(client.headers.get('content-type')).toBe('text/event-stream');
    expect(client.headers.get('cache-control')).toBe('no-store');
    await client.close();
  });

  it('resume after the last id, in the header or in the query', async () => {
    const first = await openEvents(tokwatt, '?types=activity');
    await first.waitFor('start', 1);
    const place = first.lastId();
    await first.close();
    await chats(tokwatt, 4);
    const expected = (await tokwatt.activity(4)).slice(0, 4).reverse();
    const ways: [string, Record<string, string>][] = [
      ['?types=activity', { 'last-event-id': place }],
      [`?types=activity&last_event_id=${place}`, {}],
    ];
    for (const [query, headers] of ways) {
      const client = await openEvents(tokwatt, query, headers);
      await client.waitFor('activity', 4);
      expect(client.of('activity')).toEqual(expected);
      await client.close();
    }
  });

  it('reach a reader that reconnects repeatedly exactly once', async () => {
    const traffic = keepChatting(tokwatt, 3);
    let place = '';
    const seen: number[] = [];
    let begin: number | null = null;
    for (let round = 0; round < 12; round += 1) {
      const client = await openEvents(tokwatt, `?types=activity,live&last_event_id=${place}`);
      await client.waitFor('activity', 1 + (round % 3) * 7);
      await client.close();
      place = client.lastId();
      begin ??= Number(/^\d+/.exec(client.messages[0]!.id)?.[0]);
      seen.push(...client.of<Row>('activity').map(({ id }) => id));
    }
    await traffic.stop();
    const all = (await allRows(tokwatt)).map(({ id }) => id).sort((a, b) => a - b);
    const last = await openEvents(tokwatt, `?types=activity&last_event_id=${place}`);
    if (seen.at(-1) !== all.at(-1)) await readTo(last, all.at(-1)!);
    await last.close();
    seen.push(...last.of<Row>('activity').map(({ id }) => id));
    expect(seen).toEqual(all.filter((id) => id > begin!));
    expect(seen.length).toBeGreaterThan(50);
  });

  it('are read from the ledger after a restart, for any number of missed ones', async () => {
    let other = await start('restarted');
    const first = await openEvents(other, '?types=activity');
    await first.waitFor('start', 1);
    const place = first.lastId();
    await chats(other, 2_300);
    const count = (await allRows(other)).length;
    expect(count).toBe(2_300);
    // More than are kept at hand, from the same run.
    const far = await openEvents(other, `?types=activity&last_event_id=${place}`);
    await far.waitFor('activity', count);
    await first.close();
    await far.close();
    await other.stop();

    other = await start('restarted');
    await chats(other, 3);
    const again = await openEvents(other, '?types=activity', { 'last-event-id': place });
    await again.waitFor('activity', count + 3);
    const expected = (await allRows(other)).reverse();
    for (const client of [first, far, again]) {
      const rows = client.of<Row>('activity');
      expect(rows).toEqual(expected.slice(0, rows.length));
      expect(rows.length).toBeGreaterThanOrEqual(count);
    }
    await again.close();
    await other.stop();
  });

  it('are complete after a run that was killed before it stored what it had sent', async () => {
    let other = await start('killed');
    const first = await openEvents(other, '?types=activity');
    await chats(other, 3);
    await first.waitFor('activity', 3);
    await other.stop('SIGKILL');
    await first.ended;

    other = await start('killed');
    const stored = (await allRows(other)).length;
    await chats(other, 4);
    const second = await openEvents(other, '?types=activity', {
      'last-event-id': first.lastId(),
    });
    await second.waitFor('activity', 4);
    const rows = (await allRows(other)).reverse();
    expect(second.of('activity')).toEqual(rows.slice(stored));
    await second.close();
    await other.stop();
  });

  it('begin with this run for an id of another instance', async () => {
    const all = (await allRows(tokwatt)).length;
    const elsewhere = '?types=activity&last_event_id=999999999-abc-1';
    const client = await openEvents(tokwatt, elsewhere);
    await client.waitFor('activity', all);
    await client.close();
    const ids = client.of<Row>('activity').map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: all }, (_, index) => index + 1));
  });
});

describe('the state', () => {
  it('is a snapshot, then deltas without a gap that result in the current state', async () => {
    const client = await openEvents(tokwatt, '?types=live');
    await client.waitFor('snapshot', 1);
    await chats(tokwatt, 3);
    await client.waitFor('live', 2);
    // The names are those of the wire; folding does not depend on them.
    const fold = (): Snapshot =>
      client.of<Delta>('live').reduce(applyDelta, client.of<Snapshot>('snapshot')[0]!);
    const rows = await tokwatt.activity(3);
    await vi.waitFor(() => expect(fold().state.recent[0]).toMatchObject({ id: rows[0]!.id }), POLL);
    const [snapshot] = client.of<Snapshot>('snapshot');
    const numbers = client.of<Delta>('live').map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_, index) => snapshot!.seq + 1 + index));
    expect(client.of('snapshot')).toHaveLength(1);
    await client.close();
  });

  it('resumes after a short break without a snapshot, and after a restart with one', async () => {
    let other = await start('state');
    const first = await openEvents(other, '?types=live');
    await first.waitFor('snapshot', 1);
    await first.close();
    await chats(other, 1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const second = await openEvents(other, '?types=live', { 'last-event-id': first.lastId() });
    await second.waitFor('live', 1);
    expect(second.of('snapshot')).toEqual([]);
    const { seq } = first.of<Snapshot>('snapshot')[0]!;
    expect(second.of<Delta>('live')[0]?.seq).toBe(seq + 1);
    await second.close();
    await other.stop();

    other = await start('state');
    const third = await openEvents(other, '?types=live', { 'last-event-id': second.lastId() });
    await third.waitFor('snapshot', 1);
    expect(third.messages[1]?.event).toBe('snapshot');
    await third.close();
    await other.stop();
  });

  it('is sent as single slices if only those are selected', async () => {
    const client = await openEvents(tokwatt, '?types=gpu,alerts');
    await client.waitFor('alerts', 1);
    expect(client.of('gpu')[0]).toMatchObject({ seq: expect.any(Number), gpu: { gpus: [] } });
    expect(client.of('alerts')[0]).toMatchObject({ alerts: [] });
    await chats(tokwatt, 1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(new Set(client.messages.map(({ event }) => event))).toEqual(
      new Set(['start', 'gpu', 'alerts']),
    );
    await client.close();
  });
});

describe('the stream', () => {
  it.each([
    ['?types=activity,prompts', /^types: must be some of/],
    ['?types=', /^types: /],
    ['?last_event_id=nonsense', /^last_event_id: /],
    ['?tail=1', /tail/],
  ])('refuses %s', async (query, detail) => {
    const answer = await call(tokwatt, 'GET', `/api/events${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'bad_request',
      detail: expect.stringMatching(detail),
    });
  });

  it('answers HEAD at once', async () => {
    const answer = await call(tokwatt, 'HEAD', '/api/events');
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('is open at most 64 times; closing one frees its place', async () => {
    const clients: EventClient[] = [];
    for (let i = 0; i < 64; i += 1) clients.push(await openEvents(tokwatt, '?types=activity'));
    const refused = await call(tokwatt, 'GET', '/api/events');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused.body).toMatchObject({ code: 'too_many_streams' });
    await chats(tokwatt, 1);
    for (const client of clients) await client.waitFor('activity', 1);
    await clients[5]!.close();
    await vi.waitFor(async () => (await openEvents(tokwatt, '?types=gpu')).close(), POLL);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('ends when Tokwatt does, without delay', async () => {
    const other = await start('stopped');
    const clients = [await openEvents(other), await openEvents(other, '?types=activity')];
    await clients[0]!.waitFor('snapshot', 1);
    expect(await other.stop()).toBe(0);
    await Promise.all(clients.map(({ ended }) => ended));
  });

  it.skipIf(memoryReason() !== null)(
    'costs little memory for readers that take nothing',
    async () => {
      const other = await start('stalled');
      const sockets = await Promise.all(
        Array.from({ length: STALLED }, () => openStalled(other.api)),
      );
      const peak = watchPeak(other.process.pid!);
      await chats(other, 2_000);
      const rows = await allRows(other);
      expect(rows).toHaveLength(2_000);
      const grown = peak();
      for (const socket of sockets) socket.destroy();
      // Queued for each reader, the rows alone would be 180 MB: 60 times 2,000 times 1.5 KB.
      expect(grown / 1024 ** 2).toBeLessThan(170);
      expect(await other.stop()).toBe(0);
    },
  );
});

/** Asks for events and never reads the answer. */
async function openStalled(api: string): Promise<Socket> {
  const { port, hostname, host } = new URL(api);
  const socket = connect(Number(port), hostname);
  socket.pause();
  await new Promise((resolve) => {
    socket.write(`GET /api/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`, resolve);
  });
  return socket;
}
