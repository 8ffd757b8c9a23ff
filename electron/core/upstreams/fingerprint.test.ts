import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  DOCKER_MODEL_RUNNER_SHAPE,
  JAN_SHAPE,
  KOBOLDCPP_SHAPE,
  LLAMA_ROUTER_SHAPE,
  LLAMA_SERVER_SHAPE,
  LLAMA_SWAP_SHAPE,
  LM_STUDIO_OLD_SHAPE,
  LM_STUDIO_SHAPE,
  MLX_SHAPE,
  OLLAMA_SHAPE,
  OPENAI_SHAPE,
  serveShape,
  SGLANG_SHAPE,
  TEI_SHAPE,
  TEXT_GENERATION_WEBUI_SHAPE,
  TGI_SHAPE,
  VLLM_SHAPE,
  type Shape,
  type ShapedServer,
} from '../../../tests/support/llm-server-shapes.ts';
import { fingerprint } from './fingerprint.ts';
import { createProber } from './probe.ts';

const prober = createProber({ timeoutMs: 1000 });
let server: ShapedServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

const LOCKED = { status: 401, body: { error: { message: 'Invalid API Key', code: 401 } } };
const LOADING = { status: 503, body: { error: { message: 'Loading model', code: 503 } } };

describe('fingerprint', () => {
  it.each<[string, Shape, string, string]>([
    ['Ollama', OLLAMA_SHAPE, 'ollama', 'Ollama 0.33.0'],
    ['llama-server', LLAMA_SERVER_SHAPE, 'llamacpp', 'llama-server b11669'],
    ['llama-server as a router', LLAMA_ROUTER_SHAPE, 'llamacpp', 'llama-server (router) b11669'],
    ['LM Studio', LM_STUDIO_SHAPE, 'lmstudio', 'LM Studio'],
    ['an older LM Studio', LM_STUDIO_OLD_SHAPE, 'lmstudio', 'LM Studio'],
    ['llama-swap', LLAMA_SWAP_SHAPE, 'llama-swap', 'llama-swap v180'],
    ['vLLM', VLLM_SHAPE, 'vllm', 'vLLM 0.21.0'],
    ['SGLang', SGLANG_SHAPE, 'sglang', 'SGLang'],
    ['KoboldCpp, although it imitates Ollama', KOBOLDCPP_SHAPE, 'koboldcpp', 'KoboldCpp 1.99'],
    [
      'Docker Model Runner, although it imitates Ollama',
      DOCKER_MODEL_RUNNER_SHAPE,
      'docker-model-runner',
      'Docker Model Runner',
    ],
    ['TGI', TGI_SHAPE, 'tgi', 'Text Generation Inference 3.3.0'],
    ['TEI', TEI_SHAPE, 'tei', 'Text Embeddings Inference 1.8.0'],
    ['mlx_lm.server', MLX_SHAPE, 'mlx', 'mlx_lm.server'],
    ['Jan', JAN_SHAPE, 'jan', 'Jan'],
    [
      'text-generation-webui',
      TEXT_GENERATION_WEBUI_SHAPE,
      'text-generation-webui',
      'text-generation-webui',
    ],
    [
      'TabbyAPI, although it has the paths of text-generation-webui',
      {
        '/v1/models': { body: { data: [{ id: 'x', owned_by: 'tabbyAPI' }] } },
        '/v1/internal/model/info': { body: { model_name: 'x', lora_names: [] } },
      },
      'tabbyapi',
      'TabbyAPI',
    ],
    ['another OpenAI-like server', OPENAI_SHAPE, 'openai', 'OpenAI-compatible server'],
    [
      'an Ollama whose root is not its own',
      { ...OLLAMA_SHAPE, '/': { body: '<html>Portal</html>' } },
      'ollama',
      'Ollama 0.33.0',
    ],
    [
      'TabbyAPI',
      { '/v1/models': { body: { data: [{ id: 'x', owned_by: 'tabbyAPI' }] } } },
      'tabbyapi',
      'TabbyAPI',
    ],
    [
      'LiteLLM',
      {
        '/health/liveliness': { body: '"I\'m alive!"' },
        '/health/readiness': { body: { status: 'healthy', db: 'connected' } },
        '/health/readiness/details': { body: { status: 'healthy', litellm_version: '1.108.7' } },
        '/v1/models': { body: { data: [{ id: 'x', owned_by: 'openai' }], object: 'list' } },
      },
      'litellm',
      'LiteLLM 1.108.7',
    ],
    [
      'an older LiteLLM',
      {
        '/health/liveliness': { body: '"I\'m alive!"' },
        '/health/readiness': { body: { status: 'healthy', litellm_version: '1.40.0' } },
        '/v1/models': { body: { data: [{ id: 'x', owned_by: 'openai' }], object: 'list' } },
      },
      'litellm',
      'LiteLLM 1.40.0',
    ],
    [
      'LocalAI',
      { '/readyz': { body: 'OK' }, '/system': { body: { backends: [], loaded_models: [] } } },
      'localai',
      'LocalAI',
    ],
  ])('recognises %s', async (_name, shape, kind, label) => {
    server = await serveShape(shape);
    expect(await fingerprint(prober, server.url)).toEqual({ ok: true, kind, label, locked: false });
  });

  it('recognises a llama-server by its name while it loads its model', async () => {
    server = await serveShape(
      { '/props': LOADING, '/v1/models': LOADING },
      { headers: { server: 'llama.cpp' } },
    );
    expect(await fingerprint(prober, server.url)).toMatchObject({
      kind: 'llamacpp',
      label: 'llama-server',
    });
  });

  it('recognises servers that need a key as locked', async () => {
    server = await serveShape({ '/v1/models': LOCKED });
    expect(await fingerprint(prober, server.url)).toMatchObject({ kind: 'openai', locked: true });
    server.become({
      '/v1/models': {
        status: 401,
        body: { type: 'error', error: { type: 'authentication_error', message: 'x-api-key' } },
      },
    });
    expect(await fingerprint(prober, server.url)).toMatchObject({
      kind: 'anthropic',
      locked: true,
    });
  });

  it('sends only GETs, which never generate, load or unload', async () => {
    server = await serveShape({});
    expect(await fingerprint(prober, server.url)).toEqual({
      ok: true,
      kind: null,
      label: null,
      locked: false,
    });
    expect(server.asked.filter((question) => !question.startsWith('GET '))).toEqual([]);
    const risky = /health_generate|unload|\/load|\/upstream|reload|\/slots|flush/;
    expect(server.asked.filter((question) => risky.test(question))).toEqual([]);
    expect(new Set(server.asked).size).toBe(server.asked.length);
  });

  it('uses the base path', async () => {
    const under = Object.fromEntries(
      Object.entries(LLAMA_SERVER_SHAPE).map(([path, answer]) => [`/llm${path}`, answer]),
    );
    server = await serveShape(under);
    const found = await fingerprint(prober, new URL('/llm/', server.url));
    expect(found).toMatchObject({ kind: 'llamacpp' });
  });

  it('does not read an endless answer', async () => {
    const endless = { body: `{"models":[${'"x",'.repeat(400_000)}"x"]}` };
    server = await serveShape({ ...OPENAI_SHAPE, '/': endless, '/api/v1/models': endless });
    expect(await fingerprint(prober, server.url)).toMatchObject({ ok: true, kind: 'openai' });
  });

  it('names the server that is not there', async () => {
    server = await serveShape({});
    const { url } = server;
    await server.close();
    server = null;
    expect(await fingerprint(prober, url)).toMatchObject({
      ok: false,
      code: 'ECONNREFUSED',
      connected: false,
    });
  });

  it('gives up on a server that accepts the connection and never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const impatient = createProber({ timeoutMs: 100 });
    expect(await fingerprint(impatient, new URL(`http://127.0.0.1:${port}`))).toMatchObject({
      ok: false,
      code: 'TIMEOUT',
      connected: true,
    });
    impatient.close();
    silent.close();
  });
});
