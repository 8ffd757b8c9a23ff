import type { Attributes } from '@opentelemetry/api';
import { canonicalModelName } from '../../../../shared/model-names.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import type { ActivityRecord, Operation } from '../../../../shared/usage.ts';
import { OTHER, labelText } from '../prometheus/labels.ts';
import type { NameLimit } from '../prometheus/labels.ts';

/** The operation names of the conventions. Operations without one keep Tokwatt's name. */
const OPERATIONS: Partial<Record<Operation, string>> = {
  completion: 'text_completion',
  embedding: 'embeddings',
};
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** The provider of a server that is not recognized yet. */
const UNKNOWN = 'unknown';
/** Shortest time between two lookups of an unrecognized server, milliseconds. */
const REREAD_MS = 100;

/** The server behind the proxy, in terms of the conventions. */
export interface Server {
  /** The server's kind, such as `ollama`; `unknown` until it is recognized. */
  readonly provider: string;
  readonly address: string;
  readonly port: number;
}

/**
 * The servers by their upstream's name. They are cached, because a lookup needs a whole snapshot.
 */
export class Servers {
  readonly #snapshot: () => Snapshot;
  #known = new Map<string, Server>();
  #readAt = -Infinity;

  constructor(snapshot: () => Snapshot) {
    this.#snapshot = snapshot;
  }

  of(upstream: string): Server | undefined {
    const server = this.#known.get(upstream);
    const isVague = server === undefined || server.provider === UNKNOWN;
    if (isVague && performance.now() - this.#readAt >= REREAD_MS) {
      this.learn(this.#snapshot().state.upstreams);
    }
    return this.#known.get(upstream);
  }

  learn(upstreams: readonly UpstreamState[]): void {
    this.#known = new Map(upstreams.map((upstream) => [upstream.name, serverOf(upstream)]));
    this.#readAt = performance.now();
  }
}

function serverOf({ kind, targetUrl }: UpstreamState): Server {
  const { hostname, port, protocol } = new URL(targetUrl);
  return {
    provider: kind ?? UNKNOWN,
    address: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port),
  };
}

export function serverAttributes(server: Server | undefined): Attributes {
  return server === undefined
    ? {}
    : { 'server.address': server.address, 'server.port': server.port };
}

/** The model names that are exported. The client and the server choose them. */
export interface ModelNames {
  readonly request: string | null;
  readonly response: string | null;
}

/** Model names for metrics. Names past the limit become `other`, because each name is a series. */
export class LimitedModels {
  readonly #request: NameLimit;
  readonly #response: NameLimit;

  constructor(limit: () => NameLimit) {
    this.#request = limit();
    this.#response = limit();
  }

  /** Metrics are sums by model, so a model has one name in them, also where the server repeats another. */
  names({ model, countedModel, responseModel }: ActivityRecord, server?: Server): ModelNames {
    const asked = countedModel ?? model;
    const request = asked === null ? null : this.#request.label(asked);
    if (responseModel === null) return { request, response: null };
    const answered = canonicalModelName(server?.provider ?? null, responseModel);
    return { request, response: request === OTHER ? OTHER : this.#response.label(answered) };
  }
}

/** Model names for spans, which are not series. Only their length is limited. */
export function fullNames({ model, responseModel }: ActivityRecord): ModelNames {
  return {
    request: model === null ? null : labelText(model),
    response: responseModel === null ? null : labelText(responseModel),
  };
}

/** The attributes of all metrics and spans of an exchange. Unknown values are left out. */
export function genAiAttributes(
  { operation }: ActivityRecord,
  server: Server | undefined,
  { request, response }: ModelNames,
): Attributes {
  return {
    'gen_ai.operation.name': operationName(operation),
    'gen_ai.provider.name': server?.provider ?? UNKNOWN,
    ...(request === null ? {} : { 'gen_ai.request.model': request }),
    ...(response === null ? {} : { 'gen_ai.response.model': response }),
    ...serverAttributes(server),
  };
}

export function operationName(operation: Operation): string {
  return OPERATIONS[operation] ?? operation;
}

/** `error.type`: the status if the server answered with an error, else Tokwatt's own error kind. */
export function errorAttributes({ error, status }: ActivityRecord): Attributes {
  if (error === null) return {};
  return { 'error.type': error === 'http_error' && status !== null ? `${status}` : error };
}
