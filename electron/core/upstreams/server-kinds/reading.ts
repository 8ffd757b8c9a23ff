import { objectOf, objectsOf, textOf, type JsonObject } from '../json.ts';
import type { ProbeReply } from '../probe.ts';

/** The result of recognizing a server. */
export interface Fingerprint {
  /** Such as `ollama` or `llamacpp`; null for an unknown HTTP server. */
  readonly kind: string | null;
  /** The name to show, such as `Ollama 0.33.0`. */
  readonly label: string | null;
}

/** The replies so far, by path. */
export type Replies = ReadonlyMap<string, ProbeReply>;

/** How to recognize one kind of server. Only GET requests without side effects are sent. */
export interface ServerKind {
  readonly kind: string;
  readonly paths: readonly string[];
  /** The server's label, or null if it is another kind. Pure. */
  readonly recognise: (replies: Replies) => string | null;
  /** Further answers that mean a rejected or missing key. For all kinds 401 and 403 mean that. */
  readonly refuses?: (reply: Answer, hasKey: boolean) => boolean;
}

export type Answer = Pick<ProbeReply, 'status' | 'json'>;

/** True if the server demands a key. That also shows that it is running. */
export function isLocked(reply: Pick<ProbeReply, 'status'> | undefined): boolean {
  return reply?.status === 401 || reply?.status === 403;
}

/** The JSON object of a successful answer. */
export function body(replies: Replies, path: string): JsonObject | null {
  const reply = replies.get(path);
  return reply?.status === 200 ? objectOf(reply.json) : null;
}

/** True if the body of an answer is this text. */
export function says(replies: Replies, path: string, text: string): boolean {
  return replies.get(path)?.text?.trim() === text;
}

/** The models of `/v1/models`; null if it is no list. */
export function modelList(replies: Replies): JsonObject[] | null {
  return objectsOf(body(replies, '/v1/models')?.data);
}

/** True if one of the models names this owner. */
export function owned(replies: Replies, owner: string): boolean {
  return modelList(replies)?.some((model) => model.owned_by === owner) ?? false;
}

/** The label of a server, with its version if it is one. */
export function named(name: string, version: unknown): string {
  const text = textOf(version);
  return text === null || text.length > 40 ? name : `${name} ${text}`;
}
