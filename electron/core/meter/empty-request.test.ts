import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from './record.ts';

const COUNTS = { prompt_eval_count: 26, eval_count: 8 };

function chat(request: object, answer: object, path = '/api/chat'): SeenRecord {
  const body = { model: 'plain', done: true, ...answer };
  return replay({
    path,
    type: 'application/json',
    request: { model: 'plain', stream: false, ...request },
    pieces: [[200, JSON.stringify(body)]],
  });
}

describe('an Ollama request without a prompt', () => {
  it('is inference if the answer has text or counts', () => {
    const text = { message: { role: 'assistant', content: 'Hello, how can I help?' } };
    const whole = chat({ messages: [] }, { ...text, done_reason: 'stop', ...COUNTS });
    expect(whole).toMatchObject({
      ...{ inference: true, completed: true, error: null },
      usage: { inputTokens: 26, outputTokens: 8 },
    });
    const uncounted = chat({ messages: [] }, { ...text, done_reason: 'stop' });
    expect(uncounted).toMatchObject({ inference: true, usage: { outputTokens: 6 } });
    const untold = chat({}, { response: '', done_reason: 'stop', ...COUNTS }, '/api/generate');
    expect(untold).toMatchObject({ inference: true, usage: { inputTokens: 26, outputTokens: 8 } });
  });

  it.each(['load', 'unload', 'stop'])('is a load or unload else (%s)', (done_reason) => {
    const message = { role: 'assistant', content: '' };
    const row = chat({ messages: [] }, { message, done_reason });
    expect(row).toMatchObject({ inference: false, completed: true, usage: { inputTokens: null } });
  });
});
