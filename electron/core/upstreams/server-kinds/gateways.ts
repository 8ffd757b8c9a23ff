/** Servers that pass requests on to others. */
import { objectOf } from '../json.ts';
import { body, named } from './reading.ts';
import type { Answer, Replies, ServerKind } from './reading.ts';

export const LLAMA_SWAP: ServerKind = {
  kind: 'llama-swap',
  paths: ['/running', '/api/version'],
  recognise: (replies: Replies): string | null =>
    Array.isArray(body(replies, '/running')?.running)
      ? named('llama-swap', body(replies, '/api/version')?.version)
      : null,
};

export const LITELLM: ServerKind = {
  kind: 'litellm',
  // The first two need no key. The version is in the second, since 2026 in the third.
  paths: ['/health/liveliness', '/health/readiness', '/health/readiness/details'],
  recognise: (replies: Replies): string | null => {
    if (replies.get('/health/liveliness')?.json !== "I'm alive!") return null;
    const details = body(replies, '/health/readiness/details');
    const version = details?.litellm_version ?? body(replies, '/health/readiness')?.litellm_version;
    return named('LiteLLM', version);
  },
  // Without a database LiteLLM accepts only its master key. If it is installed without the
  // database package, a request without a key fails with 500.
  refuses: ({ status, json }: Answer, hasKey: boolean): boolean => {
    const error = objectOf(objectOf(json)?.error);
    return hasKey ? status === 400 && error?.type === 'no_db_connection' : status === 500;
  },
};
