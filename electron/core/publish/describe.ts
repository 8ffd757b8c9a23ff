import { toJsonSchema } from '@valibot/to-json-schema';
import type { MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
import type { DescribeRouteOptions } from 'hono-openapi';
import type { OpenAPIV3_1 } from 'openapi-types';
import type * as v from 'valibot';

type Schema = v.GenericSchema;
type JsonSchema = ReturnType<typeof toJsonSchema>;
type Parameters = NonNullable<DescribeRouteOptions['parameters']>;

/** What one endpoint takes and gives; the OpenAPI document is made of these. */
export interface Endpoint {
  readonly tag: Tag;
  /** A few words, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** Schema of the query, with the camelCase keys that `checked` checks against. */
  readonly query?: Schema;
  /** Schema of the JSON body, likewise. */
  readonly body?: Schema;
  /** Schema of the JSON answer as it is sent, in snake_case; null for an answer without a body. */
  readonly answer: Schema | null | Streamed;
  /** Status of success; 200 unless it is said. */
  readonly status?: number;
  /** Statuses of the problems it may answer with, beside those every endpoint has. */
  readonly problems?: readonly number[];
}

/** An answer that is not one JSON document, by media type. */
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
  models: 'Models of the upstreams',
  data: 'What is stored, and its management',
  alerts: 'Alert rules and what they say',
  outlets: 'Where figures are sent',
  settings: 'Settings and the token',
  metrics: 'Prometheus',
  document: 'This document',
} as const;
type Tag = keyof typeof TAGS;

/** Put it before an endpoint's handler: it adds the endpoint to the document and does nothing else. */
export function described(endpoint: Endpoint): MiddlewareHandler {
  const { tag, summary, description, query, body } = endpoint;
  const spec: DescribeRouteOptions = {
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: query === undefined ? [] : parametersOf(query),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: responsesOf(endpoint),
  };
  return describeRoute(spec);
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
  return { description: 'What was asked for.', content: json(answer) };
}

function json(schema: Schema): Record<string, { schema: OpenAPIV3_1.SchemaObject }> {
  return { 'application/json': { schema: schemaOf(schema) } };
}

/** Every member of a query schema as a parameter. */
function parametersOf(query: Schema): Parameters {
  const { properties = {}, required = [] } = jsonSchema(query);
  const parameters = Object.entries(properties).map(([name, schema]) => ({
    name: snake(name),
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  // hono-openapi names the parameters of OpenAPI 3.0 here, and passes on whatever they are.
  return parameters as Parameters;
}

/** A valibot schema as JSON Schema with snake_case keys, all the way down. */
export function schemaOf(schema: Schema): OpenAPIV3_1.SchemaObject {
  return snakeKeys(jsonSchema(schema)) as OpenAPIV3_1.SchemaObject;
}

function jsonSchema(schema: Schema): JsonSchema {
  const document = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // Checks that JSON Schema has no word for are told in the problem body when they fail.
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
      if (key === 'required' && Array.isArray(value)) return [key, value.map(String).map(snake)];
      return [key, snakeKeys(value)];
    }),
  );
}

function renamed(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [snake(name), snakeKeys(schema)]),
  );
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
