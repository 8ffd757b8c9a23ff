/** The shapes of the table of clients: what to change in each so that it asks Tokwatt's proxy. */

/** The API that a client speaks. */
export type ClientApi = (typeof CLIENT_APIS)[number];
export const CLIENT_APIS = ['openai', 'responses', 'anthropic', 'ollama'] as const;

export const CLIENT_IDS = [
  'ollama',
  'ollama-js',
  'curl',
  'openai-python',
  'openai-js',
  'anthropic-python',
  'claude-code',
  'codex',
  'open-webui',
  'continue',
  'cline',
  'zed',
  'langchain',
  'llamaindex',
  'n8n',
  'aider',
  'cursor',
  'litellm',
  'other',
] as const;
export type ClientId = (typeof CLIENT_IDS)[number];

/** The proxy that a client is pointed at. */
export interface ClientTarget {
  readonly proxyUrl: string;
  /** The recognized kind of the server; null until it has answered. */
  readonly kind: string | null;
  /** `win32` for cmd.exe, anything else for a POSIX shell. */
  readonly platform: string;
  readonly model: string;
}

/** Where the text belongs. Paths and labels are those of the client, in English. */
export type Place =
  | { readonly kind: 'shell' | 'code' | 'address' }
  | { readonly kind: 'file' | 'field'; readonly path: string };

/** What else must be known. The words are in the catalogue. */
export type GuideNote = 'messages' | 'responses' | 'container' | 'remote';

/** What to change in one client. */
export interface ClientGuide {
  readonly id: ClientId;
  /** Its own name, the same in all languages; null for clients that are not in this table. */
  readonly name: string | null;
  readonly place: Place;
  /** What to copy there. */
  readonly text: string;
  /** The API that it then speaks, for a request that tests the way. */
  readonly api: ClientApi;
  readonly note: GuideNote | null;
  /** The page of its documentation that says so; null for none. */
  readonly docs: string | null;
  /**
   * The names under which the meter sees it: applications by their User-Agent, and programs. Several
   * clients share the name of an SDK.
   */
  readonly seenAs: readonly string[];
}

/** The part of a guide that depends on the server. */
export type GuideParts = Pick<ClientGuide, 'place' | 'text' | 'api'> &
  Partial<Pick<ClientGuide, 'note'>>;
