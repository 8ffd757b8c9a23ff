/**
 * Reads the id of the session, a conversation or a run of an agent, that a client gives to its
 * requests. There is no standard. The names and their sources are in docs/metering.md.
 */
import type { Shape } from './json-shape.ts';
import { SAMPLE, VALUE, object } from './json-shape.ts';
import { isObject, parseJson, text } from './json-text.ts';
import type { RequestBody } from './request-body.ts';

/** Header names in lower case. The first one with a value counts. */
export const SESSION_HEADERS: readonly string[] = [
  'x-session-id',
  // Claude Code since 2.1.86
  'x-claude-code-session-id',
  // Codex: with a hyphen now, with an underscore before; its ids of threads and conversations
  'session-id',
  'session_id',
  'thread-id',
  'conversation_id',
  // opencode
  'x-opencode-session',
  'x-session-affinity',
  // Open WebUI with ENABLE_FORWARD_USER_INFO_HEADERS
  'x-openwebui-chat-id',
  // Gateways and tracing
  'x-litellm-session-id',
  'x-litellm-trace-id',
  'helicone-session-id',
  'langfuse_session_id',
  // Names in general use
  'x-conversation-id',
  'x-chat-id',
  'x-thread-id',
];

const MAX_ID = 128;

/** The session's id in the request's headers; null if there is none. */
export function sessionInHeaders(header: (name: string) => string | undefined): string | null {
  for (const name of SESSION_HEADERS) {
    const id = cleanId(header(name));
    if (id !== null) return id;
  }
  return null;
}

/** The members of a request that may hold the id of a session. */
export const SESSION_MEMBERS: Readonly<Record<string, Shape>> = {
  session_id: SAMPLE,
  litellm_session_id: SAMPLE,
  conversation: VALUE,
  prompt_cache_key: SAMPLE,
  previous_response_id: SAMPLE,
  metadata: object({
    session_id: SAMPLE,
    litellm_session_id: SAMPLE,
    langfuse_session_id: SAMPLE,
    conversation_id: SAMPLE,
    thread_id: SAMPLE,
    chat_id: SAMPLE,
    user_id: VALUE,
  }),
  client_metadata: object({ session_id: SAMPLE, thread_id: SAMPLE }),
};

/** In the order of their weight. `user` is missing, because a user has many sessions. */
const PATHS: readonly (readonly string[])[] = [
  ['session_id'],
  ['litellm_session_id'],
  ['metadata', 'session_id'],
  ['metadata', 'litellm_session_id'],
  ['metadata', 'langfuse_session_id'],
  ['metadata', 'conversation_id'],
  ['metadata', 'thread_id'],
  ['metadata', 'chat_id'],
  ['client_metadata', 'session_id'],
  ['client_metadata', 'thread_id'],
  ['conversation', 'id'],
  ['conversation'],
];

/** The session's id in the request's body; null if there is none. */
export function sessionInBody(body: RequestBody): string | null {
  for (const path of PATHS) {
    const id = cleanId(body.get(...path));
    if (id !== null) return id;
  }
  return (
    claudeCodeSession(body.get('metadata', 'user_id')) ?? cleanId(body.get('prompt_cache_key'))
  );
}

/** The id of the response that this request continues; null if there is none. */
export function previousResponse(body: RequestBody): string | null {
  return cleanId(body.get('previous_response_id'));
}

/**
 * Claude Code's session is a part of its user id: `user_…_account_…_session_ID`, or JSON with a
 * `session_id` since March 2026.
 */
function claudeCodeSession(value: unknown): string | null {
  const id = text(value);
  if (id === null) return null;
  const written = /_session_([\w-]{8,})$/.exec(id)?.[1];
  if (written !== undefined) return cleanId(written);
  const parsed = id.startsWith('{') ? parseJson(Buffer.from(id).toString('latin1')) : null;
  return isObject(parsed) ? cleanId(parsed.session_id) : null;
}

/** The first 128 printable characters; null without any. Numbers are ids too. */
export function cleanId(value: unknown): string | null {
  const given = typeof value === 'number' ? String(value) : text(value);
  if (given === null) return null;
  const printable = given.slice(0, MAX_ID * 2).replace(/\p{C}/gu, '');
  // Cutting may leave half of a pair.
  const id = printable
    .trim()
    .slice(0, MAX_ID)
    .replace(/\p{Surrogate}$/u, '');
  return id === '' ? null : id;
}
