/** Programs that run models themselves and are started with one. */
import { textOf } from '../json.ts';
import { body, modelList, named, owned } from './reading.ts';
import type { Replies, ServerKind } from './reading.ts';

export const KOBOLDCPP: ServerKind = {
  kind: 'koboldcpp',
  paths: ['/api/extra/version'],
  recognise: (replies: Replies): string | null => {
    const version = body(replies, '/api/extra/version');
    return version?.result === 'KoboldCpp' ? named('KoboldCpp', version.version) : null;
  },
};

export const LLAMACPP: ServerKind = {
  kind: 'llamacpp',
  paths: ['/props', '/v1/models'],
  recognise: (replies: Replies): string | null => {
    const props = body(replies, '/props');
    const build = textOf(props?.build_info);
    const router = props?.role === 'router';
    // While it loads its model it answers 503 everywhere, but its `Server` header is set.
    const signed = replies.get('/props')?.server === 'llama.cpp';
    if (build === null && !router && !signed && !owned(replies, 'llamacpp')) return null;
    return named(router ? 'llama-server (router)' : 'llama-server', build?.split('-')[0]);
  },
};

export const VLLM: ServerKind = {
  kind: 'vllm',
  paths: ['/v1/models', '/version'],
  recognise: (replies: Replies): string | null =>
    owned(replies, 'vllm') ? named('vLLM', body(replies, '/version')?.version) : null,
};

export const SGLANG: ServerKind = {
  kind: 'sglang',
  paths: ['/v1/models', '/get_model_info'],
  recognise: (replies: Replies): string | null => {
    const info = body(replies, '/get_model_info');
    const described = textOf(info?.model_path) !== null && 'is_generation' in (info ?? {});
    return described || owned(replies, 'sglang') ? 'SGLang' : null;
  },
};

export const TABBYAPI: ServerKind = {
  kind: 'tabbyapi',
  paths: ['/v1/models'],
  recognise: (replies: Replies): string | null => (owned(replies, 'tabbyAPI') ? 'TabbyAPI' : null),
};

export const TGI: ServerKind = {
  kind: 'tgi',
  paths: ['/info'],
  recognise: (replies: Replies): string | null => {
    const info = body(replies, '/info');
    if (textOf(info?.model_id) === null || info?.max_total_tokens === undefined) {
      return null;
    }
    return named('Text Generation Inference', info.version);
  },
};

export const TEI: ServerKind = {
  kind: 'tei',
  paths: ['/info'],
  recognise: (replies: Replies): string | null => {
    const info = body(replies, '/info');
    if (info?.model_type === undefined || info.max_batch_tokens === undefined) return null;
    return named('Text Embeddings Inference', info.version);
  },
};

export const MLX: ServerKind = {
  kind: 'mlx',
  paths: ['/health', '/v1/models'],
  recognise: (replies: Replies): string | null => {
    const models = modelList(replies);
    const healthy = body(replies, '/health')?.status === 'ok';
    const python = replies.get('/health')?.server?.startsWith('BaseHTTP/') ?? false;
    if (!healthy || models === null) return null;
    const anonymous = models.length > 0 && models.every((model) => !('owned_by' in model));
    return anonymous || python ? 'mlx_lm.server' : null;
  },
};

export const TEXT_GENERATION_WEBUI: ServerKind = {
  kind: 'text-generation-webui',
  paths: ['/v1/models', '/v1/internal/model/info'],
  // TabbyAPI has the same path, and tells more there.
  recognise: (replies: Replies): string | null => {
    const info = body(replies, '/v1/internal/model/info');
    const isOwn = 'model_name' in (info ?? {}) && Array.isArray(info?.lora_names);
    return isOwn ? 'text-generation-webui' : null;
  },
};
