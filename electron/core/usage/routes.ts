/**
 * Maps a path to its dialect and operation. All servers share these rules, because the path alone
 * identifies the format.
 */
import type { Api, Operation } from '../../../shared/usage.ts';

/** The families of wire formats. Each has its own file. */
export type Family =
  | 'ollama'
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-embeddings'
  | 'llamacpp-embeddings'
  | 'openai-media'
  | 'anthropic'
  | 'llamacpp'
  | 'lmstudio'
  | 'tei'
  | 'generate'
  | 'other';

export interface PathRule {
  readonly family: Family;
  readonly api: Api;
  readonly operation: Operation;
  readonly inference: boolean;
}

type Entry = readonly [pattern: RegExp, rule: PathRule];

function meters(family: Family, api: Api, operation: Operation): PathRule {
  return { family, api, operation, inference: true };
}

function passes(family: Family, api: Api): PathRule {
  return { family, api, operation: 'other', inference: false };
}

/**
 * Patterns match the end of a path at a segment border, so that prefixes (`/engines/…`, `/api/v0`,
 * `/v`, an `--api-prefix`) do not matter. The first match counts. Unversioned paths at the root are
 * llama.cpp's or TEI's own formats.
 */
const POST_RULES: readonly Entry[] = [
  [/\/api\/generate$/, meters('ollama', 'ollama', 'completion')],
  [/\/api\/chat$/, meters('ollama', 'ollama', 'chat')],
  [/\/api\/embed$/, meters('ollama', 'ollama', 'embedding')],
  [/\/api\/embeddings$/, meters('ollama', 'ollama', 'embedding')],
  [/\/api\/v1\/chat$/, meters('lmstudio', 'other', 'chat')],
  [/\/api\/(?:v1|latest)\/generate$/, meters('generate', 'other', 'completion')],
  [/\/api\/extra\/generate\/stream$/, meters('generate', 'other', 'completion')],
  [/\/chat\/completions$/, meters('openai-chat', 'openai', 'chat')],
  [/\/(?:v\d|engines)(?:\/.*)?\/completions$/, meters('openai-chat', 'openai', 'completion')],
  [/\/deployments\/[^/]+\/completions$/, meters('openai-chat', 'openai', 'completion')],
  [/\/responses(?:\/compact)?$/, meters('openai-responses', 'openai', 'chat')],
  [/\/v1\/systemone$/, meters('openai-responses', 'openai', 'other')],
  [
    /\/(?:v1|engines(?:\/[^/]+)?|anthropic)\/messages$|^\/messages$/,
    meters('anthropic', 'anthropic', 'chat'),
  ],
  [
    /\/(?:v\d|engines|deployments)(?:\/.*)?\/embeddings$/,
    meters('openai-embeddings', 'openai', 'embedding'),
  ],
  [
    /\/(?:v\d|engines)(?:\/.*)?\/(?:rerank|reranking|score)$/,
    meters('openai-embeddings', 'openai', 'rerank'),
  ],
  [/\/(?:pooling|classify)$/, meters('openai-embeddings', 'openai', 'embedding')],
  [/\/score$/, meters('openai-embeddings', 'openai', 'rerank')],
  [/\/audio\/(?:transcriptions|translations|speech)$/, meters('openai-media', 'openai', 'audio')],
  [/\/images\/(?:generations|edits|variations)$/, meters('openai-media', 'openai', 'image')],
  [/\/completions?$/, meters('llamacpp', 'llamacpp', 'completion')],
  [/\/infill$/, meters('llamacpp', 'llamacpp', 'infill')],
  [/\/embeddings?$/, meters('llamacpp-embeddings', 'llamacpp', 'embedding')],
  [/\/(?:rerank|reranking)$/, meters('llamacpp-embeddings', 'llamacpp', 'rerank')],
  [/\/(?:embed|embed_all|embed_sparse|similarity)$/, meters('tei', 'other', 'embedding')],
  [/\/predict$/, meters('tei', 'other', 'other')],
  [/\/generate(?:_stream)?$/, meters('generate', 'other', 'completion')],
];

/** Other routes: lists, counts, loads. They determine only the shape of errors. */
const OTHER_RULES: readonly Entry[] = [
  [/\/v1\/messages(?:\/|$)/, passes('anthropic', 'anthropic')],
  [/\/api\/(?:v0|extra)(?:\/|$)/, passes('other', 'other')],
  [/\/api\/v1(?:\/|$)/, passes('other', 'other')],
  [
    /\/api\/(?:generate|chat|embed|embeddings|tags|ps|show|pull|push|create|copy|delete|blobs|version|status|me|signout|user|experimental)(?:\/|$)/,
    passes('ollama', 'ollama'),
  ],
  [
    /^\/(?:completions?|infill|embeddings?|rerank|reranking|slots|props|tokenize|detokenize|apply-template|lora-adapters)(?:\/|$)/,
    passes('llamacpp', 'llamacpp'),
  ],
  [/\/v\d(?:beta)?\//, passes('openai-chat', 'openai')],
];

const UNKNOWN: PathRule = passes('other', 'other');

/** Paths that end like an inference endpoint but only count, poll or replay. */
const NOT_INFERENCE = /\/(?:count_tokens|input_tokens|generate\/check|v\d\/streams?(?:\/.*)?)$/;

/** The rule for a method and a path without its query. Never fails. */
export function ruleFor(method: string, path: string): PathRule {
  const rest = splitPassthrough(path)?.rest ?? path;
  const plain = rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (method === 'POST' && !NOT_INFERENCE.test(plain)) {
    const rule = find(POST_RULES, plain);
    if (rule !== null) return rule;
  }
  return find(OTHER_RULES, plain) ?? UNKNOWN;
}

/**
 * Splits llama-swap's `/upstream/<model>/<path>`. A model's name may contain slashes, so it ends
 * where a known path begins; if there is none, after the first segment.
 */
export function splitPassthrough(path: string): { model: string; rest: string } | null {
  const prefix = /^(?:\/v)?\/upstream\//.exec(path)?.[0];
  if (prefix === undefined) return null;
  const first = path.indexOf('/', prefix.length);
  if (first === -1) return null;
  const known =
    /\/(?:v\d|api|engines)\/.*$|\/(?:chat\/completions|completions?|infill|embeddings?|rerank|reranking|responses|tokenize|detokenize|props|slots|health|metrics)$/.exec(
      path.slice(prefix.length),
    );
  const end = known === null ? first : prefix.length + known.index;
  return { model: path.slice(prefix.length, end), rest: path.slice(end) };
}

function find(rules: readonly Entry[], path: string): PathRule | null {
  return rules.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
