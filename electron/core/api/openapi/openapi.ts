import type { Context, Hono } from 'hono';
import { findTargetHandler } from 'hono/utils/handler';
import { generateSpecs, uniqueSymbol } from 'hono-openapi';
import { setImmediate as turn } from 'node:timers/promises';
import type { OpenAPIV3_1 } from 'openapi-types';
import * as v from 'valibot';
import { accessOf } from '../auth-policy.ts';
import { documentPath } from '../route-pattern.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';
import { TAGS, described, schemaOf } from './describe.ts';

/** The body of all errors. */
const problemSchema = v.strictObject({
  type: v.literal('about:blank'),
  status: v.pipe(v.number(), v.integer()),
  /** The status in words. */
  title: v.string(),
  /** For programs. */
  code: v.string(),
  /** For people: what is wrong and what to do. */
  detail: v.string(),
  /** The detail for other languages; null if it has no code. */
  detail_sentence: maybeSaid,
});

const documentSchema = v.looseObject({
  openapi: v.string(),
  info: v.looseObject({ title: v.string(), version: v.string() }),
  paths: v.record(v.string(), v.looseObject({})),
});

type Paths = Readonly<Record<string, Readonly<Record<string, OpenAPIV3_1.OperationObject>>>>;

/** Serves the OpenAPI document of all routes of `app`. Must be added last. */
export function serveDocument(app: Hono, version: string): void {
  let document: Promise<string> | null = null;
  app.get(
    '/api/openapi.json',
    described({
      tag: 'document',
      summary: 'This API, as OpenAPI 3.1',
      answer: documentSchema,
    }),
    async (c: Context) => {
      document ??= openApiDocument(app, version).then((value) => JSON.stringify(value));
      return c.body(await document, 200, { 'Content-Type': 'application/json' });
    },
  );
}

async function openApiDocument(app: Hono, version: string): Promise<object> {
  await prepare(app);
  const specs = await generateSpecs(app, {
    excludeStaticFile: false,
    documentation: {
      info: {
        title: 'Tokwatt',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
        description:
          'The control API of Tokwatt: the traffic of its proxies and the state of the machine. Unknown values are null. Times are Unix milliseconds unless they are texts.',
      },
      servers: [{ url: '/' }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        schemas: { Problem: schemaOf(problemSchema, 'output') },
        responses: {
          Problem: {
            description: 'What is wrong and what to do next (RFC 9457).',
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'The content of the file api-token in the data folder, or TOKWATT_API_TOKEN. If an operation may be called without it, this applies only to loopback.',
          },
        },
      },
    },
  });
  const paths = specs.paths as Paths;
  return { ...specs, paths: { ...finished(paths), ...undescribed(app, paths) } };
}

/** Generates the schemas one by one, because all at once would block the event loop. */
async function prepare(app: Hono): Promise<void> {
  for (const { handler } of app.routes) {
    const target: object = findTargetHandler(handler);
    const described = uniqueSymbol in target ? target[uniqueSymbol] : null;
    if (typeof described !== 'object' || described === null || !('spec' in described)) continue;
    // Reading the property generates the schema.
    if (typeof described.spec === 'object') await turn();
  }
}

/** Adds what all endpoints have in common: who may call them, and the problem body for errors. */
function finished(paths: Paths): Paths {
  const entries = Object.entries(paths).map(([path, operations]) => {
    const each = Object.entries(operations).map(([method, operation]) => [
      method,
      {
        ...operation,
        security: securityOf(method, path),
        responses: {
          ...operation.responses,
          default: { $ref: '#/components/responses/Problem' },
        },
      },
    ]);
    return [path, Object.fromEntries(each)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The security requirement of an endpoint. An empty requirement means that loopback needs no token.
 */
function securityOf(method: string, path: string): OpenAPIV3_1.SecurityRequirementObject[] {
  const isFree = accessOf(method.toUpperCase(), path) === 'figures';
  return isFree ? [{}, { token: [] }] : [{ token: [] }];
}

/** Routes without a description. They are listed as such rather than left out. */
function undescribed(app: Hono, paths: Paths): Paths {
  const described = new Set(
    app.routes.flatMap(({ handler, method, path }) =>
      uniqueSymbol in findTargetHandler(handler) ? [`${method} ${path}`] : [],
    ),
  );
  const missing: Record<string, Record<string, OpenAPIV3_1.OperationObject>> = {};
  for (const { method, path } of app.routes) {
    // The files of the web page are not part of the API.
    const isApi = path.startsWith('/api') || path === '/metrics';
    if (!isApi || method === 'ALL' || described.has(`${method} ${path}`)) continue;
    const key = documentPath(path);
    missing[key] = { ...paths[key], ...missing[key], [method.toLowerCase()]: { responses: {} } };
  }
  return missing;
}
