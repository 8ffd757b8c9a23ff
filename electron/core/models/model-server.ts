import type { JsonObject } from '../upstreams/json.ts';
import { TokwattError } from '../errors.ts';
import type { ChatDialect } from './chat.ts';
import type { ServerCalls } from './server-calls.ts';
import { titleOf } from './target.ts';
import type { Target } from './target.ts';

/** A model that a server could serve, as it tells of it; null for what it does not tell. */
export interface ServerModel {
  readonly name: string;
  /** On disk, in bytes. */
  readonly size: number | null;
  readonly digest: string | null;
  /** RFC 3339, as Ollama writes it. */
  readonly modifiedAt: string | null;
  readonly details: ModelDetails;
  /** Null: the server's list of loaded models tells. */
  readonly loaded: boolean | null;
}

export interface ModelDetails {
  readonly format: string | null;
  /** The architecture, such as `llama`. */
  readonly family: string | null;
  /** Such as `8.2B`. */
  readonly parameterSize: string | null;
  readonly quantizationLevel: string | null;
}

/** One way to ask a kind of server which models it has. */
export interface ModelList {
  readonly path: string;
  /** Null if this is not what this kind of server answers. Pure. */
  readonly parse: (body: unknown) => ServerModel[] | null;
}

/** Does something to a model, and resolves when it is done. Throws TokwattErrors. */
export type Action = (calls: ServerCalls, model: string) => Promise<void>;

/** How a download is asked for; its progress comes in the lines of Ollama's `/api/pull`. */
export interface PullRequest {
  readonly path: string;
  readonly body: (model: string, insecure: boolean) => JsonObject;
}

/** Why a kind of server does not do a thing, as half a sentence that begins with "it". */
export interface Cannot {
  readonly cannot: string;
}

/** What can be done with the models of one kind of server. */
export interface ModelServer {
  /** Best first. */
  readonly lists: readonly ModelList[];
  readonly chat: ChatDialect | Cannot;
  readonly load: Action | Cannot;
  readonly unload: Action | Cannot;
  readonly remove: Action | Cannot;
  readonly pull: PullRequest | Cannot;
}

/** The ability, or `cannot` (501) with the reason why there is none. */
export function able<Ability extends object>(
  target: Target,
  what: string,
  ability: Ability | Cannot,
): Ability {
  if ('cannot' in ability) throw cannot(target, what, ability.cannot);
  return ability;
}

/** What a server does not do, and why; `why` is half a sentence that begins with "it". */
export function cannot(target: Target, what: string, why: string): TokwattError {
  return new TokwattError('cannot', `${titleOf(target)} cannot ${what}: ${why}.`, { status: 501 });
}

/** A model of which no more than its name is known. */
export function serverModel(
  name: string,
  known: Partial<Omit<ServerModel, 'details'>> & { readonly details?: Partial<ModelDetails> } = {},
): ServerModel {
  const { details, ...rest } = known;
  return {
    name,
    size: null,
    digest: null,
    modifiedAt: null,
    loaded: null,
    ...rest,
    details: {
      format: null,
      family: null,
      parameterSize: null,
      quantizationLevel: null,
      ...details,
    },
  };
}
