import { describe, expect, it } from 'vitest';
import type { Drafts } from './drafts.ts';
import { draftsIn, draftsOf } from './drafts.ts';
import { routeRequest } from './registry.ts';
import { NO_FACTS } from './request.ts';

describe('drafted tokens', () => {
  it.each<[string, object, Drafts | null]>([
    [
      'llama.cpp',
      { timings: { predicted_n: 20, draft_n: 16, draft_n_accepted: 12 } },
      { drafted: 16, accepted: 12 },
    ],
    [
      'LM Studio',
      { stats: { total_draft_tokens_count: 8, accepted_draft_tokens_count: 0 } },
      { drafted: 8, accepted: 0 },
    ],
    [
      'OpenAI',
      {
        usage: {
          completion_tokens_details: {
            accepted_prediction_tokens: 3,
            rejected_prediction_tokens: 4,
          },
        },
      },
      { drafted: 7, accepted: 3 },
    ],
    [
      "OpenAI's zeros, which every answer has",
      {
        usage: {
          completion_tokens_details: {
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        },
      },
      null,
    ],
    ['a server that does not draft', { timings: { predicted_n: 20 }, usage: {} }, null],
    ['more accepted than drafted', { timings: { draft_n: 1, draft_n_accepted: 2 } }, null],
    ['an unknown acceptance', { timings: { draft_n: 1 } }, { drafted: 1, accepted: null }],
  ])('of %s', (_, value, expected) => {
    expect(draftsIn(value)).toEqual(expected);
  });

  it('are added over the parts of an answer', () => {
    const one = { drafted: 4, accepted: 3 };
    expect(draftsOf([one, one])).toEqual({ drafted: 8, accepted: 6 });
    expect(draftsOf([one, { drafted: 1, accepted: null }])).toEqual({ drafted: 5, accepted: null });
    expect(draftsOf([])).toBeNull();
  });

  it.each<[string, string]>([
    [
      '/v1/chat/completions',
      '"choices":[{"index":0,"finish_reason":"stop","delta":{}}],"model":"m"',
    ],
    ['/completion', '"content":"","stop":true'],
  ])('are read from a stream of %s', (path, members) => {
    const route = routeRequest('POST', path);
    const facts = { ...NO_FACTS, stream: true };
    const head = { status: 200, header: () => 'text/event-stream' };
    const reader = route.dialect.response(route, facts, head);
    reader.push(Buffer.from('data: {"content":"a","choices":[{"delta":{"content":"a"}}]}\n\n'));
    const timings = '{"predicted_n":9,"prompt_n":1,"draft_n":6,"draft_n_accepted":5}';
    reader.push(Buffer.from(`data: {${members},"timings":${timings}}\n\n`));
    reader.end(true);
    expect(reader.result().drafts).toEqual({ drafted: 6, accepted: 5 });
  });
});
