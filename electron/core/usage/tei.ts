/** The native paths of Text Embeddings Inference, with counts only in headers. */
import { createDialect } from './dialect.ts';
import { inferenceServerError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { InputOnlyFold } from './input-only.ts';
import { OPENAI_LENS } from './openai-request.ts';

export const tei: Dialect = createDialect({
  id: 'tei',
  lens: () => ({ ...OPENAI_LENS, stream: () => false }),
  fold: (_route, head) => new InputOnlyFold(head),
  error: inferenceServerError,
});
