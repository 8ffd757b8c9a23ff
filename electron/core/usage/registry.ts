/** The list of all dialects, and the choice of one by a request's method and path. */
import type { StreamError } from '../proxy/tap.ts';
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
 * Determines the route from a request's method and path. Never fails: a request with an unknown
 * path is relayed but not counted. A query in the path is ignored.
 */
export function routeRequest(method: string, path: string): Route {
  const endpoint = path.split(/[?#]/, 1)[0] ?? '';
  const { family, api, operation, inference } = ruleFor(method, endpoint);
  return { api, operation, endpoint, inference, dialect: DIALECTS[family] };
}

/**
 * The body of an error answer of the proxy itself, in the shape that clients of this path expect.
 */
export function errorBody(
  method: string,
  path: string,
  error: { readonly status: number; readonly code: string; readonly message: string },
): string {
  return routeRequest(method, path).dialect.errorBody(error);
}

/**
 * The text that ends a stream of this path with an error, in the form that its clients expect: a
 * server-sent event or a line of JSON. Null if the path has no known form.
 */
export const streamError: StreamError = (method, path, format, error) =>
  routeRequest(method, path).dialect.streamError(format, error);
