import type { Attributes } from '@opentelemetry/api';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import type { ActivityRecord, Operation } from '../../../../shared/usage.ts';
import { OTHER, labelText } from '../prometheus/labels.ts';
import type { NameLimit } from '../prometheus/labels.ts';

/** The conventions' words for what was asked for; where they have none, ours stay. */
const OPERATIONS: Partial<Record<Operation, string>> = {
  completion: 'text_completion',
  embedding: 'embeddings',
};
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** What a server is until it was recognised. */
const UNKNOWN = 'unknown';
/** A server that is not recognised yet is looked at again no sooner than this. */
const REREAD_MS = 100;

/** The server behind the proxy, in the words of the conventions. */
export interface Server {
  /** What it was recognised as, such as `ollama`; `unknown` until then. */
  readonly provider: string;
  readonly address: string;
  readonly port: number;
}

/** The servers by their upstream's name. A look costs a whole snapshot, so they are remembered. */
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

/** Model names as they are told; both come from outside. */
export interface ModelNames {
  readonly request: string | null;
  readonly response: string | null;
}

/** Names for metrics: past the limit they are all `other`, for each one is a series. */
export class LimitedModels {
  readonly #request: NameLimit;
  readonly #response: NameLimit;

  constructor(limit: () => NameLimit) {
    this.#request = limit();
    this.#response = limit();
  }

  names({ model, responseModel }: ActivityRecord): ModelNames {
    const request = model === null ? null : this.#request.label(model);
    if (responseModel === null) return { request, response: null };
    return { request, response: request === OTHER ? OTHER : this.#response.label(responseModel) };
  }
}

/** Names for spans, which are not series: only their length is limited. */
export function fullNames({ model, responseModel }: ActivityRecord): ModelNames {
  return {
    request: model === null ? null : labelText(model),
    response: responseModel === null ? null : labelText(responseModel),
  };
}

/** What all metrics and spans of an exchange carry. What is unknown is left out. */
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

/** The status where the server answered with an error, else our word for what went wrong. */
export function errorAttributes({ error, status }: ActivityRecord): Attributes {
  if (error === null) return {};
  return { 'error.type': error === 'http_error' && status !== null ? `${status}` : error };
}
