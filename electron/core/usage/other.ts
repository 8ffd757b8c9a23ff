/**
 * All routes that are not known to generate tokens. They are relayed and counted as traffic only.
 */
import { createDialect } from './dialect.ts';
import { openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import { VALUE, object } from './json-shape.ts';
import { NO_FEATURES } from './request.ts';

const plain = createDialect({
  id: 'other',
  lens: () => ({
    shape: object({ model: VALUE, stream: VALUE }),
    stream: (value) => value === true,
    features: () => NO_FEATURES,
  }),
  fold: () => ({
    findings: new Findings(false),
    shape: object({}),
    ordinary: null,
    frame: () => null,
  }),
  error: openAiError,
});

/** The streams of unknown routes have an unknown form. */
export const other: Dialect = { ...plain, streamError: () => null };
