import type { Socket } from 'node:net';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { openAiResponses } from '../../electron/core/usage/openai-responses.ts';
import { UNKNOWN_USAGE } from '../../shared/usage.ts';
import {
  connectWebSocket,
  startMeteredProxy,
  startWebSocketUpstream,
} from '../support/websocket-upstream.ts';
import type {
  Client,
  Deflate,
  MeteredProxy,
  WebSocketUpstream,
} from '../support/websocket-upstream.ts';
import { startHeadless } from '../support/headless.ts';
import { connect, request, sleep, startRaw, until } from './proxy/lab.ts';

const WORDS = ['Wörds ', 'go ', 'by ', 'here'];

interface Answer {
  readonly id: string;
  readonly lane?: string;
  readonly input?: number;
  readonly cached?: number;
  readonly output?: number;
  readonly reasoning?: number;
  readonly end?: string;
  readonly reason?: string;
}

/** The events of one response as OpenAI sends them. */
function eventsOf(answer: Answer): object[] {
  const { id, lane, input = 75, cached = 32, output = 41, reasoning = 9, reason } = answer;
  const end = answer.end ?? 'completed';
  const about = lane === undefined ? {} : { stream_id: lane };
  const response = {
    id,
    object: 'response',
    model: 'gpt-5.6-2026-03-01',
    error: null,
    output: [],
    usage: null,
  };
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
  const item_id = `msg_${id}`;
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    { type: 'response.in_progress', response: { ...response, status: 'in_progress' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: item_id } },
    ...WORDS.map((delta) => ({ type: 'response.output_text.delta', item_id, delta, logprobs: [] })),
    { type: 'response.output_text.done', item_id, text: WORDS.join('') },
    {
      type: `response.${end}`,
      response: {
        ...response,
        status: end,
        usage,
        incomplete_details: reason === undefined ? null : { reason },
        output: [{ type: 'message', content: [{ type: 'output_text', text: WORDS.join('') }] }],
      },
    },
  ].map((event, index) => ({ ...event, sequence_number: index, ...about }));
}

function send(socket: WebSocket, events: readonly object[]): void {
  for (const event of events) socket.send(JSON.stringify(event));
}

const ASK = {
  type: 'response.create',
  model: 'gpt-5.6',
  store: false,
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
  tools: [{ type: 'function', name: 'look_up' }],
  reasoning: { effort: 'low' },
};

interface Lab extends MeteredProxy {
  readonly upstream: WebSocketUpstream;
  readonly client: Client;
}

/** A connection through the proxy to a server that calls `onAsk` for each `response.create`. */
async function lab(
  onAsk: (ask: { stream_id?: string }, socket: WebSocket, count: number) => void,
  { deflate = false, path = '/v1/responses' }: { deflate?: Deflate; path?: string } = {},
): Promise<Lab> {
  let count = 0;
  const upstream = await startWebSocketUpstream({
    deflate,
    onMessage: (text, socket) => {
      const message = JSON.parse(text) as { type: string; stream_id?: string };
      if (message.type === 'response.create') onAsk(message, socket, (count += 1));
    },
  });
  const proxy = await startMeteredProxy(upstream.port);
  return { ...proxy, upstream, client: await connectWebSocket(`${proxy.url}${path}`, deflate) };
}

const REPORTED = {
  inputTokens: 75,
  cachedInputTokens: 32,
  outputTokens: 41,
  reasoningTokens: 9,
  provenance: {
    input: 'reported',
    cachedInput: 'reported',
    output: 'reported',
    reasoning: 'reported',
  },
};

/** Compression as different servers agree to it; a threshold of 0 compresses every message. */
const COMPRESSIONS: readonly [name: string, deflate: Deflate][] = [
  ['without compression', false],
  ['with compression', { threshold: 0 }],
  [
    'with compression without context',
    { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true },
  ],
  [
    'with compression with a small window',
    { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
  ],
];

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(COMPRESSIONS)('responses over WebSocket %s', (_, deflate) => {
  test('have a row each, exact to the token', async () => {
    const { client, upstream, settled, errors } = await lab(
      (_ask, socket, count) => {
        send(socket, eventsOf({ id: `resp_${count}`, input: 74 + count, output: 40 + count }));
      },
      { deflate },
    );
    client.send(ASK);
    await client.got('response.completed');
    client.send({ type: 'response.processed', response_id: 'resp_1' });
    client.send({ ...ASK, previous_response_id: 'resp_1', model: 'gpt-5.6-mini' });
    await client.got('response.completed', 2);
    await client.close();
    const rows = await settled(2);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      api: 'openai',
      operation: 'chat',
      inference: true,
      method: 'GET',
      endpoint: '/v1/responses',
      model: 'gpt-5.6',
      responseModel: 'gpt-5.6-2026-03-01',
      stream: true,
      status: 101,
      completed: true,
      finishReason: 'completed',
      error: null,
      usage: REPORTED,
      contentChunks: 4,
      readable: true,
      refusals: [],
      features: { tools: true, structuredOutput: false, images: false, thinking: true },
      bytesIn: JSON.stringify(ASK).length,
    });
    expect(rows[1]).toMatchObject({
      model: 'gpt-5.6-mini',
      usage: { ...REPORTED, inputTokens: 76, outputTokens: 42 },
      completed: true,
    });
    expect(rows[1]!.startedAt).toBeGreaterThanOrEqual(rows[0]!.completedAt);
    const events = eventsOf({ id: 'resp_1' }).map((event) => JSON.stringify(event));
    expect(rows[0]!.bytesOut).toBe(Buffer.byteLength(events.join('')));
    expect(upstream.received).toHaveLength(3);
    expect(errors()).toEqual([]);
  });

  test('are relayed as they are, with the extensions that both sides agree on', async () => {
    const { client, upstream } = await lab(
      (_ask, socket) => send(socket, eventsOf({ id: 'resp_1' })),
      { deflate },
    );
    client.send(ASK);
    await client.got('response.completed');
    expect(upstream.received).toEqual([JSON.stringify(ASK)]);
    expect(client.received).toEqual(
      eventsOf({ id: 'resp_1' }).map((event) => JSON.stringify(event)),
    );
    const direct = await connectWebSocket(`ws://127.0.0.1:${upstream.port}/v1/responses`, deflate);
    expect(client.socket.extensions).toBe(direct.socket.extensions);
    const [through, straight] = upstream.requests.map(
      (head) => head.headers['sec-websocket-extensions'],
    );
    expect(through).toBe(straight);
  });

  test('may be of any length', async () => {
    const text = Array.from({ length: 300_000 }, (_, i) => `word${i % 977} `).join('');
    const { client, settled } = await lab(
      (_ask, socket) => {
        const events = eventsOf({ id: 'resp_1', output: 9_000 });
        const last = events.pop() as { response: object };
        const item = { type: 'message', content: [{ type: 'output_text', text }] };
        send(socket, [...events, { ...last, response: { ...last.response, output: [item] } }]);
      },
      { deflate },
    );
    const image = { type: 'input_image', image_url: `data:image/png;base64,${text}` };
    const ask = { ...ASK, input: [{ type: 'message', role: 'user', content: [image] }] };
    client.send({ ...ask, type: undefined, last: 1 });
    // The type comes last, because members have no order.
    client.socket.send(
      `${JSON.stringify({ ...ask, type: undefined }).slice(0, -1)},"type":"response.create"}`,
    );
    await client.got('response.completed');
    await client.close();
    const rows = await settled(1);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      usage: { ...REPORTED, outputTokens: 9_000 },
      features: { images: true },
      completed: true,
    });
  });

  test('that are cut off by the client keep what was seen, marked as an estimate', async () => {
    const { client, settled, meter } = await lab(
      (_ask, socket) => send(socket, eventsOf({ id: 'resp_1' }).slice(0, 6)),
      { deflate },
    );
    client.send(ASK);
    await client.got('response.output_text.delta', 3);
    await until(() => meter.inFlight()[0]?.outputTokensSoFar === 3);
    expect(meter.inFlight()).toMatchObject([
      { model: 'gpt-5.6', endpoint: '/v1/responses', operation: 'chat', phase: 'generating' },
    ]);
    client.socket.terminate();
    const rows = await settled(1);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      error: 'client_aborted',
      completed: false,
      usage: { outputTokens: 3, provenance: { output: 'estimated', input: 'estimated' } },
    });
    expect(meter.inFlight()).toEqual([]);
  });
});

describe('a response over WebSocket', () => {
  test('is incomplete if the server closes the connection during it', async () => {
    const { client, settled } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1' }).slice(0, 5));
      socket.close(1011);
    });
    client.send(ASK);
    const rows = await settled(1);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ error: 'incomplete', completed: false, contentChunks: 2 });
  });

  test('that the user cancels ends with its connection', async () => {
    const { client, settled, meter, running } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1' }).slice(0, 5));
    });
    client.send(ASK);
    await client.got('response.output_text.delta', 2);
    await until(() => meter.inFlight()[0]?.outputTokensSoFar === 2);
    const head = meter.headOf(meter.inFlight()[0]!.id);
    expect(running.cancel(head!)).toBe('reset');
    const rows = await settled(1);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      error: 'cancelled_by_user',
      completed: false,
      usage: { outputTokens: 2, provenance: { output: 'estimated' } },
    });
    await until(() => client.socket.readyState === client.socket.CLOSED);
  });

  test('is cut off by a Close frame of the client', async () => {
    const { client, settled } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1' }).slice(0, 5));
    });
    client.send(ASK);
    await client.got('response.output_text.delta', 2);
    await client.close();
    expect((await settled(1))[0]).toMatchObject({ error: 'client_aborted', contentChunks: 2 });
  });

  test.each([
    ['breaks', (socket: Socket) => void socket.resetAndDestroy()],
    ['ends without a Close frame', (socket: Socket) => void socket.end()],
  ])('is upstream_died if the connection to the server %s', async (_, drop) => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
        );
        socket.once('data', () => drop(socket));
      });
    });
    const { url, settled } = await startMeteredProxy(upstream.port);
    const client = await connect(Number(new URL(url).port));
    client.send(HANDSHAKE);
    await client.receive('\r\n\r\n');
    client.send(unmaskedText(JSON.stringify(ASK)));
    expect(await settled(1)).toMatchObject([
      { error: 'upstream_died', model: 'gpt-5.6', status: null },
    ]);
  });

  test.each([
    ['incomplete', { completed: true, finishReason: 'max_output_tokens', error: null }],
    ['failed', { completed: false, error: 'stream_error' }],
    ['cancelled', { completed: false, error: 'stream_error' }],
  ])('that ends with response.%s has its usage', async (end, expected) => {
    const { client, settled } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1', end, reason: 'max_output_tokens' }));
    });
    client.send(ASK);
    await client.got(`response.${end}`);
    await until(() => client.received.length > 0);
    await client.close();
    expect((await settled(1))[0]).toMatchObject({ ...expected, usage: REPORTED });
  });

  test.each(['status', 'status_code'])('that is refused has the %s of the error', async (name) => {
    const message = 'Previous response with id resp_0 not found.';
    const error = { type: 'invalid_request_error', code: 'previous_response_not_found', message };
    const { client, settled } = await lab((_ask, socket, count) => {
      if (count === 1) send(socket, [{ type: 'error', [name]: 400, error }]);
      else send(socket, eventsOf({ id: 'resp_1' }));
    });
    client.send(ASK);
    await client.got('error');
    client.send(ASK);
    await client.got('response.completed');
    await client.close();
    const rows = await settled(2);
    expect(rows).toMatchObject([
      { status: 400, error: 'http_error', completed: false, countedModel: 'gpt-5.6' },
      { status: 101, error: null, completed: true, usage: REPORTED },
    ]);
    expect(rows[0]!.usage).toEqual(UNKNOWN_USAGE);
  });

  test('for a model that the server does not know is counted under no model', async () => {
    const message = 'The model `gpt-5.6` does not exist or you do not have access to it.';
    const error = { type: 'invalid_request_error', code: 'model_not_found', message };
    const { client, settled } = await lab((_ask, socket) => {
      send(socket, [{ type: 'error', status: 404, error }]);
    });
    client.send(ASK);
    await client.got('error');
    await client.close();
    expect(await settled(1)).toMatchObject([
      { status: 404, error: 'http_error', model: 'gpt-5.6', countedModel: null },
    ]);
  });

  test('ends with an error event; late events of it do not end the next one', async () => {
    const { client, settled } = await lab((_ask, socket, count) => {
      if (count > 1) return;
      send(socket, eventsOf({ id: 'resp_1' }).slice(0, 5));
      send(socket, [{ type: 'error', error: { code: 'server_error', message: 'Oh' } }]);
      setTimeout(() => {
        send(socket, eventsOf({ id: 'resp_1', end: 'failed' }).slice(-1));
        send(socket, eventsOf({ id: 'resp_2' }));
      }, 50);
    });
    client.send(ASK);
    client.send(ASK);
    await client.got('response.completed');
    await client.close();
    expect(await settled(2)).toMatchObject([
      { error: 'stream_error', contentChunks: 2, status: 101 },
      { error: null, completed: true, usage: REPORTED, contentChunks: 4 },
    ]);
  });

  test('that only prepares a later one is no inference', async () => {
    const { client, settled } = await lab((_ask, socket) => {
      const [created] = eventsOf({ id: 'resp_1' });
      const end = eventsOf({ id: 'resp_1', input: 0, cached: 0, output: 0, reasoning: 0 }).at(-1)!;
      send(socket, [created!, { ...end, response: { id: 'resp_1', model: 'm', output: [] } }]);
    });
    client.send({ ...ASK, generate: false });
    await client.got('response.completed');
    await client.close();
    const rows = await settled(1);
    expect(rows).toMatchObject([{ inference: false, completed: true, error: null }]);
    expect(rows[0]!.usage).toEqual(UNKNOWN_USAGE);
  });

  test('keeps its request and answer in a capture', async () => {
    const { client, settled, captures } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1' }));
    });
    client.send(ASK);
    await client.got('response.completed');
    await client.close();
    await settled(1);
    expect(captures[0]?.request.body.toString()).toBe(JSON.stringify(ASK));
    expect(captures[0]?.response.body.toString()).toBe(
      eventsOf({ id: 'resp_1' })
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
  });

  test('through the official client has the same row', async () => {
    const upstream = await startWebSocketUpstream({
      onMessage: (_, socket) => send(socket, eventsOf({ id: 'resp_1' })),
    });
    const { url, settled } = await startMeteredProxy(upstream.port);
    const baseURL = `${url.replace('ws:', 'http:')}/v1`;
    const ws = new ResponsesWS(new OpenAI({ apiKey: 'sk-test', baseURL }));
    const done = new Promise((resolve) => ws.on('response.completed', resolve));
    ws.send({ type: 'response.create', model: 'gpt-5.6', input: 'Hi' });
    await done;
    ws.close();
    expect(await settled(1)).toMatchObject([{ model: 'gpt-5.6', usage: REPORTED }]);
  });
});

describe('responses at the same time', () => {
  test('are told apart by their stream', async () => {
    const asks: string[] = [];
    const { client, settled, meter } = await lab((ask, socket) => {
      asks.push(ask.stream_id ?? '');
      if (asks.length < 4) return;
      // Four streams at once, event by event, and a second response in the first one.
      const all = [
        [
          ...eventsOf({ id: 'a', lane: 'a', input: 11, output: 101, cached: 1 }),
          ...eventsOf({ id: 'd', lane: 'a', input: 14, output: 104, cached: 4 }),
        ],
        eventsOf({ id: 'b', lane: 'b', input: 12, output: 102, cached: 2 }),
        eventsOf({ id: 'c', input: 13, output: 103, cached: 3 }),
      ];
      for (let i = 0; i < 30; i += 1) {
        send(
          socket,
          all.flatMap((events) => events.slice(i, i + 1)),
        );
      }
    });
    client.send({ ...ASK, stream_id: 'a', model: 'one' });
    client.send({ ...ASK, stream_id: 'b', model: 'two' });
    client.send({ ...ASK, model: 'three' });
    await until(() => meter.inFlight().length === 3);
    client.send({ ...ASK, stream_id: 'a', model: 'four' });
    await client.got('response.completed', 4);
    await client.close();
    const rows = await settled(4);
    const found = rows.map(({ model, usage, contentChunks }) => [
      model,
      usage.inputTokens,
      usage.outputTokens,
      contentChunks,
    ]);
    expect(found.sort()).toEqual([
      ['four', 14, 104, 4],
      ['one', 11, 101, 4],
      ['three', 13, 103, 4],
      ['two', 12, 102, 4],
    ]);
  });

  test('with an invalid stream are refused without an effect on the others', async () => {
    const { client, settled } = await lab((ask, socket) => {
      if (ask.stream_id === 'not valid') {
        const error = { type: 'invalid_request_error', code: 'invalid_stream_id', message: 'No' };
        send(socket, [{ type: 'error', status: 400, error }]);
        send(socket, eventsOf({ id: 'resp_1' }).slice(3));
      } else send(socket, eventsOf({ id: 'resp_1' }).slice(0, 3));
    });
    client.send(ASK);
    client.send({ ...ASK, stream_id: 'not valid', model: 'other' });
    await client.got('response.completed');
    await client.close();
    expect(await settled(2)).toMatchObject([
      { model: 'other', status: 400, error: 'http_error' },
      { model: 'gpt-5.6', status: 101, completed: true, usage: REPORTED },
    ]);
  });

  test('that a steered response is followed by have a row without a request', async () => {
    const { client, settled } = await lab((_ask, socket) => {
      send(socket, eventsOf({ id: 'resp_1', end: 'incomplete', reason: 'steered', output: 40 }));
      const failed = { type: 'response.steer.failed', steer: {}, error: { code: 'x' } };
      const [created, ...rest] = eventsOf({ id: 'resp_2', output: 50 });
      send(socket, [created!, failed, ...rest]);
    });
    client.send(ASK);
    await client.got('response.completed');
    await client.close();
    expect(await settled(2)).toMatchObject([
      { finishReason: 'steered', usage: { outputTokens: 40 } },
      {
        model: 'gpt-5.6',
        usage: { outputTokens: 50 },
        completed: true,
        error: null,
        bytesIn: 0,
        features: { tools: true },
      },
    ]);
  });
});

describe('an upgrade that the server refuses', () => {
  test.each([401, 404, 426])('with %s passes, and has the row of its answer', async (status) => {
    const body = '{"error":{"message":"no"}}';
    const upstream = await startWebSocketUpstream({ refuse: [status, body] });
    const { url, settled } = await startMeteredProxy(upstream.port);
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    };
    const answer = await request(`${url.replace('ws:', 'http:')}/v1/responses`, { headers });
    expect([answer.status, answer.body]).toEqual([status, body]);
    expect(await settled(1)).toMatchObject([
      {
        status,
        error: 'http_error',
        inference: false,
        operation: 'other',
        endpoint: '/v1/responses',
        bytesIn: 0,
        bytesOut: body.length,
      },
    ]);
  });
});

describe('a connection without responses', () => {
  test('has one row with its bytes and duration', async () => {
    const upstream = await startWebSocketUpstream({
      deflate: true,
      onMessage: (text, socket) => socket.send(text),
    });
    const { url, settled, meter } = await startMeteredProxy(upstream.port);
    const client = await connectWebSocket(`${url}/ws?x=1`);
    client.send({ type: 'response.create', model: 'm' });
    await client.got('response.create');
    expect(meter.inFlight()).toEqual([]);
    await client.close();
    // A head of 2 bytes, the masking key of 4, and a Close frame of 2 and its code of 2.
    expect(await settled(1)).toMatchObject([
      {
        endpoint: '/ws',
        inference: false,
        operation: 'other',
        status: 101,
        completed: true,
        error: null,
        usage: UNKNOWN_USAGE,
        bytesIn: 38 + 6 + 8,
        bytesOut: 38 + 2 + 4,
      },
    ]);
  });

  test('on the path of responses has one too', async () => {
    const { client, settled } = await lab(() => undefined);
    client.send({ type: 'response.processed', response_id: 'resp_1' });
    await client.close();
    expect(await settled(1)).toMatchObject([
      { endpoint: '/v1/responses', inference: false, status: 101, completed: true },
    ]);
  });
});

describe('a realtime connection', () => {
  const usage = (input: number, output: number): object => ({
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: { cached_tokens: 5, text_tokens: 20, audio_tokens: 10 },
    output_token_details: { text_tokens: 30, audio_tokens: output - 30 },
  });

  test('is one inference with the sum of its reported tokens', async () => {
    const { client, settled, meter } = await lab(
      (_ask, socket, count) => {
        send(socket, [
          { type: 'session.created', session: { type: 'realtime', model: 'gpt-realtime-2' } },
          { type: 'error', error: { message: 'a recoverable one' } },
          { type: 'response.output_audio.delta', delta: 'AAAA' },
          {
            type: 'response.done',
            response: { status: 'completed', usage: usage(count * 100, 50) },
          },
        ]);
      },
      { path: '/v1/realtime?model=gpt-realtime', deflate: { threshold: 0 } },
    );
    client.send(ASK);
    client.send(ASK);
    await client.got('response.done', 2);
    expect(meter.inFlight()).toEqual([]);
    await client.close();
    const rows = await settled(1);
    expect(rows).toMatchObject([
      {
        operation: 'audio',
        inference: true,
        completed: true,
        error: null,
        model: 'gpt-realtime',
        responseModel: 'gpt-realtime-2',
        countedModel: 'gpt-realtime',
        usage: { inputTokens: 300, outputTokens: 100, cachedInputTokens: 10 },
        rates: { outputTokensPerSecond: null, promptTokensPerSecond: null },
      },
    ]);
    expect(rows[0]!.usage.provenance).toMatchObject({ input: 'derived', output: 'derived' });
  });

  test('without reported tokens is no inference', async () => {
    const { client, settled } = await lab(
      (_ask, socket) => send(socket, [{ type: 'session.created', session: { model: 'm' } }]),
      { path: '/v1/realtime' },
    );
    client.send(ASK);
    await client.got('session.created');
    await client.close();
    expect(await settled(1)).toMatchObject([
      { operation: 'audio', inference: false, completed: true, usage: UNKNOWN_USAGE },
    ]);
  });
});

const HANDSHAKE =
  'GET /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

function unmaskedText(text: string, rsv1 = false): Buffer {
  const head = Buffer.from([rsv1 ? 0xc1 : 0x81, 126, 0, 0]);
  head.writeUInt16BE(text.length, 2);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe('bytes that cannot be read', () => {
  test.each([
    ['a corrupt stream', 'permessage-deflate'],
    ['an unknown extension', 'x-secret'],
  ])('(%s) are relayed, and the connection has a row that says so', async (_, extension) => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: ${extension}\r\n\r\n`,
        );
        socket.on('data', (chunk) => socket.write(chunk));
      });
    });
    const { url, settled, errors } = await startMeteredProxy(upstream.port);
    const client = await connect(Number(new URL(url).port));
    client.send(HANDSHAKE);
    await client.receive('\r\n\r\n');
    client.send(unmaskedText(JSON.stringify(ASK)));
    await client.receive('look_up');
    client.send(unmaskedText('not deflated at all', true));
    await client.receive('not deflated at all');
    client.send('and no frames either');
    await client.receive('and no frames either');
    client.socket.end();
    await sleep(50);
    const rows = await settled(1);
    expect(rows.at(-1)).toMatchObject({ inference: false, readable: false, status: 101 });
    const responses = extension === 'x-secret' ? [] : [{ model: 'gpt-5.6', readable: false }];
    expect(rows.slice(0, -1)).toMatchObject(responses);
    for (const row of rows) expect(row.usage).toEqual(UNKNOWN_USAGE);
    expect(errors()).toEqual([]);
  });
});

describe('when the metering of a response throws', () => {
  test('its row says so, the traffic goes on, and the next one is metered', async () => {
    const { client, settled, errors } = await lab((_ask, socket, count) => {
      if (count === 1) send(socket, [{ type: 'error', status: 404, error: { message: 'x' } }]);
      else send(socket, eventsOf({ id: 'resp_2' }));
    });
    vi.spyOn(openAiResponses, 'response').mockImplementation(() => {
      throw new Error('prompt: secret');
    });
    client.send(ASK);
    await client.got('error');
    client.send(ASK);
    await client.got('response.completed');
    await client.close();
    const rows = await settled(2);
    expect(rows).toMatchObject([
      { error: 'metering_failed', model: 'gpt-5.6', usage: UNKNOWN_USAGE },
      { error: null, completed: true, usage: REPORTED },
    ]);
    expect(errors()).toHaveLength(1);
    expect(JSON.stringify(errors())).not.toContain('secret');
  });

  test('while its request is read, the connection has a row that says so', async () => {
    const { client, settled, errors } = await lab((_ask, socket, count) => {
      send(socket, eventsOf({ id: `resp_${count}` }));
    });
    const { JsonRequestReader } = await import('../../electron/core/usage/request.ts');
    vi.spyOn(JsonRequestReader.prototype, 'push').mockImplementation(() => {
      throw new Error('prompt: secret');
    });
    client.send(ASK);
    await client.got('response.completed');
    client.send(ASK);
    await client.got('response.completed', 2);
    await client.close();
    expect(await settled(1)).toMatchObject([{ error: 'metering_failed', status: 101 }]);
    expect(errors()).toHaveLength(1);
  });
});

test('while metering is paused, responses have no rows, and the later ones have', async () => {
  const upstream = await startWebSocketUpstream({
    onMessage: (_, socket) => send(socket, eventsOf({ id: `resp_${Math.random()}` })),
  });
  const { url, meter, rows, settled } = await startMeteredProxy(upstream.port);
  meter.paused = true;
  const client = await connectWebSocket(`${url}/v1/responses`);
  client.send({ ...ASK, model: 'unseen' });
  await client.got('response.completed');
  meter.paused = false;
  client.send({ ...ASK, model: 'seen' });
  await client.got('response.completed', 2);
  meter.paused = true;
  client.send({ ...ASK, model: 'unseen' });
  await client.got('response.completed', 3);
  await client.close();
  await settled(1);
  await sleep(50);
  expect(rows.map((row) => row.model)).toEqual(['seen']);
});

test('a headless Tokwatt counts responses over WebSocket in its sums', async () => {
  const upstream = await startWebSocketUpstream({
    deflate: { threshold: 0 },
    onMessage: (_, socket) => send(socket, eventsOf({ id: `resp_${upstream.received.length}` })),
  });
  const tokwatt = await startHeadless({
    args: ['--upstream', `cloud=http://127.0.0.1:${upstream.port}`],
  });
  onTestFinished(() => void tokwatt.stop());
  const url = `${tokwatt.proxy.replace('http:', 'ws:')}/v1/responses`;
  const client = await connectWebSocket(url, { threshold: 0 });
  client.send(ASK);
  await client.got('response.completed');
  client.send(ASK);
  await client.got('response.completed', 2);
  await client.close();
  await (await connectWebSocket(`${tokwatt.proxy.replace('http:', 'ws:')}/other`)).close();
  await until(() => upstream.requests.length === 2);
  const rows = (await tokwatt.activity(3)).filter(
    (row) => row.method === 'GET' && row.status === 101,
  );
  expect(rows.filter((row) => row.inference)).toHaveLength(2);
  expect(rows.filter((row) => !row.inference)).toMatchObject([{ endpoint: '/other' }]);
  const { totals } = (await tokwatt.get('/api/usage')) as { totals: object };
  expect(totals).toMatchObject({ requests: 2, input_tokens: 150, output_tokens: 82, errors: 0 });
});
