/** Embeddings, reranking and scoring in the shapes of OpenAI, Jina, vLLM and llama.cpp. */
import type { DialectParts } from './dialect.ts';
import { createDialect } from './dialect.ts';
import { llamaCppError, openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { InputOnlyFold } from './input-only.ts';
import { OPENAI_LENS } from './openai-request.ts';
import type { RequestLens } from './request.ts';

const LENS: RequestLens = { ...OPENAI_LENS, stream: () => false };

const PARTS: DialectParts = {
  id: 'openai-embeddings',
  lens: () => LENS,
  fold: (_route, head) => new InputOnlyFold(head),
  error: openAiError,
};

export const openAiEmbeddings: Dialect = createDialect(PARTS);

/** llama.cpp's unversioned paths, with bare arrays without counts and its own error shape. */
export const llamaCppEmbeddings: Dialect = createDialect({
  ...PARTS,
  id: 'llamacpp-embeddings',
  error: llamaCppError,
});
