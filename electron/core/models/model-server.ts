import type { ModelPurpose } from '../../../shared/models-view.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { PlainCode } from '../../../shared/sentences.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { TokwattError } from '../errors.ts';
import type { ChatDialect } from './chat.ts';
import type { ServerCalls } from './server-calls.ts';
import { titleOf } from './target.ts';
import type { Target } from './target.ts';

/** A model that a server can serve; null for values that the server does not report. */
export interface ServerModel {
  readonly name: string;
  /** Size on disk, bytes. */
  readonly size: number | null;
  readonly digest: string | null;
  /** RFC 3339, in Ollama's form. */
  readonly modifiedAt: string | null;
  readonly details: ModelDetails;
  /** Null if only the server's list of loaded models shows it. */
  readonly loaded: boolean | null;
  readonly purpose: ModelPurpose | null;
  /** Longest context that it was made for, tokens. */
  readonly contextMaximum: number | null;
}

export interface ModelDetails {
  readonly format: string | null;
  /** The architecture, such as `llama`. */
  readonly family: string | null;
  /** Such as `8.2B`. */
  readonly parameterSize: string | null;
  readonly quantizationLevel: string | null;
}

/** One way to list the models of a server kind. */
export interface ModelList {
  readonly path: string;
  /** Null if the body is not an answer of this server kind. Pure. */
  readonly parse: (body: unknown) => ServerModel[] | null;
}

/** An action on a model. Resolves when it is done. Throws TokwattErrors. */
export type Action = (calls: ServerCalls, model: string) => Promise<void>;

/** How long a model stays loaded without requests: seconds, a Go duration (`1h30m`), or -1. */
export type KeepAlive = number | string;

/** Loads a model for a given time. If it is loaded, only the time changes. */
export type TimedLoad = (calls: ServerCalls, model: string, keepAlive: KeepAlive) => Promise<void>;

/** Gives a model a second name. */
export type Copy = (calls: ServerCalls, model: string, destination: string) => Promise<void>;

/** The request for a download. Its progress comes in the lines of Ollama's `/api/pull`. */
export interface PullRequest {
  readonly path: string;
  readonly body: (model: string, insecure: boolean) => JsonObject;
}

/** The code of the reason why a server kind cannot do something: half a sentence about "it". */
export interface Cannot {
  readonly cannot: PlainCode;
}

/** What a server can or cannot do, as in "cannot load models". */
export type ActionCode = Extract<PlainCode, `action_${string}`>;

/** The model management that one server kind supports. */
export interface ModelServer {
  /** Best first. */
  readonly lists: readonly ModelList[];
  readonly chat: ChatDialect | Cannot;
  readonly load: Action | Cannot;
  readonly loadFor: TimedLoad | Cannot;
  readonly unload: Action | Cannot;
  readonly remove: Action | Cannot;
  readonly copy: Copy | Cannot;
  readonly pull: PullRequest | Cannot;
}

/** Returns the ability. Throws `cannot` (501) with the reason if the server does not have it. */
export function able<Ability extends object>(
  target: Target,
  what: ActionCode,
  ability: Ability | Cannot,
): Ability {
  if ('cannot' in ability) throw cannot(target, what, ability.cannot);
  return ability;
}

/** The error for an unsupported action. */
export function cannot(target: Target, what: ActionCode, why: PlainCode): TokwattError {
  const values = { server: titleOf(target), action: { text: what }, why: { text: why } };
  return new TokwattError('cannot', sentence('server_cannot', values), { status: 501 });
}

/** A model of which only the name is known, plus `known` values. */
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
    purpose: null,
    contextMaximum: null,
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
