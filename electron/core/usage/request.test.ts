import { describe, expect, it, vi } from 'vitest';
import type { Features } from '../../../shared/features.ts';
import type { RequestFacts } from './extractor.ts';
import { routeRequest } from './registry.ts';

function read(
  path: string,
  body: string | Buffer,
  { size = 65_536, type = 'application/json' } = {},
): RequestFacts {
  const route = routeRequest('POST', path);
  const reader = route.dialect.request(route, (name) =>
    name === 'content-type' ? type : undefined,
  );
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return reader.facts();
}

function features(path: string, body: object): Features {
  return read(path, JSON.stringify(body)).features;
}

const CHAT = '/v1/chat/completions';

vi.setConfig({ testTimeout: 60_000 });

describe('features', () => {
  it.each<[string, string, object, Partial<Features>]>([
    ['tools', CHAT, { tools: [{}] }, { tools: true }],
    ['legacy functions', CHAT, { functions: [{}] }, { tools: true }],
    ['tools that may not be used', CHAT, { tools: [{}], tool_choice: 'none' }, { tools: false }],
    ['no tools', CHAT, { tools: [] }, { tools: false }],
    ['JSON mode', CHAT, { response_format: { type: 'json_object' } }, { structuredOutput: true }],
    ['plain text', CHAT, { response_format: { type: 'text' } }, { structuredOutput: false }],
    ['a grammar', '/completion', { grammar: 'root ::= "a"' }, { structuredOutput: true }],
    ['guided output', CHAT, { guided_json: { type: 'object' } }, { structuredOutput: true }],
    ['reasoning effort', CHAT, { reasoning_effort: 'low' }, { thinking: true }],
    ['no reasoning', CHAT, { reasoning_effort: 'none' }, { thinking: false }],
    [
      'a template switch',
      CHAT,
      { chat_template_kwargs: { enable_thinking: false } },
      { thinking: false },
    ],
    ['nothing about reasoning', CHAT, {}, { thinking: null }],
    [
      'an image',
      CHAT,
      { messages: [{ content: 'x' }, { content: [{ type: 'text' }, { type: 'image_url' }] }] },
      { images: true },
    ],
    [
      'a tool whose schema speaks of images',
      CHAT,
      {
        tools: [{ function: { parameters: { properties: { type: 'image_url', images: ['x'] } } } }],
      },
      { images: false },
    ],
    [
      'an image',
      '/v1/messages',
      { messages: [{ content: [{ type: 'image' }] }] },
      { images: true },
    ],
    [
      'an image in a tool result',
      '/v1/messages',
      { messages: [{ content: [{ type: 'tool_result', content: [{ type: 'image' }] }] }] },
      { images: true },
    ],
    [
      'thinking turned off',
      '/v1/messages',
      { thinking: { type: 'disabled' } },
      { thinking: false },
    ],
    ['adaptive thinking', '/v1/messages', { thinking: { type: 'adaptive' } }, { thinking: true }],
    [
      'an output format',
      '/v1/messages',
      { output_config: { format: { type: 'json_schema' } } },
      { structuredOutput: true },
    ],
    ['an empty format', '/api/chat', { format: '' }, { structuredOutput: false }],
    ['a schema', '/api/chat', { format: { type: 'object' } }, { structuredOutput: true }],
    ['thinking turned off', '/api/chat', { think: false }, { thinking: false }],
    ['images of a message', '/api/chat', { messages: [{ images: ['AA'] }] }, { images: true }],
    ['no images', '/api/chat', { messages: [{ images: [] }] }, { images: false }],
    ['images of a prompt', '/api/generate', { images: ['A'.repeat(100_000)] }, { images: true }],
    ['multimodal data', '/completion', { prompt: { multimodal_data: ['AA'] } }, { images: true }],
  ])('finds %s on %s', (_, path, body, expected) => {
    expect(features(path, body)).toMatchObject(expected);
  });
});

describe('stream', () => {
  it.each([
    ['/api/chat', {}, true],
    ['/api/chat', { stream: null }, true],
    ['/api/chat', { stream: false }, false],
    ['/api/embed', { stream: true }, false],
    [CHAT, {}, false],
    [CHAT, { stream: 'true' }, false],
    [CHAT, { stream: true }, true],
    ['/v1/embeddings', { stream: true }, false],
    ['/v1/messages', { stream: true }, true],
    ['/generate_stream', {}, true],
  ])('on %s with %j is %s', (path, body, expected) => {
    expect(read(path, JSON.stringify(body)).stream).toBe(expected);
  });

  it('is unknown until the body says, or ends', () => {
    expect(read(CHAT, '{"model":"m","messages":[').stream).toBeNull();
    expect(read(CHAT, '{"stream":true,"messages":[').stream).toBe(true);
  });
});

describe('a request body', () => {
  it('gives the model although 50 MB of image stand before it', () => {
    const reader = ((): { push(chunk: Buffer): void; facts(): RequestFacts } => {
      const route = routeRequest('POST', CHAT);
      return route.dialect.request(route, () => undefined);
    })();
    const before = process.memoryUsage();
    reader.push(
      Buffer.from('{"messages":[{"content":[{"image_url":{"url":"data:image/png;base64,'),
    );
    const chunk = Buffer.alloc(64 * 1024, 'QUJD');
    for (let sent = 0; sent < 50e6; sent += chunk.length) reader.push(chunk);
    reader.push(Buffer.from('"},"type":"image_url"}]}],"model":"late","stream":true}'));
    const after = process.memoryUsage();
    expect(reader.facts()).toMatchObject({
      model: 'late',
      stream: true,
      features: { images: true },
    });
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(10e6);
  });

  it('tells what it can before it is complete', () => {
    const facts = read('/api/chat', '{"model":"m","tools":[{}],"messages":[{"ro');
    expect(facts).toEqual({
      model: 'm',
      stream: null,
      features: { tools: true, structuredOutput: null, images: null, thinking: null },
      inference: true,
      unloads: false,
      answersPerPrompt: 1,
      session: { id: null, previousResponse: null, conversation: [] },
      sampling: null,
    });
  });

  it.each<[unknown, boolean]>([
    [0, true],
    ['0', true],
    ['0s', true],
    ['0h0m0s', true],
    ['-0.0ms', true],
    [-1, false],
    [300, false],
    ['5m', false],
    ['10s', false],
    ['', false],
    [null, false],
    [undefined, false],
  ])('with a keep_alive of %j unloads the model: %s', (value, expected) => {
    const body = JSON.stringify({ model: 'm', prompt: 'x', keep_alive: value });
    for (const path of ['/api/generate', '/api/chat', '/api/embed']) {
      expect(read(path, body).unloads).toBe(expected);
    }
    expect(read(CHAT, body).unloads).toBe(false);
  });

  it.each(['', 'GGUF\u0000\u0001', '[1,2]', '"text"', '{broken', 'a=1&b=2'])(
    'that is no JSON object (%j) says nothing',
    (body) => {
      expect(read('/api/generate', body)).toMatchObject({
        model: null,
        stream: null,
        inference: true,
      });
    },
  );

  it('is read whatever its declared type is', () => {
    const type = 'application/x-www-form-urlencoded';
    expect(read('/api/chat', '{"model":"m","messages":[1]}', { type }).model).toBe('m');
  });

  it.each([
    ['/api/generate', {}, false],
    ['/api/generate', { prompt: '', keep_alive: 0 }, false],
    ['/api/generate', { prompt: 'x' }, true],
    ['/api/chat', { messages: [] }, false],
    ['/api/chat', { messages: [{ role: 'user' }] }, true],
    ['/api/embed', { input: '' }, false],
    ['/api/embed', { input: ['a'] }, true],
    ['/v1/chat/completions', { messages: [] }, true],
  ])('to %s with %j asks for tokens: %s', (path, body, inference) => {
    expect(read(path, JSON.stringify({ model: 'm', ...body })).inference).toBe(inference);
  });

  it.each([0, 100_000])('gives a well-formed name with %d bytes of padding', (length) => {
    const body = `{"model":"a\\ud800\\ud83c\\udf88\\udc00","messages":["${'x'.repeat(length)}"]}`;
    expect(read(CHAT, body).model).toBe('a\ufffd\ud83c\udf88\ufffd');
  });

  it('can be asked about again and again while it is on its way', () => {
    const route = routeRequest('POST', CHAT);
    const reader = route.dialect.request(route, () => undefined);
    expect(reader.facts()).toMatchObject({ model: null, stream: null });
    const body = Buffer.from(
      '{"model":"m","messages":[{"content":"}"}],"tools":[{}],"stream":true}',
    );
    for (const byte of body) {
      reader.facts();
      reader.push(Buffer.of(byte));
    }
    const facts = { model: 'm', stream: true, features: { tools: true, images: false } };
    expect(reader.facts()).toMatchObject(facts);
    expect(reader.facts()).toMatchObject(facts);
  });

  it('gives the old name of the model in management requests', () => {
    expect(read('/api/pull', '{"name":"qwen3"}').model).toBe('qwen3');
  });

  it('is outranked by a path that names the model', () => {
    expect(read('/upstream/a%2Fb/v1/chat/completions', '{"model":"m"}').model).toBe('a/b');
  });
});

describe('a form upload', () => {
  const path = '/v1/audio/transcriptions';
  const type = 'multipart/form-data; boundary="--xY z"';

  function form(...parts: readonly (readonly [string, string | Buffer])[]): Buffer {
    const pieces = parts.map(([head, body]) =>
      Buffer.concat([
        Buffer.from(`----xY z\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
        Buffer.from(body),
        Buffer.from('\r\n'),
      ]),
    );
    return Buffer.concat([...pieces, Buffer.from('----xY z--\r\n')]);
  }

  const file = Buffer.alloc(30_000, '\r\n----xY \r\n\r\n--');

  it('gives its model and stream fields, in pieces of any size', () => {
    const body = form(
      ['name="file"; filename="a.wav"', file],
      ['name="prompt"', 'name="model"'],
      ['name="model"', 'whisper-é'],
      ['name="stream"', 'true'],
    );
    for (const size of [1, 7, 100, 4096, 100_000]) {
      expect(read(path, body, { type, size })).toMatchObject({ model: 'whisper-é', stream: true });
    }
  });

  it('does not take a file called model for the model', () => {
    const body = form(['name="model"; filename="m"', 'no'], ['name=model', 'yes']);
    expect(read(path, body, { type })).toMatchObject({ model: 'yes', stream: false });
  });

  it('says nothing if it is empty, has no boundary or a field is too long', () => {
    expect(read(path, form(['name="model"', 'x'.repeat(5000)]), { type }).model).toBeNull();
    expect(read(path, form(['name="model"', '']), { type }).model).toBeNull();
    expect(
      read(path, form(['name="model"', 'm']), { type: 'multipart/form-data' }).model,
    ).toBeNull();
    expect(read(path, Buffer.alloc(100_000, 'x'), { type }).model).toBeNull();
    const endless = Buffer.from(`----xY z\r\nX: ${'x'.repeat(100_000)}`);
    expect(read(path, endless, { type, size: 1000 }).model).toBeNull();
  });
});
