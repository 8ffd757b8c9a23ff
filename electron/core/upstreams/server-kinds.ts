import { objectOf, objectsOf, textOf, type JsonObject } from './json.ts';
import type { ProbeReply } from './probe.ts';

/** The result of recognizing a server. */
export interface Fingerprint {
  /** Such as `ollama` or `llamacpp`; null for an unknown HTTP server. */
  readonly kind: string | null;
  /** The name to show, such as `Ollama 0.33.0`. */
  readonly label: string | null;
}

/** The replies so far, by path. */
export type Replies = ReadonlyMap<string, ProbeReply>;

/** How to recognize one kind of server. Only GET requests without side effects are sent. */
export interface ServerKind {
  readonly kind: string;
  readonly paths: readonly string[];
  /** The server's label, or null if it is another kind. Pure. */
  readonly recognise: (replies: Replies) => string | null;
  /** Further answers that mean a rejected or missing key. For all kinds 401 and 403 mean that. */
  readonly refuses?: (reply: Answer, hasKey: boolean) => boolean;
}

type Answer = Pick<ProbeReply, 'status' | 'json'>;

/**
 * All kinds in the order of the checks. Kinds that imitate others come first (KoboldCpp and Docker
 * Model Runner answer like Ollama), kinds with few features last. Two paths must never be used:
 * SGLang's `/health_generate`, which generates, and llama-swap's `/unload`, which unloads. LiteLLM
 * comes before the kinds that query `/health`, because it calls all its models there.
 */
export const SERVER_KINDS: readonly ServerKind[] = [
  {
    kind: 'koboldcpp',
    paths: ['/api/extra/version'],
    recognise: (replies: Replies): string | null => {
      const version = body(replies, '/api/extra/version');
      return version?.result === 'KoboldCpp' ? named('KoboldCpp', version.version) : null;
    },
  },
  {
    kind: 'llama-swap',
    paths: ['/running', '/api/version'],
    recognise: (replies: Replies): string | null =>
      Array.isArray(body(replies, '/running')?.running)
        ? named('llama-swap', body(replies, '/api/version')?.version)
        : null,
  },
  {
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
  },
  {
    kind: 'docker-model-runner',
    paths: ['/'],
    recognise: (replies: Replies): string | null =>
      says(replies, '/', 'Docker Model Runner is running') ? 'Docker Model Runner' : null,
  },
  {
    kind: 'ollama',
    paths: ['/', '/api/version', '/api/ps'],
    recognise: (replies: Replies): string | null => {
      const version = body(replies, '/api/version')?.version;
      // Behind a base path or a reverse proxy, the root may not be Ollama's own.
      const lists = Array.isArray(body(replies, '/api/ps')?.models);
      const itself = says(replies, '/', 'Ollama is running') || (lists && textOf(version) !== null);
      return itself ? named('Ollama', version) : null;
    },
  },
  {
    kind: 'litellm',
    // The first two need no key. The version is in the second, since 2026 in the third.
    paths: ['/health/liveliness', '/health/readiness', '/health/readiness/details'],
    recognise: (replies: Replies): string | null => {
      if (replies.get('/health/liveliness')?.json !== "I'm alive!") return null;
      const details = body(replies, '/health/readiness/details');
      const version =
        details?.litellm_version ?? body(replies, '/health/readiness')?.litellm_version;
      return named('LiteLLM', version);
    },
    // Without a database LiteLLM accepts only its master key. If it is installed without the
    // database package, a request without a key fails with 500.
    refuses: ({ status, json }: Answer, hasKey: boolean): boolean => {
      const error = objectOf(objectOf(json)?.error);
      return hasKey ? status === 400 && error?.type === 'no_db_connection' : status === 500;
    },
  },
  {
    kind: 'lmstudio',
    paths: ['/api/v1/models', '/api/v0/models'],
    recognise: (replies: Replies): string | null => {
      const models = objectsOf(body(replies, '/api/v1/models')?.models);
      const older = objectsOf(body(replies, '/api/v0/models')?.data);
      const current = models?.every((model) => Array.isArray(model.loaded_instances)) ?? false;
      const former = older?.some((model) => 'state' in model && 'arch' in model) ?? false;
      return current || former ? 'LM Studio' : null;
    },
  },
  {
    kind: 'vllm',
    paths: ['/v1/models', '/version'],
    recognise: (replies: Replies): string | null =>
      owned(replies, 'vllm') ? named('vLLM', body(replies, '/version')?.version) : null,
  },
  {
    kind: 'sglang',
    paths: ['/v1/models', '/get_model_info'],
    recognise: (replies: Replies): string | null => {
      const info = body(replies, '/get_model_info');
      const described = textOf(info?.model_path) !== null && 'is_generation' in (info ?? {});
      return described || owned(replies, 'sglang') ? 'SGLang' : null;
    },
  },
  {
    kind: 'tabbyapi',
    paths: ['/v1/models'],
    recognise: (replies: Replies): string | null =>
      owned(replies, 'tabbyAPI') ? 'TabbyAPI' : null,
  },
  {
    kind: 'tgi',
    paths: ['/info'],
    recognise: (replies: Replies): string | null => {
      const info = body(replies, '/info');
      if (textOf(info?.model_id) === null || info?.max_total_tokens === undefined) {
        return null;
      }
      return named('Text Generation Inference', info.version);
    },
  },
  {
    kind: 'tei',
    paths: ['/info'],
    recognise: (replies: Replies): string | null => {
      const info = body(replies, '/info');
      if (info?.model_type === undefined || info.max_batch_tokens === undefined) return null;
      return named('Text Embeddings Inference', info.version);
    },
  },
  {
    kind: 'localai',
    paths: ['/readyz', '/system', '/version'],
    recognise: (replies: Replies): string | null => {
      const system = body(replies, '/system');
      const described = Array.isArray(system?.backends) || Array.isArray(system?.loaded_models);
      if (replies.get('/readyz')?.status !== 200 || !described) return null;
      return named('LocalAI', body(replies, '/version')?.version);
    },
  },
  {
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
  },
  {
    kind: 'anthropic',
    paths: ['/v1/models'],
    recognise: (replies: Replies): string | null => {
      const answer = objectOf(replies.get('/v1/models')?.json);
      const error = objectOf(answer?.error);
      return answer?.type === 'error' && error !== null ? 'Anthropic API' : null;
    },
  },
  {
    kind: 'openai',
    paths: ['/v1/models'],
    recognise: (replies: Replies): string | null => {
      const answer = replies.get('/v1/models');
      const locked = isLocked(answer) && objectOf(answer?.json)?.error !== undefined;
      return modelList(replies) !== null || locked ? 'OpenAI-compatible server' : null;
    },
  },
];

/** True if the server demands a key. That also shows that it is running. */
export function isLocked(reply: Pick<ProbeReply, 'status'> | undefined): boolean {
  return reply?.status === 401 || reply?.status === 403;
}

/** Whether a server rejects a request because of its key or because it has none. */
export function refusesKey(kind: string | null, reply: Answer, hasKey: boolean): boolean {
  if (isLocked(reply)) return true;
  const refuses = SERVER_KINDS.find((each) => each.kind === kind)?.refuses;
  return refuses?.(reply, hasKey) ?? false;
}

/** The JSON object of a successful answer. */
function body(replies: Replies, path: string): JsonObject | null {
  const reply = replies.get(path);
  return reply?.status === 200 ? objectOf(reply.json) : null;
}

function says(replies: Replies, path: string, text: string): boolean {
  return replies.get(path)?.text?.trim() === text;
}

function modelList(replies: Replies): JsonObject[] | null {
  return objectsOf(body(replies, '/v1/models')?.data);
}

function owned(replies: Replies, owner: string): boolean {
  return modelList(replies)?.some((model) => model.owned_by === owner) ?? false;
}

function named(name: string, version: unknown): string {
  const text = textOf(version);
  return text === null || text.length > 40 ? name : `${name} ${text}`;
}
