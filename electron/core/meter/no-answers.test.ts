import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { Replay } from '../../../tests/support/replayed-exchange.ts';
import { NO_RATES, UNKNOWN_USAGE } from '../../../shared/usage.ts';

const PATHS = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1/embeddings',
  '/v1/audio/transcriptions',
  '/v1/images/generations',
  '/v1/rerank',
  '/api/chat',
  '/api/generate',
  '/api/embed',
  '/completion',
  '/infill',
  '/embed',
];
const PAGE = '<!doctype html><html><title>Log in</title><form>user name</form></html>';
const NOTHING = { completed: false, usage: UNKNOWN_USAGE, rates: NO_RATES, refusals: [] };

function answered(more: Partial<Replay>) {
  const request = { model: 'plain', prompt: 'x', messages: [{ role: 'user', content: 'hello' }] };
  return replay({ path: '/v1/chat/completions', request, pieces: [], ...more });
}

describe.each(PATHS)('on %s', (path) => {
  it.each([301, 302, 303, 307, 308])(
    'a redirect (%i) asks no model and has no tokens',
    (status) => {
      const row = answered({ path, status, type: 'text/html', pieces: [[5, PAGE]] });
      expect(row).toMatchObject({ ...NOTHING, status, inference: false, error: 'redirected' });
    },
  );

  it.each([204, 205, 304])('a status without a body (%i) is an empty answer', (status) => {
    const row = answered({ path, status });
    expect(row).toMatchObject({ ...NOTHING, status, inference: true, error: 'empty_answer' });
  });

  it.each(['application/json', 'text/event-stream', 'application/x-ndjson'])(
    'a body without a byte is an empty answer: %s',
    (type) => {
      const row = answered({ path, type });
      expect(row).toMatchObject({ ...NOTHING, inference: true, error: 'empty_answer' });
    },
  );

  it.each(['text/html; charset=utf-8', 'application/xhtml+xml', 'application/json', ''])(
    'a web page is no answer, whatever its type is said to be: %s',
    (type) => {
      const body = Buffer.from(`\ufeff\n ${PAGE}`);
      const pieces = Array.from(body, (byte) => [1, Buffer.from([byte])] as const);
      const row = answered({ path, type, pieces });
      expect(row).toMatchObject({
        ...NOTHING,
        inference: true,
        model: 'plain',
        error: 'web_page',
        bytesOut: body.length,
      });
    },
  );
});

describe('an error with status 200', () => {
  const error = { error: { message: 'out of memory', type: 'server_error' } };
  const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

  it.each([
    ['in one piece', 'application/json', JSON.stringify(error)],
    ['in a stream', 'text/event-stream', `${event(error)}data: [DONE]\n\n`],
  ])('has no tokens, as one with status 500: %s', (_, type, body) => {
    const row = answered({ type, pieces: [[5, body]] });
    expect(row).toMatchObject({ ...NOTHING, inference: true, error: 'stream_error' });
    expect(answered({ type, status: 500, pieces: [[5, body]] })).toMatchObject(NOTHING);
  });

  it('keeps what came before it, and what it tells', () => {
    const said = event({ choices: [{ index: 0, delta: { content: ' w' } }] });
    const cut = answered({ pieces: [[5, said + event(error)]] });
    expect(cut).toMatchObject({ error: 'stream_error', usage: { outputTokens: 1 } });
    expect(cut.usage.provenance.input).toBe('estimated');
    const told = answered({ pieces: [[5, event({ ...error, usage: { prompt_tokens: 9 } })]] });
    expect(told.usage).toMatchObject({ inputTokens: 9, provenance: { input: 'reported' } });
  });
});

describe('how it ended does not change what it was', () => {
  it.each([{ kind: 'client-aborted' }, { kind: 'upstream-died', code: 'ECONNRESET' }] as const)(
    '$kind',
    (outcome) => {
      expect(
        answered({ type: 'text/html', pieces: [[5, PAGE.slice(0, 9)]], outcome }),
      ).toMatchObject({ ...NOTHING, error: 'web_page' });
      expect(answered({ status: 307, outcome })).toMatchObject({ error: 'redirected' });
    },
  );

  it('an answer of which nothing arrived is no empty answer', () => {
    expect(answered({ outcome: { kind: 'client-aborted' } }).error).toBe('client_aborted');
  });
});

describe('an answer stays an answer', () => {
  const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };
  const choices = [{ index: 0, message: { content: '<html>' }, finish_reason: 'stop' }];
  const known = { completed: true, error: null, usage: { inputTokens: 9, outputTokens: 2 } };

  it('as JSON that a gateway calls a web page', () => {
    const body = JSON.stringify({ model: 'plain', choices, usage });
    expect(answered({ type: 'text/html', pieces: [[5, body]] })).toMatchObject(known);
  });

  it('as an event stream that a gateway calls a web page', () => {
    const delta = { index: 0, delta: { content: '<html>' }, finish_reason: 'stop' };
    const body = `data: ${JSON.stringify({ choices: [delta], usage })}\n\ndata: [DONE]\n\n`;
    expect(answered({ type: 'text/html', pieces: [[5, body]] })).toMatchObject(known);
  });

  it('as text of a transcription', () => {
    const path = '/v1/audio/transcriptions';
    const row = answered({ path, type: 'text/plain', pieces: [[5, '<applause> Hello.']] });
    expect(row).toMatchObject({ completed: true, error: null });
  });
});

it('a list that is redirected or unchanged is no failure', () => {
  for (const status of [302, 304]) {
    expect(answered({ path: '/v1/models', status })).toMatchObject({
      inference: false,
      completed: true,
      error: null,
    });
  }
});
