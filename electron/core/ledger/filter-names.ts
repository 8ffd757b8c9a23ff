/** The closed sets that a filter chooses from. Objects, so that none can be forgotten. */
import type { Api, ErrorKind, Operation } from '../../../shared/usage.ts';

export const APIS = namesIn<Api>({
  ollama: true,
  openai: true,
  anthropic: true,
  llamacpp: true,
  other: true,
});

export const OPERATIONS = namesIn<Operation>({
  chat: true,
  completion: true,
  embedding: true,
  rerank: true,
  infill: true,
  image: true,
  audio: true,
  other: true,
});

/** `any` is every exchange that was no clean success. */
export const ERROR_CHOICES = namesIn<ErrorKind | 'any'>({
  any: true,
  http_error: true,
  stream_error: true,
  incomplete: true,
  client_aborted: true,
  upstream_died: true,
  upstream_unreachable: true,
  refused: true,
});

function namesIn<Name extends string>(all: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(all) as Name[];
}
