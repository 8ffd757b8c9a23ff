/** Real HTTP servers with the documented answers of LLM servers. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ShapedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, any other value as JSON. */
  readonly body: unknown;
}

/** Answers by path. Other paths get a 404. */
export type Shape = Readonly<Record<string, ShapedAnswer>>;

export interface ShapedServer {
  readonly url: URL;
  readonly port: number;
  /** The requests in order, such as `GET /v1/models`. */
  readonly asked: string[];
  /** The bodies of the POSTs. */
  readonly bodies: string[];
  /** The headers of each request, in the order of `asked`. */
  readonly headers: IncomingHttpHeaders[];
  /** Replaces the answers. */
  become(shape: Shape): void;
  close(): Promise<void>;
}

export interface ShapedServerOptions {
  readonly port?: number;
  readonly host?: string;
  /** Headers of all answers, including the 404s. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a request has the right key. Other requests get the answer in `refusal`. */
  readonly admits?: (headers: IncomingHttpHeaders) => boolean;
  readonly refusal?: ShapedAnswer;
}

/** A check for `admits`, as in an OpenAI-style server with an API key. */
export function bearer(key: string): (headers: IncomingHttpHeaders) => boolean {
  return ({ authorization }) => authorization === `Bearer ${key}`;
}

const REFUSAL: ShapedAnswer = { status: 401, body: { error: { message: 'Invalid API key' } } };

export async function serveShape(
  first: Shape,
  options: ShapedServerOptions = {},
): Promise<ShapedServer> {
  let shape = first;
  const asked: string[] = [];
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const { admits = () => true, refusal = REFUSAL } = options;
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    headers.push(request.headers);
    const answer = admits(request.headers)
      ? (shape[request.url ?? ''] ?? { status: 404, body: { error: 'not found' } })
      : refusal;
    void collect(request).then((body) => {
      if (request.method === 'POST') bodies.push(body);
      response.writeHead(answer.status ?? 200, { ...options.headers, ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host ?? '127.0.0.1';
  return {
    url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`),
    port,
    asked,
    bodies,
    headers,
    become: (next) => {
      shape = next;
    },
    close: () => close(server),
  };
}

function listen(server: Server, options: ShapedServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const models = (...data: object[]): ShapedAnswer => ({ body: { object: 'list', data } });

export const OLLAMA_SHAPE = {
  '/': { body: 'Ollama is running' },
  '/api/version': { body: { version: '0.33.0' } },
  '/v1/models': models({ id: 'llama3.1:8b', object: 'model', owned_by: 'library' }),
  '/api/ps': {
    body: {
      models: [
        {
          name: 'llama3.1:8b',
          model: 'llama3.1:8b',
          size: 6_654_289_920,
          size_vram: 5_000_000_000,
          digest: 'abc',
          details: {
            parent_model: '',
            format: 'gguf',
            family: 'llama',
            families: ['llama'],
            parameter_size: '8.0B',
            quantization_level: 'Q4_K_M',
          },
          expires_at: '2026-11-21T10:05:00.123456789+01:00',
          context_length: 8192,
        },
      ],
    },
  },
} satisfies Shape;

export const LLAMA_SERVER_SHAPE = {
  '/props': {
    body: {
      default_generation_settings: { params: {}, n_ctx: 4096 },
      total_slots: 4,
      model_path: '/models/qwen.gguf',
      build_info: 'b11669-Debian',
      is_sleeping: false,
    },
  },
  '/v1/models': models({
    id: '/models/qwen.gguf',
    object: 'model',
    owned_by: 'llamacpp',
    meta: {
      vocab_type: 1,
      n_ctx: 4096,
      n_ctx_train: 32768,
      n_params: 7_615_616_512,
      size: 4_677_120_000,
      ftype: 'Q4_K - Medium',
    },
  }),
} satisfies Shape;

export const LLAMA_ROUTER_SHAPE = {
  '/props': { body: { role: 'router', build_info: 'b11669-Debian', max_instances: 4 } },
  '/v1/models': models(
    { id: 'a', owned_by: 'llamacpp', status: { value: 'unloaded' }, context_length: 8192 },
    {
      id: 'b',
      owned_by: 'llamacpp',
      status: { value: 'loaded' },
      meta: { n_ctx: 2048, n_params: 494_032_768, size: 0 },
    },
    { id: 'c', owned_by: 'llamacpp', status: { value: 'loading' } },
    { id: 'd', owned_by: 'llamacpp', status: { value: 'sleeping' } },
    { id: 'e', owned_by: 'llamacpp', status: { value: 'downloading' } },
  ),
} satisfies Shape;

export const LM_STUDIO_SHAPE = {
  '/api/v1/models': {
    body: {
      models: [
        {
          type: 'llm',
          key: 'qwen/qwen3-8b',
          architecture: 'qwen3',
          quantization: { name: 'Q4_K_M', bits_per_weight: 4 },
          size_bytes: 5_030_000_000,
          params_string: '8B',
          loaded_instances: [
            { id: 'qwen/qwen3-8b', config: { context_length: 4096 } },
            { id: 'qwen/qwen3-8b:2', config: { context_length: 16384 } },
          ],
          max_context_length: 40960,
        },
        { type: 'embedding', key: 'nomic', architecture: 'nomic-bert', loaded_instances: [] },
      ],
    },
  },
  '/v1/models': models({ id: 'qwen/qwen3-8b', owned_by: 'organization_owner' }),
} satisfies Shape;

export const LM_STUDIO_OLD_SHAPE = {
  '/api/v0/models': models(
    { id: 'phi-4', type: 'llm', arch: 'phi3', quantization: '4bit', state: 'loaded' },
    { id: 'gemma', type: 'vlm', arch: 'gemma3', quantization: 'Q8_0', state: 'not-loaded' },
  ),
  '/v1/models': models({ id: 'phi-4', owned_by: 'organization_owner' }),
} satisfies Shape;

export const LLAMA_SWAP_SHAPE = {
  '/running': {
    body: {
      running: [
        { model: 'big', state: 'ready', cmd: 'llama-server', proxy: 'http://x', ttl: 300 },
        { model: 'small', state: 'starting' },
        { model: 'old', state: 'stopping' },
      ],
    },
  },
  '/api/version': { body: { version: 'v180', commit: 'abc' } },
  '/v1/models': models({ id: 'big', owned_by: 'llama-swap' }),
} satisfies Shape;

export const VLLM_SHAPE = {
  '/v1/models': models({ id: 'Qwen/Qwen3-8B', owned_by: 'vllm', max_model_len: 32768 }),
  '/version': { body: { version: '0.21.0' } },
  '/health': { body: '' },
} satisfies Shape;

export const SGLANG_SHAPE = {
  '/v1/models': models({ id: 'meta/llama', owned_by: 'sglang', max_model_len: 8192 }),
  '/get_model_info': { body: { model_path: 'meta/llama', is_generation: true } },
} satisfies Shape;

export const KOBOLDCPP_SHAPE = {
  '/api/extra/version': { body: { result: 'KoboldCpp', version: '1.99' } },
  '/api/v1/model': { body: { result: 'koboldcpp/tiny' } },
  // KoboldCpp imitates other servers on the same port.
  '/': { body: 'Ollama is running' },
  '/api/version': { body: { version: '0.7.0' } },
  '/api/ps': { body: { models: [] } },
  '/v1/models': models({ id: 'koboldcpp/tiny', owned_by: 'koboldcpp' }),
} satisfies Shape;

export const DOCKER_MODEL_RUNNER_SHAPE = {
  '/': { body: 'Docker Model Runner is running' },
  '/api/version': { body: { version: '0.12.0' } },
  '/api/ps': { body: { models: [{ name: 'ai/smollm2', model: 'ai/smollm2' }] } },
} satisfies Shape;

export const TGI_SHAPE = {
  '/info': { body: { model_id: 'bigscience/bloom', max_total_tokens: 2048, version: '3.3.0' } },
} satisfies Shape;

export const TEI_SHAPE = {
  '/info': {
    body: {
      model_id: 'BAAI/bge-m3',
      model_type: { embedding: { pooling: 'cls' } },
      max_input_length: 8192,
      max_batch_tokens: 16384,
      version: '1.8.0',
    },
  },
} satisfies Shape;

export const MLX_SHAPE = {
  '/health': { body: { status: 'ok' } },
  '/v1/models': models({ id: 'mlx-community/Qwen3-4B', object: 'model', created: 1 }),
} satisfies Shape;

export const OPENAI_SHAPE = {
  '/v1/models': models({ id: 'some-model', object: 'model', owned_by: 'someone' }),
} satisfies Shape;

export const JAN_SHAPE = {
  '/openapi.json': { body: { openapi: '3.1.0', info: { title: '👋Jan API', version: '0.3.14' } } },
  '/v1/models': models({ id: 'jan-nano', object: 'model', created: 1, owned_by: 'user' }),
} satisfies Shape;

export const TEXT_GENERATION_WEBUI_SHAPE = {
  '/v1/models': models({ id: 'qwen', object: 'model', created: 0, owned_by: 'user' }),
  '/v1/internal/model/info': { body: { model_name: 'qwen', lora_names: [], loader: 'llama.cpp' } },
} satisfies Shape;
