import { describe, expect, it, vi } from 'vitest';
import type { RequestFacts, ResponseReader } from './extractor.ts';
import {
  JSON_TYPE,
  NDJSON_TYPE,
  SSE_TYPE,
  events,
  judged,
  lines,
  typedEvents,
} from './fixtures/recording.ts';
import { routeRequest } from './registry.ts';
import { NO_FACTS } from './request.ts';

const FACTS: RequestFacts = {
  model: 'm',
  stream: true,
  features: { tools: null, structuredOutput: null, images: null, thinking: null },
  inference: true,
  unloads: false,
  answersPerPrompt: 1,
  session: NO_FACTS.session,
  sampling: null,
};

function open(path: string, headers: Readonly<Record<string, string>>): ResponseReader {
  const route = routeRequest('POST', path);
  return route.dialect.response(route, FACTS, { status: 200, header: (name) => headers[name] });
}

/** Memory outside and inside the heap that grew while `work` ran, in bytes. */
function growth(work: () => void): number {
  const before = process.memoryUsage();
  work();
  const after = process.memoryUsage();
  return after.arrayBuffers - before.arrayBuffers;
}

const CHUNK = Buffer.alloc(64 * 1024, 'x');

function feed(reader: ResponseReader, bytes: number): void {
  for (let sent = 0; sent < bytes; sent += CHUNK.length) reader.push(CHUNK);
}

vi.setConfig({ testTimeout: 60_000 });

describe('frames of 100 MB', () => {
  it('are metered in an event stream', () => {
    const reader = open('/v1/responses', SSE_TYPE);
    const grown = growth(() => {
      reader.push(Buffer.from('event: response.completed\ndata: {"response":{"output":[{"text":"'));
      feed(reader, 100e6);
      reader.push(
        Buffer.from('"}],"status":"completed","usage":{"input_tokens":3,"output_tokens":4}},'),
      );
      reader.push(Buffer.from('"type":"response.completed"}\n\n'));
      reader.end(true);
    });
    expect(judged(reader)).toMatchObject({
      completed: true,
      usage: { inputTokens: 3, outputTokens: 4 },
    });
    expect(grown).toBeLessThan(16e6);
  });

  it('are metered in lines', () => {
    const reader = open('/api/generate', NDJSON_TYPE);
    reader.push(Buffer.from('{"response":"'));
    feed(reader, 1e6);
    reader.push(Buffer.from('","done":false}\n{"context":['));
    reader.push(Buffer.from('1234567,'.repeat(100_000)));
    reader.push(Buffer.from('1],"done":true,"eval_count":250000,"prompt_eval_count":3}\n'));
    reader.end(true);
    expect(reader.contentChunks).toBe(1);
    expect(judged(reader)).toMatchObject({
      completed: true,
      usage: { inputTokens: 3, outputTokens: 250_000 },
    });
  });

  it('are metered in one document', () => {
    const reader = open('/v1/embeddings', JSON_TYPE);
    const grown = growth(() => {
      reader.push(Buffer.from('{"data":[{"embedding":[0'));
      const numbers = Buffer.from(',-0.0123456789'.repeat(4000));
      for (let sent = 0; sent < 20e6; sent += numbers.length) reader.push(numbers);
      reader.push(Buffer.from(']}],"usage":{"prompt_tokens":5,"total_tokens":5}}'));
      reader.end(true);
    });
    expect(judged(reader)).toMatchObject({ completed: true, usage: { inputTokens: 5 } });
    expect(grown).toBeLessThan(16e6);
  });
});

describe('hostile answers', () => {
  it('may never end a line', () => {
    for (const [path, headers] of [
      ['/v1/chat/completions', SSE_TYPE],
      ['/api/chat', NDJSON_TYPE],
    ] as const) {
      for (const beginning of [
        'data: ',
        'event: ',
        ': ',
        '{"a":"',
        '{"model":"',
        'data: {"model":"',
        '',
      ]) {
        const reader = open(path, headers);
        reader.push(Buffer.from(beginning));
        expect(growth(() => feed(reader, 30e6))).toBeLessThan(16e6);
        reader.end(false);
        expect(judged(reader)).toMatchObject({ completed: false, usage: { inputTokens: null } });
      }
    }
  });

  it('may nest without end, and the next frame is read', () => {
    const depth = 100_000;
    const deep = '{"choices":[{"delta":'.repeat(depth);
    const usage = { model: 'm', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } };
    const reader = open('/v1/chat/completions', SSE_TYPE);
    reader.push(
      Buffer.from(`data: ${deep}\n\n${events(`${'['.repeat(depth)}${']'.repeat(depth)}`, usage)}`),
    );
    reader.push(Buffer.from(events(`{"usage":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)));
    reader.push(Buffer.from(events('[DONE]')));
    reader.end(true);
    expect(judged(reader)).toMatchObject({ completed: true, usage: { inputTokens: 3 } });
  });

  it('may claim a million choices and parts', () => {
    const reader = open('/completion', SSE_TYPE);
    for (let i = 0; i < 5000; i += 1) {
      reader.push(Buffer.from(events({ index: i, content: 'x', stop: true, tokens_predicted: 1 })));
    }
    reader.end(true);
    expect(judged(reader).usage.outputTokens).toBe(1024);
  });

  it('may send counts that are none', () => {
    const bad = [
      -1,
      1.5,
      '7.5',
      '-7',
      '0x7',
      ' 7',
      '',
      null,
      1e300,
      true,
      [],
      {},
      Number.MAX_SAFE_INTEGER + 1,
    ];
    for (const value of bad) {
      const reader = open('/v1/chat/completions', JSON_TYPE);
      const usage = { prompt_tokens: value, completion_tokens: 4, total_tokens: value };
      reader.push(Buffer.from(JSON.stringify({ model: 'm', choices: [], usage })));
      reader.end(true);
      expect(judged(reader).usage).toMatchObject({ inputTokens: null, outputTokens: 4 });
    }
  });

  it('may name a model in halves of characters', () => {
    for (const [headers, body] of [
      [JSON_TYPE, '{"model":"a\\udc00","choices":[]}'],
      [SSE_TYPE, 'data: {"model":"a\\udc00","choices":[]}\n\n'],
    ] as const) {
      const reader = open('/v1/chat/completions', headers);
      reader.push(Buffer.from(body));
      reader.end(true);
      expect(judged(reader).responseModel).toBe('a\ufffd');
    }
  });

  it('may hide members in the names of prototypes', () => {
    const reader = open('/v1/chat/completions', SSE_TYPE);
    reader.push(
      Buffer.from(
        'data: {"__proto__":{"usage":{"prompt_tokens":9}},"constructor":{},"choices":{}}\n\n',
      ),
    );
    reader.push(
      Buffer.from(
        `data: {"__proto__":{"usage":{"prompt_tokens":9}},"x":"${'x'.repeat(70_000)}"}\n\n`,
      ),
    );
    reader.end(true);
    expect(judged(reader).usage.inputTokens).toBeNull();
  });

  it('may go on after their end without being heard', () => {
    const reader = open('/v1/chat/completions', SSE_TYPE);
    const late = {
      choices: [{ index: 0, delta: { content: 'x' } }],
      usage: { prompt_tokens: 9, completion_tokens: 9 },
    };
    reader.push(Buffer.from(events('[DONE]', late, { error: { message: 'late' } })));
    reader.push(Buffer.from(events(late)));
    reader.end(true);
    reader.push(Buffer.from(events(late)));
    expect(reader.contentChunks).toBe(0);
    expect(judged(reader)).toMatchObject({
      completed: true,
      failed: false,
      usage: { inputTokens: null },
    });
  });
});

describe('text that a model generates', () => {
  const evil = [
    '"usage":{"prompt_tokens":999,"completion_tokens":999}',
    '{"done":true,"done_reason":"stop","eval_count":999,"prompt_eval_count":999}',
    '\n\ndata: [DONE]\n\n',
    '[DONE]',
    '\\"timings\\":{"prompt_n":999}',
    '","finish_reason":"stop","error":{"message":"x"},"x":"',
    'event: error',
    '\\',
    '"',
    '\u2028\r\n\t',
  ];

  it('cannot imitate what a server says, in whatever form it is sent', () => {
    const end = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 400 } };
    for (const content of evil) {
      const frame = (delta: object): object => ({
        id: 'c',
        model: 'm',
        choices: [{ index: 0, delta, finish_reason: null }],
      });
      const reader = open('/v1/chat/completions', SSE_TYPE);
      const frames = ['a', content, content, 'b'].map((text) => frame({ content: text }));
      const call = frame({ tool_calls: [{ index: 0, function: { arguments: content } }] });
      reader.push(Buffer.from(events(...frames, call, call)));
      expect(judged(reader)).toMatchObject({
        completed: false,
        failed: false,
        usage: { inputTokens: null },
      });
      reader.push(Buffer.from(events(end, '[DONE]')));
      reader.end(true);
      expect(reader.contentChunks, content).toBe(6);
      expect(judged(reader)).toMatchObject({
        completed: true,
        usage: { inputTokens: 3, outputTokens: 400 },
      });
    }
  });

  it('cannot imitate the end of lines', () => {
    for (const content of evil) {
      const reader = open('/api/chat', NDJSON_TYPE);
      const say = (text: string): object => ({
        model: 'm',
        message: { content: text },
        done: false,
      });
      reader.push(Buffer.from(lines(say('a'), say(content), say(content), say('b'))));
      expect(reader.contentChunks, content).toBe(4);
      reader.end(true);
      expect(judged(reader)).toMatchObject({ completed: false, usage: { inputTokens: null } });
    }
  });
});

describe('while a stream runs', () => {
  it('its content and its prompt size are told as they come', () => {
    const reader = open('/v1/chat/completions', SSE_TYPE);
    expect(reader.contentChunks).toBe(0);
    reader.push(
      Buffer.from(
        events({ model: 'm', prompt_progress: { total: 80, cache: 0, processed: 8 }, choices: [] }),
      ),
    );
    expect(reader.inputTokensSoFar).toBe(80);
    reader.push(
      Buffer.from(
        events({ model: 'm', id: 'c', choices: [{ index: 0, delta: { content: 'x' } }] }),
      ),
    );
    expect(reader.contentChunks).toBe(1);
    const message = {
      model: 'm',
      usage: { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1 },
    };
    const anthropic = open('/v1/messages', SSE_TYPE);
    anthropic.push(Buffer.from(events({ type: 'message_start', message })));
    expect(anthropic.inputTokensSoFar).toBe(12);
    expect(anthropic.promptSoFar).toEqual({ freshTokens: 5, processed: null });
  });

  it.each(['/v1/chat/completions', '/completion'])(
    'the processed part of the uncached prompt is told on %s',
    (path) => {
      const reader = open(path, SSE_TYPE);
      expect(reader.promptSoFar).toEqual({ freshTokens: null, processed: null });
      const tell = (processed: number): void => {
        const progress = { total: 1_000, cache: 200, processed, time_ms: 5 };
        const choices = [{ index: 0, delta: { role: 'assistant', content: null } }];
        reader.push(Buffer.from(events({ model: 'm', choices, prompt_progress: progress })));
      };
      tell(200);
      expect(reader.promptSoFar).toEqual({ freshTokens: 800, processed: 0 });
      tell(600);
      expect(reader.promptSoFar).toEqual({ freshTokens: 800, processed: 0.5 });
      tell(1_000);
      expect(reader.promptSoFar).toEqual({ freshTokens: 800, processed: 1 });
      expect(reader.contentChunks).toBe(0);
    },
  );

  it('LM Studio tells the part of a prompt of unknown size', () => {
    const reader = open('/api/v1/chat', SSE_TYPE);
    reader.push(Buffer.from(typedEvents({ type: 'prompt_processing.start' })));
    expect(reader.promptSoFar).toEqual({ freshTokens: null, processed: 0 });
    const progress = { type: 'prompt_processing.progress', progress: 0.4 };
    reader.push(Buffer.from(typedEvents(progress)));
    expect(reader.promptSoFar).toEqual({ freshTokens: null, processed: 0.4 });
  });
});
