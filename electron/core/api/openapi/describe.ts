import { toJsonSchema } from '@valibot/to-json-schema';
import type { Context, MiddlewareHandler } from 'hono';
import { uniqueSymbol } from 'hono-openapi';
import type { DescribeRouteOptions } from 'hono-openapi';
import type { OpenAPIV3_1 } from 'openapi-types';
import type * as v from 'valibot';
import { snakeCase } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';

type Schema = v.GenericSchema;
type JsonSchema = ReturnType<typeof toJsonSchema>;
type Parameters = NonNullable<DescribeRouteOptions['parameters']>;

/** The input and output of one endpoint, for the OpenAPI document. */
export interface Endpoint {
  readonly tag: Tag;
  /** A few words without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** The replacement of an endpoint that is kept only for older programs. */
  readonly deprecated?: string;
  /** Schema of the path's parameters. Parameters without a schema are strings. */
  readonly params?: Schema;
  /** Schema of the query, with the camelCase keys that `checked` uses. */
  readonly query?: Schema;
  /** Schema of the JSON body, with the same kind of keys. */
  readonly body?: Schema | Ready;
  /** True if the body may be omitted. */
  readonly bodyIsOptional?: boolean;
  /**
   * Schema of the JSON answer, in camelCase or as it is sent; null for an answer without a body.
   */
  readonly answer: Schema | Ready | null | Streamed;
  /** Status of success; 200 by default. */
  readonly status?: number;
  /** Statuses of possible problems, in addition to those that all endpoints have. */
  readonly problems?: readonly number[];
}

/** A JSON Schema, for cases that valibot cannot express as well. */
export interface Ready {
  readonly json: OpenAPIV3_1.SchemaObject;
}

/** An answer that is not a single JSON document, by media type. */
export interface Streamed {
  readonly media: readonly string[];
  readonly description: string;
}

/** The groups of the document. */
export const TAGS = {
  state: 'What is now',
  activity: 'Finished exchanges',
  history: 'Charts, percentiles, sums',
  stats: 'The shapes of the ollama-local-serve stack',
  counters: 'Totals, periods and jobs',
  clients: 'Applications and keys',
  cost: 'Costs, budgets and prices',
  models: 'Models of the upstreams',
  data: 'What is stored, and its management',
  alerts: 'Alert rules and what they say',
  insights: 'What models and the machine waste, and what to do',
  exporters: 'Where figures are sent',
  settings: 'Settings and the token',
  metrics: 'Prometheus',
  document: 'This document',
} as const;
type Tag = keyof typeof TAGS;

/**
 * Middleware for an endpoint: adds it to the document, and rejects queries with unknown or repeated
 * parameters.
 */
export function described(endpoint: Endpoint): MiddlewareHandler {
  const known = namesOf(endpoint.query);
  const middleware: MiddlewareHandler = async (c, next) => {
    checkQuery(c, known);
    await next();
  };
  let spec: DescribeRouteOptions | null = null;
  // Created on first use, because most runs never serve the document.
  const described = {
    get spec() {
      return (spec ??= specOf(endpoint));
    },
  };
  return Object.assign(middleware, { [uniqueSymbol]: described });
}

function checkQuery(c: Context, known: ReadonlySet<string>): void {
  for (const [name, values] of Object.entries(c.req.queries())) {
    const wrong = !known.has(name)
      ? `there is no such parameter here${known.size === 0 ? '' : `; there are ${[...known].join(', ')}`}`
      : values.length > 1
        ? 'is given more than once'
        : null;
    if (wrong !== null) throw new TokwattError('bad_request', `${name}: ${wrong}`, { status: 400 });
  }
}

/** The wire names of an object schema's members. */
function namesOf(schema: Schema | undefined): ReadonlySet<string> {
  if (schema === undefined || !('entries' in schema)) return new Set();
  return new Set(Object.keys(schema.entries as object).map(snakeCase));
}

function specOf(endpoint: Endpoint): DescribeRouteOptions {
  const { tag, summary, description, params, query, body, bodyIsOptional = false } = endpoint;
  return {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(endpoint.deprecated === undefined
      ? {}
      : { deprecated: true, description: `Deprecated: use ${endpoint.deprecated}.` }),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')] as Parameters,
    ...(body === undefined
      ? {}
      : { requestBody: { required: !bodyIsOptional, content: json(body, 'input') } }),
    responses: responsesOf(endpoint),
  };
}

function responsesOf({
  answer,
  status = 200,
  problems = [],
}: Endpoint): NonNullable<DescribeRouteOptions['responses']> {
  const problem = { $ref: '#/components/responses/Problem' };
  const codes = [...new Set([400, 401, 403, ...problems])];
  const refusals = Object.fromEntries(codes.map((code) => [`${code}`, problem] as const));
  return { [status]: successOf(answer), ...refusals };
}

function successOf(answer: Endpoint['answer']): OpenAPIV3_1.ResponseObject {
  if (answer === null) return { description: 'Done.' };
  if ('media' in answer) {
    const content = answer.media.map((media) => [media, { schema: { type: 'string' } }] as const);
    return { description: answer.description, content: Object.fromEntries(content) };
  }
  return { description: 'The result.', content: json(answer, 'output') };
}

function json(
  schema: Schema | Ready,
  mode: Mode,
): Record<string, { schema: OpenAPIV3_1.SchemaObject }> {
  const content = 'json' in schema ? schema.json : schemaOf(schema, mode);
  return { 'application/json': { schema: content } };
}

/** Each member of a schema as a parameter. A list is one string, separated by commas. */
function parametersOf(given: Schema | undefined, place: 'path' | 'query'): object[] {
  if (given === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(given, 'input');
  return Object.entries(properties).map(([name, member]) => {
    const { description, ...schema } = textual(member);
    return {
      name: snakeCase(name),
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      ...(schema.type === 'array' ? { style: 'form', explode: false } : {}),
      schema,
    };
  });
}

/** The schema of a parameter without `null`, which a query cannot express. */
function textual(member: JsonSchema | boolean): JsonSchema {
  if (typeof member === 'boolean') return {};
  const { anyOf, ...rest } = member;
  const options = (anyOf ?? []).filter(
    (option) => typeof option !== 'object' || option.type !== 'null',
  );
  const only = options.length === 1 ? options[0] : undefined;
  return typeof only === 'object' ? { ...rest, ...only } : member;
}

type Mode = 'input' | 'output';

/** Converts a valibot schema to JSON Schema with snake_case keys at all levels. */
export function schemaOf(schema: Schema, mode: Mode): OpenAPIV3_1.SchemaObject {
  return snakeKeys(jsonSchema(schema, mode)) as OpenAPIV3_1.SchemaObject;
}

function jsonSchema(schema: Schema, mode: Mode): JsonSchema {
  const document = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: mode,
    // Checks that JSON Schema cannot express are left out. A problem body explains them when they
    // fail.
    errorMode: 'ignore',
  });
  Reflect.deleteProperty(document, '$schema');
  return document;
}

function snakeKeys(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(snakeKeys);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      if (key === 'properties') return [key, renamed(value)];
      if (key === 'required' && Array.isArray(value))
        return [key, value.map(String).map(snakeCase)];
      return [key, snakeKeys(value)];
    }),
  );
}

function renamed(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [snakeCase(name), snakeKeys(schema)]),
  );
}
