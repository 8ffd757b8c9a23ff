/**
 * A server that manages models like Ollama: lists, downloads with progress, loading with an empty
 * request, deleting and chatting. Tokwatt recognizes it as Ollama.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface OllamaLike {
  readonly url: string;
  /** Installed models by name, and whether they are loaded. */
  readonly models: Map<string, { readonly size: number; loaded: boolean }>;
  /** How often the loaded models were requested. */
  polls(): number;
  /** Requests other than lists and probes, oldest first. */
  readonly asked: readonly SeenCall[];
  /** The number of downloads that began, that were completed, and that were cancelled by the client. */
  readonly pulls: { begun: number; done: number; cancelled: number };
  /** The number of chats cancelled by the client. */
  cancelledChats(): number;
  stop(): Promise<void>;
}

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface OllamaLikeOptions {
  /** Any free one by default. */
  readonly port?: number;
  readonly models?: Readonly<Record<string, number>>;
  /** Time between two lines of a stream, milliseconds. */
  readonly gapMs?: number;
  /** Time before a chat's answer begins, milliseconds. */
  readonly thinkMs?: number;
  /** Number of progress lines for a layer. */
  readonly pullSteps?: number;
  /** Models that support embeddings but not generation. */
  readonly embedders?: readonly string[];
  /** Like older versions, which do not report the capabilities of a model. */
  readonly tellsNoCapabilities?: boolean;
  /** The pieces of each answer's text. */
  readonly words?: readonly string[];
  /** True if each answer calls a tool. */
  readonly callsTool?: boolean;
  /** Time to load a model, milliseconds. Meanwhile it is listed as loaded. */
  readonly loadMs?: number;
  /** An unload is answered at once but takes effect after this time, milliseconds. */
  readonly unloadMs?: number;
  /** Time to schedule a chat of a loaded model, milliseconds. */
  readonly scheduleMs?: number;
  /** True if all chats wait for each other after they were scheduled, as with one place. */
  readonly onePlace?: boolean;
  /** Time to answer `/api/show`, milliseconds, and the architecture in the answer. */
  readonly showMs?: number;
  readonly architecture?: string;
  /** Further metadata in the same answer. */
  readonly info?: Readonly<Record<string, unknown>>;
  /** True if a model has to leave before another one is loaded. */
  readonly hasOnePlace?: boolean;
}

export const LAYER_BYTES = 1_000;
const WORDS = ['Wörter', ' in', ' pieces'];

class Server {
  readonly models = new Map<string, { size: number; loaded: boolean }>();
  readonly asked: SeenCall[] = [];
  readonly pulls = { begun: 0, done: 0, cancelled: 0 };
  chatsCut = 0;
  polls = 0;
  /** The last load of each model. All requests for the model wait for it. */
  readonly #loads = new Map<object, Promise<unknown>>();
  /** How many steps of a cancelled download were sent. */
  readonly #kept = new Map<string, number>();
  /** Ends when the chats so far have ended. */
  #chats = Promise.resolve();
  readonly #options: OllamaLikeOptions;

  constructor(options: OllamaLikeOptions) {
    this.#options = options;
    for (const [name, size] of Object.entries(options.models ?? {})) {
      this.models.set(name, { size, loaded: false });
    }
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await jsonOf(request);
    const call = `${request.method ?? ''} ${path}`;
    if (request.method !== 'GET') {
      this.asked.push({ method: request.method ?? '', path, headers: request.headers, body });
    }
    const model = String(body.model);
    switch (call) {
      case 'GET /':
        response.end('Ollama is running');
        return;
      case 'GET /api/version':
        json(response, { version: '0.33.3' });
        return;
      case 'GET /api/tags':
        json(response, { models: this.#entries(() => true) });
        return;
      case 'GET /api/ps':
        this.polls += 1;
        json(response, { models: this.#entries(({ loaded }) => loaded) });
        return;
      case 'POST /api/show':
        await sleep(this.#options.showMs ?? 0);
        this.#show(response, model);
        return;
      case 'POST /api/generate':
        await this.#generate(response, model, isUnload(body));
        return;
      case 'POST /api/embed':
        if (await this.#load(response, model)) json(response, { model, embeddings: [] });
        return;
      case 'DELETE /api/delete':
        if (this.models.delete(model)) response.end();
        else notFound(response, model);
        return;
      case 'POST /api/copy':
        this.#copy(response, String(body.source), String(body.destination));
        return;
      case 'POST /api/pull':
        await this.#pull(response, model);
        return;
      case 'POST /api/chat':
        await this.#scheduledChat(response, model);
        if (isUnload(body)) void this.#unload(model);
        return;
      default:
        json(response, { error: 'not found' }, 404);
    }
  }

  #entries(wanted: (model: { loaded: boolean }) => boolean): object[] {
    return [...this.models]
      .filter(([, model]) => wanted(model))
      .map(([name, { size }]) => ({
        name,
        model: name,
        size,
        size_vram: size,
        digest: `sha256:${name.length}`,
        modified_at: '2026-10-01T10:00:00.123456789+02:00',
        details: {
          format: 'gguf',
          family: 'qwen3',
          parameter_size: '8.2B',
          quantization_level: 'Q4_K_M',
        },
        context_length: 8192,
      }));
  }

  #isEmbedder(name: string): boolean {
    return this.#options.embedders?.includes(name) === true;
  }

  #show(response: ServerResponse, name: string): void {
    if (this.#find(name) === undefined) {
      notFound(response, name);
      return;
    }
    const capabilities = [this.#isEmbedder(name) ? 'embedding' : 'completion'];
    const { tellsNoCapabilities = false, architecture, info } = this.#options;
    json(response, {
      details: {},
      ...(tellsNoCapabilities ? {} : { capabilities }),
      ...(architecture === undefined
        ? {}
        : { model_info: { 'general.architecture': architecture, ...info } }),
      ...(info === undefined ? {} : { template: '{{ .Prompt }}', parameters: 'num_ctx  4096' }),
    });
  }

  /** The checks are in Ollama's order: an unload works for any model. */
  async #generate(response: ServerResponse, name: string, unloads: boolean): Promise<void> {
    const answer = { model: name, response: '', done: true };
    if (this.#find(name) === undefined) {
      notFound(response, name);
      return;
    }
    if (unloads) {
      void this.#unload(name);
      json(response, { ...answer, done_reason: 'unload' });
      return;
    }
    if (this.#isEmbedder(name)) {
      json(response, { error: `"${name}" does not support generate` }, 400);
      return;
    }
    await this.#load(response, name);
    json(response, { ...answer, done_reason: 'load' });
  }

  /** A name without a tag means the tag `latest`. */
  #find(name: string): { loaded: boolean } | undefined {
    return this.models.get(name) ?? this.models.get(`${name}:latest`);
  }

  /** Returns false if there is no such model; a 404 has been sent then. */
  async #load(response: ServerResponse, name: string): Promise<boolean> {
    const model = this.#find(name);
    if (model === undefined) {
      notFound(response, name);
      return false;
    }
    const { loaded } = model;
    if (this.#options.hasOnePlace === true) {
      for (const each of this.models.values()) if (each !== model) each.loaded = false;
    }
    model.loaded = true;
    if (!loaded) this.#loads.set(model, sleep(this.#options.loadMs ?? 0));
    await this.#loads.get(model);
    return true;
  }

  async #unload(name: string): Promise<void> {
    const { unloadMs = 0 } = this.#options;
    if (unloadMs > 0) await sleep(unloadMs);
    const model = this.#find(name);
    if (model !== undefined) model.loaded = false;
  }

  #copy(response: ServerResponse, source: string, destination: string): void {
    const model = this.models.get(source);
    if (model === undefined) {
      notFound(response, source);
      return;
    }
    this.models.set(destination, { size: model.size, loaded: false });
    response.end();
  }

  async #pull(response: ServerResponse, name: string): Promise<void> {
    const { pullSteps = 4 } = this.#options;
    this.pulls.begun += 1;
    const digest = 'sha256:0123456789abcdef';
    const steps = Array.from({ length: pullSteps + 1 }, (_, index) => ({
      status: 'pulling 0123456789ab',
      digest,
      total: LAYER_BYTES,
      ...(index === 0 ? {} : { completed: Math.round((LAYER_BYTES * index) / pullSteps) }),
    }));
    const lines = name.startsWith('missing')
      ? [{ status: 'pulling manifest' }, { error: 'pull model manifest: file does not exist' }]
      : name.startsWith('cut')
        ? [{ status: 'pulling manifest' }]
        : [{ status: 'pulling manifest' }, ...steps, { status: 'success' }];
    // Like Ollama, a download that was cancelled continues where it was.
    const kept = this.#kept.get(name) ?? 0;
    const isStep = lines.length > 2;
    const rest = isStep ? lines.filter((_, index) => index === 0 || index > kept) : lines;
    const whole = await this.#lines(response, rest, (sent) => {
      if (isStep) this.#kept.set(name, Math.max(0, kept + sent - 2));
    });
    if (!whole) this.pulls.cancelled += 1;
    else {
      this.pulls.done += 1;
      this.#kept.delete(name);
      this.models.set(name, { size: LAYER_BYTES, loaded: false });
    }
  }

  /** Like Ollama, it counts the time until it has a loaded model, not the wait after it. */
  async #scheduledChat(response: ServerResponse, name: string): Promise<void> {
    const startedAt = performance.now();
    if (!(await this.#load(response, name))) return;
    const { scheduleMs = 0, onePlace = false } = this.#options;
    if (scheduleMs > 0) await sleep(scheduleMs);
    const loadMs = performance.now() - startedAt;
    const before = this.#chats;
    const chat = async (): Promise<void> => {
      if (onePlace) await before;
      await this.#chat(response, name, loadMs);
    };
    this.#chats = chat();
    await this.#chats;
  }

  async #chat(response: ServerResponse, name: string, loadMs: number): Promise<void> {
    await sleep(this.#options.thinkMs ?? 0);
    const frame = (message: object): object => ({ model: name, message, done: false });
    const call = { function: { name: 'add', arguments: { a: 1 } } };
    const { callsTool = false, words = WORDS } = this.#options;
    const calls = callsTool ? [call] : [];
    const lines = [
      frame({ role: 'assistant', content: '', thinking: 'Hm' }),
      ...calls.map((each) => frame({ role: 'assistant', content: '', tool_calls: [each] })),
      ...words.map((content) => frame({ role: 'assistant', content })),
      name.startsWith('broken')
        ? { error: 'the runner has died' }
        : {
            ...frame({ role: 'assistant', content: '' }),
            done: true,
            done_reason: 'stop',
            load_duration: Math.round(loadMs * 1e6),
            prompt_eval_duration: (this.#options.thinkMs ?? 0) * 1e6,
            eval_duration: (this.#options.gapMs ?? 0) * words.length * 1e6,
            prompt_eval_count: 29,
            prompt_eval_cached_count: 16,
            eval_count: words.length,
          },
    ];
    if (!(await this.#lines(response, lines))) this.chatsCut += 1;
  }

  /** Returns false if the reader disconnected. */
  async #lines(
    response: ServerResponse,
    lines: readonly object[],
    onSent: (count: number) => void = () => undefined,
  ): Promise<boolean> {
    const { gapMs = 0 } = this.#options;
    const isGone = (): boolean => response.destroyed;
    if (isGone()) return false;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const [index, line] of lines.entries()) {
      response.write(`${JSON.stringify(line)}\n`);
      onSent(index + 1);
      await sleep(gapMs);
      if (isGone()) return false;
    }
    response.end();
    return true;
  }
}

export async function startOllamaLike(options: OllamaLikeOptions = {}): Promise<OllamaLike> {
  const state = new Server(options);
  const server = createServer((request, response) => void state.answer(request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    models: state.models,
    polls: () => state.polls,
    asked: state.asked,
    pulls: state.pulls,
    cancelledChats: () => state.chatsCut,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function isUnload({ keep_alive: keepAlive }: Record<string, unknown>): boolean {
  return keepAlive === 0 || keepAlive === '0s';
}

function notFound(response: ServerResponse, model: string): void {
  json(response, { error: `model '${model}' not found` }, 404);
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
