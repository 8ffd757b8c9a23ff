import { describe, expect, it } from 'vitest';
import type { ActivityRecord, Client } from '../../../shared/usage.ts';
import { testMeter } from '../../../tests/support/test-meter.ts';
import type { ExchangeTap } from '../proxy/tap.ts';
import { Sessions, scopeOf } from './sessions.ts';

const MINUTE = 60_000;

describe('Sessions', () => {
  it('continue with the longest earlier beginning, and begin anew without one', () => {
    const sessions = new Sessions();
    const first = sessions.infer('s', ['a'], 0);
    expect(first.source).toBe('inferred');
    expect(first.id).toMatch(/^inferred-[0-9a-f]{16}$/);
    expect(sessions.infer('s', ['a', 'b', 'c'], 1)).toBe(first);
    expect(sessions.infer('s', ['a', 'b', 'x'], 2)).toBe(first);
    expect(sessions.infer('s', ['d', 'e'], 3)).not.toEqual(first);
    expect(sessions.infer('t', ['a', 'b'], 3)).not.toEqual(first);
  });

  it('end 30 minutes after their last request', () => {
    const sessions = new Sessions();
    const first = sessions.infer('s', ['a'], 0);
    expect(sessions.infer('s', ['a', 'b'], 29 * MINUTE)).toBe(first);
    expect(sessions.infer('s', ['a', 'c'], 59 * MINUTE)).toBe(first);
    expect(sessions.infer('s', ['a', 'c', 'd'], 90 * MINUTE)).not.toEqual(first);
  });

  it('follow a response at any time', () => {
    const sessions = new Sessions();
    const session = sessions.infer('s', ['a'], 0);
    sessions.answered('s', 'resp_1', session, 1);
    expect(sessions.ofResponse('s', 'resp_1', 600 * MINUTE)).toBe(session);
    expect(sessions.ofResponse('t', 'resp_1', 1)).toBeNull();
    expect(sessions.ofResponse('s', 'resp_2', 1)).toBeNull();
  });

  it('are forgotten when there are many, the least recently used first', () => {
    const sessions = new Sessions();
    const first = sessions.infer('s', ['a'], 0);
    for (let n = 0; n < 9_999; n += 1) sessions.infer('s', [`x${n}`], 1);
    expect(sessions.infer('s', ['a'], 2)).toBe(first);
    for (let n = 0; n < 20_000; n += 1) sessions.infer('s', [`y${n}`], 3);
    expect(sessions.size).toBe(10_000);
    expect(sessions.infer('s', ['a'], 4)).not.toEqual(first);
  });

  it('are apart for different clients and upstreams', () => {
    const client: Client = {
      ...{ application: 'a', address: '::1', key: null, origin: null, tag: null },
      process: null,
      claimsHop: false,
    };
    const scopes = [
      scopeOf('u', client),
      scopeOf('v', client),
      scopeOf('u', { ...client, key: 'k' }),
      scopeOf('u', { ...client, application: null }),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
  });
});

const UPSTREAM = { name: 'local', url: new URL('http://127.0.0.1:9'), exactUsage: false };

describe('the row of an exchange', () => {
  const rows: ActivityRecord[] = [];
  const meter = testMeter(rows);

  function open(path: string, body: object, headers: readonly string[] = []): ExchangeTap {
    const tap = meter.open({
      ...{ upstream: UPSTREAM, method: 'POST', target: path, remoteAddress: '127.0.0.1' },
      connection: null,
      rawHeaders: ['content-type', 'application/json', ...headers],
      ...{ at: Date.now(), monotonicAt: performance.now() },
    });
    if (tap === null) throw new Error('It was not metered.');
    tap.requestChunk(Buffer.from(JSON.stringify(body)));
    tap.requestEnd();
    return tap;
  }

  function ask(
    path: string,
    body: object,
    headers: readonly string[] = [],
    id = 'r',
  ): ActivityRecord {
    const tap = open(path, body, headers);
    tap.response(200, ['content-type', 'application/json']);
    tap.responseChunk(Buffer.from(JSON.stringify({ id, model: 'm', status: 'completed' })));
    tap.end({ kind: 'complete' });
    const row = rows.at(-1);
    if (row === undefined) throw new Error('There is no row.');
    return row;
  }

  const hello = { role: 'user', content: 'Hello' };

  it('has the session of a header, before that of the body', () => {
    const body = { messages: [hello], metadata: { session_id: 'body' }, temperature: 0.5 };
    const named = ask('/v1/chat/completions', body, ['X-Session-ID', 'mine']);
    expect(named).toMatchObject({ sessionId: 'mine', sessionSource: 'header' });
    expect(named.sampling?.temperature).toBe(0.5);
    const inBody = ask('/v1/chat/completions', body);
    expect(inBody).toMatchObject({ sessionId: 'body', sessionSource: 'body' });
  });

  it('has an inferred session, already in flight, whatever the model', () => {
    const first = ask('/v1/chat/completions', { model: 'a', messages: [hello] });
    expect(first.sessionSource).toBe('inferred');
    const more = [hello, { role: 'assistant', content: 'Hi' }, { role: 'user', content: 'More' }];
    const tap = open('/v1/chat/completions', { model: 'b', messages: more });
    expect(meter.inFlight()).toMatchObject([
      { sessionId: first.sessionId, sessionSource: 'inferred' },
    ]);
    tap.end({ kind: 'client-aborted' });
    expect(rows.at(-1)?.sessionId).toBe(first.sessionId);
    const other = [{ role: 'user', content: 'Good day' }];
    expect(ask('/v1/chat/completions', { messages: other }).sessionId).not.toBe(first.sessionId);
  });

  it('follows the chain of responses', () => {
    const first = ask('/v1/responses', { input: 'Begin' }, [], 'resp_1');
    const next = { input: 'Go on', previous_response_id: 'resp_1' };
    const second = ask('/v1/responses', next, [], 'resp_2');
    const third = ask('/v1/responses', { input: 'End', previous_response_id: 'resp_2' });
    expect([second.sessionId, third.sessionId]).toEqual([first.sessionId, first.sessionId]);
    const lost = ask('/v1/responses', { input: 'Else', previous_response_id: 'gone' });
    expect(lost.sessionId).not.toBe(first.sessionId);
  });

  it('has none if it asks for nothing or is no conversation', () => {
    const list = ask('/api/show', { model: 'm' }, ['X-Session-ID', 'mine']);
    expect(list).toMatchObject({ inference: false, sessionId: null, sessionSource: null });
    expect(ask('/v1/embeddings', { input: 'Hello' }).sessionId).toBeNull();
  });
});
