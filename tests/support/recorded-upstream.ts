/**
 * A server with answers recorded from real servers: enough of Ollama and llama-server to be
 * recognized, to list a loaded model and to generate.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RecordedUpstream {
  readonly url: string;
  readonly port: number;
  /** The requests, oldest first. */
  readonly requests: readonly SeenRequest[];
  stop(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface RecordedOptions {
  /** Time between two frames of a stream, milliseconds. */
  readonly frameGapMs?: number;
  /** Time before a unary answer with tokens, milliseconds. */
  readonly answerDelayMs?: number;
  /** Closes the connection after this many frames of a stream. */
  readonly dieAfterFrames?: number;
  /** A fixed port; any free port by default. */
  readonly port?: number;
}

/** As slow as the durations in the answers say. If it were faster, the meter would reject them. */
export const PACED: RecordedOptions = { frameGapMs: 110, answerDelayMs: 700 };

export const MODEL = 'qwen3:8b';
export const INPUT_TOKENS = 29;
export const CACHED_TOKENS = 16;
export const OUTPUT_TOKENS = 6;

const WORDS = ['The ', 'meter ', 'reads ', 'wörds', '. ', 'Done'];

export async function startRecordedUpstream(
  options: RecordedOptions = {},
): Promise<RecordedUpstream> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      requests.push({
        method: request.method ?? '',
        target: request.url ?? '',
        headers: request.headers,
        body,
      });
      await answer(request, response, body, options);
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  options: RecordedOptions,
): Promise<void> {
  const asked = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  const path = request.url ?? '';
  switch (path) {
    case '/':
      response.end('Ollama is running');
      return;
    case '/api/version':
      json(response, { version: '0.33.3' });
      return;
    case '/api/ps':
      json(response, { models: [loadedModel()] });
      return;
    case '/api/chat':
    case '/api/generate':
      if (asked.stream === false) await whole(response, ollamaDone(path, WORDS.join('')), options);
      else await stream(response, 'application/x-ndjson', ollamaFrames(path), options);
      return;
    case '/api/embed':
      json(response, ollamaEmbedding());
      return;
    case '/v1/chat/completions':
      if (asked.stream === true) {
        await stream(response, 'text/event-stream', openAiFrames(asked), options);
      } else await whole(response, openAiAnswer(), options);
      return;
    default:
      json(response, { error: 'not found' }, 404);
  }
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function whole(
  response: ServerResponse,
  body: object,
  { answerDelayMs = 0 }: RecordedOptions,
): Promise<void> {
  if (answerDelayMs > 0) await sleep(answerDelayMs);
  json(response, body);
}

async function stream(
  response: ServerResponse,
  type: string,
  frames: readonly string[],
  { frameGapMs = 0, dieAfterFrames = Infinity }: RecordedOptions,
): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  for (const [index, frame] of frames.entries()) {
    if (index >= dieAfterFrames) {
      response.destroy();
      return;
    }
    if (frameGapMs > 0) await sleep(frameGapMs);
    if (response.destroyed) return;
    response.write(frame);
  }
  response.end();
}

function loadedModel(): object {
  return {
    name: MODEL,
    model: MODEL,
    size: 6_000_000_000,
    size_vram: 4_500_000_000,
    details: { family: 'qwen3', parameter_size: '8.2B', quantization_level: 'Q4_K_M' },
    expires_at: new Date(Date.now() + 240_000).toISOString(),
    context_length: 8192,
  };
}

function ollamaText(path: string, text: string): object {
  return path === '/api/chat'
    ? { message: { role: 'assistant', content: text } }
    : { response: text };
}

function ollamaDone(path: string, text: string): object {
  return {
    model: MODEL,
    created_at: '2026-10-01T10:00:00.3Z',
    ...ollamaText(path, text),
    done: true,
    done_reason: 'stop',
    total_duration: 812_000_000,
    load_duration: 51_000_000,
    prompt_eval_count: INPUT_TOKENS,
    prompt_eval_cached_count: CACHED_TOKENS,
    prompt_eval_duration: 52_000_000,
    eval_count: OUTPUT_TOKENS,
    eval_duration: 600_000_000,
  };
}

function ollamaEmbedding(): object {
  return {
    model: MODEL,
    embeddings: [[0.25, -0.5]],
    total_duration: 812_000_000,
    load_duration: 51_000_000,
    prompt_eval_count: INPUT_TOKENS,
  };
}

function ollamaFrames(path: string): string[] {
  const head = { model: MODEL, created_at: '2026-10-01T10:00:00.1Z' };
  const frames = WORDS.map((word) => ({ ...head, ...ollamaText(path, word), done: false }));
  return [...frames, ollamaDone(path, '')].map((frame) => `${JSON.stringify(frame)}\n`);
}

const USAGE = {
  prompt_tokens: INPUT_TOKENS,
  completion_tokens: OUTPUT_TOKENS,
  total_tokens: INPUT_TOKENS + OUTPUT_TOKENS,
  prompt_tokens_details: { cached_tokens: CACHED_TOKENS },
};

const TIMINGS = {
  cache_n: CACHED_TOKENS,
  prompt_n: INPUT_TOKENS - CACHED_TOKENS,
  prompt_ms: 52,
  prompt_per_second: 250,
  predicted_n: OUTPUT_TOKENS,
  predicted_ms: 600,
  predicted_per_second: 10,
};

function openAiAnswer(): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: WORDS.join('') },
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
    timings: TIMINGS,
  };
}

function openAiFrames(asked: Record<string, unknown>): string[] {
  const chunk = (delta: object, finish: string | null, more: object = {}): object => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: MODEL,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });
  const wantsUsage =
    (asked.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;
  const frames = [
    chunk({ role: 'assistant', content: null }, null),
    ...WORDS.map((content) => chunk({ content }, null)),
    chunk({}, 'stop', wantsUsage ? {} : { timings: TIMINGS }),
    ...(wantsUsage ? [{ ...chunk({}, null), choices: [], usage: USAGE, timings: TIMINGS }] : []),
  ];
  return [...frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`), 'data: [DONE]\n\n'];
}
