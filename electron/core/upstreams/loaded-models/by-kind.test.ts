import { describe, expect, it } from 'vitest';
import {
  DOCKER_MODEL_RUNNER_SHAPE,
  KOBOLDCPP_SHAPE,
  LLAMA_ROUTER_SHAPE,
  LLAMA_SERVER_SHAPE,
  LLAMA_SWAP_SHAPE,
  LM_STUDIO_OLD_SHAPE,
  LM_STUDIO_SHAPE,
  OLLAMA_SHAPE,
  SGLANG_SHAPE,
  TEI_SHAPE,
  TGI_SHAPE,
  VLLM_SHAPE,
  type Shape,
} from '../../../../tests/support/llm-server-shapes.ts';
import { loadedModelsSources } from './by-kind.ts';
import { OLLAMA_MODELS } from './ollama.ts';
import type { ServerModel } from './source.ts';

const NOW = Date.parse('2026-11-21T09:00:00Z');

const UNKNOWN = {
  state: 'loaded',
  sizeBytes: null,
  vramBytes: null,
  contextLength: null,
  parameterSize: null,
  quantization: null,
  expiresAt: null,
};

/** The models of a server with these answers, from the first reader that recognises them. */
function modelsOf(kind: string, shape: Shape): ServerModel[] | null {
  for (const { paths, parse } of loadedModelsSources(kind)) {
    const models = parse(
      paths.map((path) => shape[path]?.body),
      NOW,
    );
    if (models !== null) return models;
  }
  return null;
}

describe('loaded models', () => {
  it('reads Ollama', () => {
    expect(modelsOf('ollama', OLLAMA_SHAPE)).toEqual([
      {
        name: 'llama3.1:8b',
        state: 'loaded',
        sizeBytes: 6_654_289_920,
        vramBytes: 5_000_000_000,
        contextLength: 8192,
        parameterSize: '8.0B',
        quantization: 'Q4_K_M',
        expiresAt: Date.parse('2026-11-21T09:05:00.123Z'),
      },
    ]);
  });

  it("reads Docker Model Runner's answer, which has fewer fields", () => {
    expect(modelsOf('docker-model-runner', DOCKER_MODEL_RUNNER_SHAPE)).toEqual([
      { ...UNKNOWN, name: 'ai/smollm2' },
    ]);
  });

  it('reads a llama-server with one model', () => {
    expect(modelsOf('llamacpp', LLAMA_SERVER_SHAPE)).toEqual([
      {
        ...UNKNOWN,
        name: '/models/qwen.gguf',
        sizeBytes: 4_677_120_000,
        contextLength: 4096,
        parameterSize: '7.6B',
        quantization: 'Q4_K - Medium',
      },
    ]);
  });

  it('recognises a sleeping llama-server, and does not need its locked /props', () => {
    const { '/props': props, '/v1/models': list } = LLAMA_SERVER_SHAPE;
    const asleep = { '/props': { body: { ...props.body, is_sleeping: true } }, '/v1/models': list };
    expect(modelsOf('llamacpp', asleep)).toMatchObject([{ state: 'sleeping' }]);
    expect(modelsOf('llamacpp', { '/v1/models': list })).toMatchObject([
      { state: 'loaded', contextLength: 4096 },
    ]);
  });

  it('reads the states of a router, without what is not in memory', () => {
    expect(modelsOf('llamacpp', LLAMA_ROUTER_SHAPE)).toEqual([
      { ...UNKNOWN, name: 'b', sizeBytes: 0, contextLength: 2048, parameterSize: '494.0M' },
      { ...UNKNOWN, name: 'c', state: 'loading' },
      { ...UNKNOWN, name: 'd', state: 'sleeping' },
    ]);
  });

  it('reads every loaded instance of LM Studio', () => {
    const known = {
      ...UNKNOWN,
      sizeBytes: 5_030_000_000,
      parameterSize: '8B',
      quantization: 'Q4_K_M',
    };
    expect(modelsOf('lmstudio', LM_STUDIO_SHAPE)).toEqual([
      { ...known, name: 'qwen/qwen3-8b', contextLength: 4096 },
      { ...known, name: 'qwen/qwen3-8b:2', contextLength: 16384 },
    ]);
    expect(modelsOf('lmstudio', LM_STUDIO_OLD_SHAPE)).toEqual([
      { ...UNKNOWN, name: 'phi-4', quantization: '4bit' },
    ]);
  });

  it('reads what llama-swap runs', () => {
    expect(modelsOf('llama-swap', LLAMA_SWAP_SHAPE)).toEqual([
      { ...UNKNOWN, name: 'big' },
      { ...UNKNOWN, name: 'small', state: 'loading' },
    ]);
  });

  it('reads servers that have all listed models loaded', () => {
    expect(modelsOf('vllm', VLLM_SHAPE)).toMatchObject([
      { name: 'Qwen/Qwen3-8B', contextLength: 32768 },
    ]);
    expect(modelsOf('sglang', SGLANG_SHAPE)).toMatchObject([{ name: 'meta/llama' }]);
    expect(modelsOf('tgi', TGI_SHAPE)).toMatchObject([
      { name: 'bigscience/bloom', contextLength: 2048 },
    ]);
    expect(modelsOf('tei', TEI_SHAPE)).toMatchObject([
      { name: 'BAAI/bge-m3', contextLength: 8192 },
    ]);
    expect(modelsOf('koboldcpp', KOBOLDCPP_SHAPE)).toMatchObject([{ name: 'koboldcpp/tiny' }]);
  });

  it('gives no list if the server does not report one', () => {
    for (const kind of ['openai', 'mlx', 'anthropic', null]) {
      expect(loadedModelsSources(kind)).toEqual([]);
    }
  });

  it('reads another format as unknown, not as an empty list', () => {
    for (const kind of [
      'ollama',
      'llamacpp',
      'lmstudio',
      'llama-swap',
      'vllm',
      'tgi',
      'koboldcpp',
    ]) {
      for (const body of [undefined, null, 'text', [], { error: 'x' }, { data: 'x', models: 7 }]) {
        for (const source of loadedModelsSources(kind)) {
          expect(source.parse([body, body], NOW)).toBeNull();
        }
      }
    }
  });
});

describe("Ollama's figures", () => {
  const read = (entry: object): ServerModel | undefined =>
    OLLAMA_MODELS.parse([{ models: [{ name: 'm', ...entry }] }], NOW)?.[0];

  it.each([
    ['2318-03-02T10:00:00.123456789+01:00', null],
    ['0001-01-01T00:00:00Z', null],
    ['soon', null],
    [1_800_000_000, null],
    [undefined, null],
    ['2026-11-21T09:05:00Z', NOW + 300_000],
    ['2026-11-21T08:59:59-00:00', NOW - 1000],
  ])('reads the date %s as %s', (date, expected) => {
    expect(read({ expires_at: date })?.expiresAt).toBe(expected);
  });

  it('keeps a zero: the model is only in main memory', () => {
    expect(read({ size: 5, size_vram: 0 })).toMatchObject({ sizeBytes: 5, vramBytes: 0 });
  });

  it('rejects impossible values', () => {
    expect(read({ size: '5', size_vram: -1, context_length: null, details: 'x' })).toMatchObject({
      sizeBytes: null,
      vramBytes: null,
      contextLength: null,
      parameterSize: null,
    });
  });

  it('reads the context length of older details, and no empty texts', () => {
    const details = { context_length: 2048, parameter_size: '', quantization_level: '' };
    expect(read({ details })).toMatchObject({
      contextLength: 2048,
      parameterSize: null,
      quantization: null,
    });
  });
});
