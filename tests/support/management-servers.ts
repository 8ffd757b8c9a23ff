/** Servers that manage models differently from Ollama, according to their documentation. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LlmServer {
  readonly url: string;
  /** Requests other than plain reads, as `METHOD PATH BODY`, oldest first. */
  changes(): string[];
  stop(): Promise<void>;
}

interface Behaviour {
  /** Time that llama-swap needs to start and stop a model, milliseconds. */
  readonly swapMs?: number;
  /** Breaks the connection after the first piece of an answer. */
  readonly dieInChat?: boolean;
  /** The expected bearer token. A refusal repeats the token that was sent. */
  readonly key?: string;
  /** Fails during the answer, with a message that repeats the key. */
  readonly failInChat?: boolean;
}

type Routes = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<'llama-swap' | 'lmstudio' | 'vllm', Routes>> = {
  'llama-swap': {
    'GET /api/version': { version: 'v170' },
    'GET /v1/models': { data: [{ id: 'org/one' }, { id: 'two' }] },
  },
  lmstudio: {
    'GET /api/v1/models': {
      models: [
        {
          key: 'qwen/qwen3-8b',
          architecture: 'qwen3',
          format: 'gguf',
          size_bytes: 4_000_000,
          params_string: '8B',
          quantization: { name: 'Q4_K_M' },
          loaded_instances: [{ id: 'qwen/qwen3-8b' }, { id: 'qwen/qwen3-8b:2' }],
        },
        { key: 'embedder', loaded_instances: [] },
      ],
    },
    'POST /api/v1/models/load': { status: 'loaded' },
    'POST /api/v1/models/unload': {},
  },
  vllm: {
    'GET /v1/models': {
      object: 'list',
      data: [{ id: 'meta/llama', owned_by: 'vllm', max_model_len: 4096 }],
    },
    'GET /version': { version: '0.9' },
  },
};

const CHUNKS = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: null } }] },
  { choices: [{ index: 0, delta: { reasoning_content: 'Hm' } }] },
  { choices: [{ index: 0, delta: { content: 'Héllo' } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  {
    choices: [],
    usage: {
      prompt_tokens: 12,
      completion_tokens: 2,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 8 },
    },
  },
];

export async function startLlmServer(
  kind: keyof typeof KINDS,
  behaviour: Behaviour = {},
): Promise<LlmServer> {
  const changes: string[] = [];
  const swap = kind === 'llama-swap' ? new Swap(behaviour.swapMs ?? 0) : null;
  const server = createServer((request, response) => {
    void textOf(request).then(async (body) => {
      const call = `${request.method ?? ''} ${request.url ?? ''}`;
      const given = request.headers.authorization ?? '';
      if (behaviour.key !== undefined && given !== `Bearer ${behaviour.key}`) {
        answer(response, { error: { message: `Incorrect API key: ${given}` } }, 401);
        return;
      }
      if (request.method !== 'GET' || call.includes('/upstream/')) changes.push(`${call} ${body}`);
      if (call === 'POST /v1/chat/completions') {
        await swap?.start((JSON.parse(body) as { model: string }).model);
        chat(response, behaviour, given);
      } else answer(response, (await swap?.answer(call)) ?? KINDS[kind][call]);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    changes: () => [...changes],
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * The models that llama-swap runs. It answers an unload at once but lists the model until its
 * server has ended.
 */
class Swap {
  readonly #ms: number;
  readonly #states = new Map([['org/one', 'ready']]);

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Any request for a model starts its server first. */
  async start(model: string): Promise<void> {
    if (!this.#states.has(model)) await this.#become(model, 'starting', 'ready');
  }

  async answer(call: string): Promise<object | undefined> {
    const running = [...this.#states].map(([model, state]) => ({ model, state }));
    if (call === 'GET /running') return { running };
    if (call === 'GET /upstream/two/health') {
      await this.start('two');
      return { status: 'ok' };
    }
    const [, model] = /^POST \/api\/models\/unload\/(.*)$/.exec(call) ?? [];
    if (model === undefined) return undefined;
    void this.#become(model, 'stopping', null);
    return {};
  }

  async #become(model: string, first: string, last: string | null): Promise<void> {
    this.#states.set(model, first);
    if (this.#ms > 0) await sleep(this.#ms);
    if (last === null) this.#states.delete(model);
    else this.#states.set(model, last);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(body === undefined ? 404 : status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? { detail: 'Not Found' }));
}

function chat(
  response: ServerResponse,
  { dieInChat = false, failInChat = false }: Behaviour,
  given: string,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (dieInChat) {
    response.write(`data: ${JSON.stringify(CHUNKS[2])}\n\n`, () => response.destroy());
    return;
  }
  if (failInChat) {
    const error = { message: `The budget of ${given} is used up` };
    response.end(`data: ${JSON.stringify({ error })}\n\n`);
    return;
  }
  for (const chunk of CHUNKS) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.end('data: [DONE]\n\n');
}
