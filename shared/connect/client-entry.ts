import type { ClientGuide, ClientTarget, GuideParts } from './client-guide.ts';

/** What a guide is made of. */
export interface GuideFacts extends ClientTarget {
  /** The proxy's address without a final slash. */
  readonly base: string;
  /** Before the server has answered, Ollama is assumed, because it is the default. */
  readonly isOllama: boolean;
}

/** One client of the table. */
export type ClientEntry = Pick<ClientGuide, 'name' | 'docs' | 'seenAs'> & {
  /** Null for a client that does not speak to this kind of server. */
  readonly parts: (facts: GuideFacts) => GuideParts | null;
};

/** The names that the meter gives the SDKs on which other clients are built. */
export const OPENAI_PYTHON = 'OpenAI SDK (Python)';
export const OPENAI_JS = 'OpenAI SDK (JavaScript)';
export const OLLAMA_PYTHON = 'Ollama SDK (Python)';
export const OLLAMA_JS = 'Ollama SDK (JavaScript)';
