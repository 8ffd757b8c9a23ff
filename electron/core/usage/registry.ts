/** Every dialect, and the way from a request's first line to one of them. */
import { anthropic } from './anthropic.ts';
import type { Dialect, Route } from './extractor.ts';
import { generate } from './generate.ts';
import { llamaCpp } from './llamacpp.ts';
import { lmStudio } from './lmstudio.ts';
import { ollama } from './ollama.ts';
import { openAiChat } from './openai-chat.ts';
import { llamaCppEmbeddings, openAiEmbeddings } from './openai-embeddings.ts';
import { openAiMedia } from './openai-media.ts';
import { openAiResponses } from './openai-responses.ts';
import { other } from './other.ts';
import { tei } from './tei.ts';
import type { Family } from './routes.ts';
import { ruleFor } from './routes.ts';

const DIALECTS: Readonly<Record<Family, Dialect>> = {
  ollama,
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  'openai-embeddings': openAiEmbeddings,
  'llamacpp-embeddings': llamaCppEmbeddings,
  'openai-media': openAiMedia,
  anthropic,
  llamacpp: llamaCpp,
  lmstudio: lmStudio,
  tei,
  generate,
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
