/** Every dialect, and the way from a request's first line to one of them. */
import type { Dialect, Route } from './extractor.ts';
import { llamaCpp } from './llamacpp.ts';
import { ollama } from './ollama.ts';
import { openAiChat } from './openai-chat.ts';
import { other } from './other.ts';
import type { Family } from './routes.ts';
import { ruleFor } from './routes.ts';

const DIALECTS: Readonly<Record<Family, Dialect>> = {
  ollama,
  'openai-chat': openAiChat,
  'openai-responses': other,
  'openai-embeddings': other,
  'openai-media': other,
  anthropic: other,
  llamacpp: llamaCpp,
  lmstudio: other,
  tei: other,
  generate: other,
  other,
};

/**
 * What a request's method and path say. Never fails: an unknown path is passed on and counts
 * nothing. The path may carry a query, which is ignored.
 */
export function routeRequest(method: string, path: string): Route {
  const endpoint = path.split(/[?#]/, 1)[0] ?? '';
  const { family, api, operation, inference } = ruleFor(method, endpoint);
  return { api, operation, endpoint, inference, dialect: DIALECTS[family] };
}

/** The body of an error that the proxy itself answers, in the shape that this path's clients read. */
export function errorBody(
  method: string,
  path: string,
  error: { readonly status: number; readonly code: string; readonly message: string },
): string {
  return routeRequest(method, path).dialect.errorBody(error);
}
