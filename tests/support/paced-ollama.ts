/**
 * An Ollama whose answers take as long as a test says, in real time. Like Ollama, it reports the
 * durations that it measured itself, and requests beyond its places wait.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const GIB = 1024 ** 3;
/** Of an 8B model: 36 layers with 8 heads of keys and values make 144 KiB a token. */
const SHAPE = {
  ...{ 'general.architecture': 'qwen3', 'qwen3.block_count': 36 },
  ...{ 'qwen3.attention.head_count': 32, 'qwen3.attention.head_count_kv': 8 },
  ...{ 'qwen3.attention.key_length': 128, 'qwen3.attention.value_length': 128 },
};
/** Tokens of one piece of the answer, so that a fast answer needs no timer for each token. */
const PIECE = 4;

/** What an answer takes. Durations are in milliseconds. */
export interface PacedAnswer {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly decodeMs: number;
  /** 5 by default. */
  readonly prefillMs?: number;
  /** Tokens of the prompt from the cache; not reported by default. */
  readonly cachedTokens?: number;
}

export interface PacedModel {
  readonly name: string;
  readonly contextLength: number;
  /** Its size and the part of it in GPU memory, GiB. */
  readonly sizeGib: number;
  readonly vramGib: number;
  /** Time to load it, milliseconds; 0 by default. */
  readonly loadMs?: number;
  /** True by default. */
  readonly isLoaded?: boolean;
}

export interface PacedOllama {
  readonly url: string;
  /** What the requests that begin from now on get. */
  answer: PacedAnswer;
  /** Whether the model is in memory. A request loads it. */
  isLoaded: boolean;
  stop(): Promise<void>;
}

export interface PacedOllamaOptions {
  readonly model: PacedModel;
  readonly answer: PacedAnswer;
  /** Requests answered at the same time; 4 by default. */
  readonly places?: number;
}

class Server {
  answer: PacedAnswer;
  isLoaded: boolean;
  readonly #model: PacedModel;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor({ model, answer, places = 4 }: PacedOllamaOptions) {
    this.#model = model;
    this.#free = places;
    this.answer = answer;
    this.isLoaded = model.isLoaded ?? true;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    await once(request, 'end');
    if (request.url === '/api/chat') await this.#chat(response);
    else json(response, this.#listed(request.url ?? '/'));
  }

  #listed(path: string): object | string {
    const { name, sizeGib, vramGib, contextLength } = this.#model;
    const entry = { name, model: name, size: sizeGib * GIB };
    const details = { parameter_size: '8.2B', quantization_level: 'Q5_K_M' };
    const loaded = { ...entry, details, size_vram: vramGib * GIB, context_length: contextLength };
    if (path === '/') return 'Ollama is running';
    if (path === '/api/version') return { version: '0.33.3' };
    if (path === '/api/tags') return { models: [entry] };
    if (path === '/api/ps') return { models: this.isLoaded ? [loaded] : [] };
    return { model_info: SHAPE, capabilities: ['completion'] };
  }

  async #chat(response: ServerResponse): Promise<void> {
    const { answer } = this;
    const begin = performance.now();
    await this.#load();
    const loadMs = performance.now() - begin;
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const prefillAt = performance.now();
    await sleep(answer.prefillMs ?? 5);
    const decodeAt = performance.now();
    await this.#decode(response, answer, decodeAt);
    const end = performance.now();
    const ns = (from: number, to: number): number => Math.round((to - from) * 1e6);
    const { cachedTokens } = answer;
    response.end(
      line(this.#model.name, '', {
        ...{ done: true, done_reason: 'stop' },
        ...{ total_duration: ns(begin, end), load_duration: ns(0, loadMs) },
        ...{ prompt_eval_count: answer.promptTokens, eval_count: answer.outputTokens },
        ...{ prompt_eval_duration: ns(prefillAt, decodeAt), eval_duration: ns(decodeAt, end) },
        ...(cachedTokens === undefined ? {} : { prompt_eval_cached_count: cachedTokens }),
      }),
    );
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  async #load(): Promise<void> {
    if (this.isLoaded) return;
    this.isLoaded = true;
    await sleep(this.#model.loadMs ?? 0);
  }

  async #decode(
    response: ServerResponse,
    { outputTokens, decodeMs }: PacedAnswer,
    from: number,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let sent = 0; sent < outputTokens; sent += PIECE) {
      const ahead = from + (decodeMs * sent) / outputTokens - performance.now();
      if (ahead > 0) await sleep(ahead);
      response.write(line(this.#model.name, 'word '.repeat(Math.min(PIECE, outputTokens - sent))));
    }
    await sleep(Math.max(0, from + decodeMs - performance.now()));
  }
}

export async function startPacedOllama(options: PacedOllamaOptions): Promise<PacedOllama> {
  const state = new Server(options);
  const server = createServer((request, response) => void state.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

function line(model: string, content: string, rest: object = { done: false }): string {
  return `${JSON.stringify({ model, message: { role: 'assistant', content }, ...rest })}\n`;
}

function json(response: ServerResponse, body: object | string): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
