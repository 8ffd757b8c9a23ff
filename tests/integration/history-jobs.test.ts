/** The history of what one job counted, and by session, over HTTP. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { History } from '../../shared/history.ts';
import { fromWire } from '../../shared/wire.ts';
import { chat, chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

let upstream: RecordedUpstream;
let tokwatt: Headless;
const range = (): string => `from=${Date.now() - 3_600_000}&to=${Date.now() + 1_000}`;

async function history(more: string): Promise<History> {
  return fromWire(await ask<unknown>(tokwatt, 'GET', `/api/history?${range()}&${more}`)) as History;
}
const requests = async (more: string): Promise<number> =>
  (await history(more)).total.sums.requests ?? 0;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  tokwatt = await startHeadless({ args: ['--upstream', upstream.url, '--log-level', 'error'] });
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
});

describe('a history', () => {
  it('of a job has only what matched its filter while it ran, over all its runs', async () => {
    await chats(tokwatt, 2, { agent: 'Zed/1.0' });
    await ask(tokwatt, 'POST', '/api/jobs', { name: 'a bench', filter: { client: 'Zed' } });
    await chats(tokwatt, 3, { agent: 'Zed/1.0' });
    await chat(tokwatt, { agent: 'curl/8' });
    await tokwatt.activity(6);
    await ask(tokwatt, 'POST', '/api/jobs/a%20bench/stop');
    await chats(tokwatt, 4, { agent: 'Zed/1.0' });
    await tokwatt.activity(10);
    await ask(tokwatt, 'POST', '/api/jobs/a%20bench/resume');
    await chat(tokwatt, { agent: 'Zed/1.0', model: 'other:1b' });
    await tokwatt.activity(11);
    const { tally } = await ask<{ tally: { requests: number } }>(
      ...([tokwatt, 'GET', '/api/jobs/a%20bench'] as const),
    );
    expect(tally.requests).toBe(4);
    expect(await requests('')).toBe(11);
    expect(await requests('job=a%20bench')).toBe(4);
    expect(await requests('job=a%20bench&model=other:1b')).toBe(1);
    expect(await requests('job=a%20bench&application=Zed')).toBe(4);
    expect(await requests('job=a%20bench&application=curl')).toBe(0);
    const { lines, source } = await history('job=a%20bench&by=model&points=4');
    expect(lines.map(({ sums }) => sums.requests)).toEqual([3, 1]);
    expect(source).toBe('rows');
    const unknown = await call(tokwatt, 'GET', `/api/history?${range()}&job=gone`);
    expect(unknown.status).toBe(404);
  });

  it('by session has a line for each, and takes the token, because ids come from requests', async () => {
    const ask2 = (id: string): Promise<Response> =>
      fetch(`${tokwatt.proxy}/api/chat`, {
        method: 'POST',
        headers: { 'x-session-id': id },
        body: JSON.stringify({
          ...{ model: 'qwen3:8b', stream: false },
          messages: [{ role: 'user', content: `hi of ${id}` }],
        }),
      });
    for (const id of ['night-1', 'night-1', 'night-2']) await (await ask2(id)).text();
    await tokwatt.activity(14);
    await sleep(50);
    const { lines, source } = await history('by=session');
    expect(source).toBe('rows');
    const named = lines.filter(({ name }) => name?.startsWith('night') === true);
    expect(named.map(({ name, sums }) => [name, sums.requests])).toEqual([
      ['night-1', 2],
      ['night-2', 1],
    ]);
    expect(await requests('session=night-1')).toBe(2);
    for (const query of ['by=session', 'session=night-1']) {
      const answer = await call(tokwatt, 'GET', `/api/history?${range()}&${query}`, undefined, {});
      expect([answer.status, answer.body.code]).toEqual([401, 'token_required']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const figures = await call(tokwatt, 'GET', `/api/history?${range()}&by=model`, undefined, {});
    expect(figures.status).toBe(200);
  });
});
