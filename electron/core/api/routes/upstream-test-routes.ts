import { Hono } from 'hono';
import * as v from 'valibot';
import { httpUrl } from '../../../../shared/addresses.ts';
import type { DiscoveredServer, UpstreamState } from '../../../../shared/slices.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { UpstreamTest } from '../../../../shared/upstream-test.ts';
import { toWire } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';
import { Credentials } from '../../upstreams/credentials.ts';
import type { CredentialsOf } from '../../upstreams/credentials.ts';
import { discoverServers } from '../../upstreams/discovery.ts';
import { testProxy, testServer } from '../../upstreams/server-test.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { flag, integer, shape, text } from '../schemas/state-schemas.ts';

export interface TestedUpstreams {
  readonly credentialsOf: CredentialsOf;
  /** The ports of Tokwatt itself and of the configured servers. */
  knownPorts(): readonly number[];
}

const testSchema = v.pipe(
  v.strictObject({
    url: v.optional(httpUrl),
    apiKey: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[\x21-\x7e]*$/)))),
    name: v.optional(text),
    throughProxy: v.optional(v.boolean(), false),
  }),
  v.check(
    ({ url, name }) => (url === undefined) !== (name === undefined),
    'needs either a url or the name of an upstream',
  ),
);

/** Routes that ask servers what they are. They send requests, so they need the token. */
export function upstreamTestRoutes(snapshot: () => Snapshot, tested: TestedUpstreams): Hono {
  const app = new Hono();
  app.post('/upstreams/find', DESCRIBED.find, async (c) => {
    const servers = await discoverServers({ exclude: tested.knownPorts() });
    return c.json({ servers: toWire(servers) });
  });
  app.post('/upstreams/test', DESCRIBED.test, async (c) => {
    const wanted = checked(testSchema, await bodyOf(c, '{"url": "http://127.0.0.1:11434"}'));
    return c.json(toWire(await test(wanted, snapshot().state.upstreams, tested.credentialsOf)));
  });
  return app;
}

function test(
  { url, apiKey: key, name, throughProxy: isThrough }: v.InferOutput<typeof testSchema>,
  upstreams: readonly UpstreamState[],
  credentialsOf: CredentialsOf,
): Promise<UpstreamTest> {
  if (url !== undefined) {
    return testServer(new URL(url), new Credentials(key === undefined || key === '' ? null : key));
  }
  const found = upstreams.find((each) => each.name === name);
  if (found === undefined) {
    const message = `There is no upstream "${name ?? ''}"; /api/upstreams lists them.`;
    throw new TokwattError('not_found', message, { status: 404 });
  }
  if (isThrough) return testProxy(new URL(found.proxyUrl));
  const target = new URL(found.targetUrl);
  return testServer(target, credentialsOf({ name: found.name, url: target }));
}

const DESCRIBED = {
  find: described({
    tag: 'state',
    summary: 'Search this machine for servers that are no upstreams yet',
    answer: v.strictObject({
      servers: v.array(shape<DiscoveredServer>()({ url: text, kind: text, label: text })),
    }),
  }),
  test: described({
    tag: 'state',
    summary: 'Ask a server what it is, at an address or at that of an upstream',
    description:
      'With `through_proxy`, one request goes through the proxy of the upstream, as from a client. A key of an upstream is sent only to its own address.',
    body: testSchema,
    answer: shape<UpstreamTest>()({
      ok: flag,
      kind: v.nullable(text),
      label: v.nullable(text),
      note: v.nullable(text),
      elapsedMs: integer,
    }),
    problems: [404, 413],
  }),
};
