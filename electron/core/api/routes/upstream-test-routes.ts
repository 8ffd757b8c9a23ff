import { Hono } from 'hono';
import * as v from 'valibot';
import { httpUrl } from '../../../../shared/addresses.ts';
import { CLIENT_APIS } from '../../../../shared/connect/client-guide.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { DiscoveredServer, UpstreamState } from '../../../../shared/slices.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { UpstreamTest } from '../../../../shared/upstream-test.ts';
import { toWire } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';
import { testClient } from '../../upstreams/client-test.ts';
import { Credentials } from '../../upstreams/credentials.ts';
import type { CredentialsOf } from '../../upstreams/credentials.ts';
import { discoverServers } from '../../upstreams/discovery.ts';
import { listeningPorts } from '../../upstreams/listening-ports/listening-ports.ts';
import { testProxy, testServer } from '../../upstreams/server-test.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';
import { flag, integer, shape, text } from '../schemas/state-schemas.ts';

export interface TestedUpstreams {
  readonly credentialsOf: CredentialsOf;
  /** The ports of Tokwatt itself and of the configured servers. */
  knownPorts(): readonly number[];
}

const findSchema = v.strictObject({
  ports: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
      v.maxLength(64),
    ),
  ),
});

const testSchema = v.pipe(
  v.strictObject({
    url: v.optional(httpUrl),
    apiKey: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^[\x21-\x7e]*$/)))),
    name: v.optional(text),
    throughProxy: v.optional(v.boolean(), false),
    api: v.optional(v.picklist(CLIENT_APIS)),
    model: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300))),
  }),
  v.check(
    ({ url, name }) => (url === undefined) !== (name === undefined),
    'needs either a url or the name of an upstream',
  ),
  v.check(
    ({ api, model, name }) =>
      (api === undefined || name !== undefined) && (api === undefined) === (model === undefined),
    'needs the name of an upstream, an api and a model together',
  ),
);

/** Routes that ask servers what they are. They send requests, so they need the token. */
export function upstreamTestRoutes(snapshot: () => Snapshot, tested: TestedUpstreams): Hono {
  const app = new Hono();
  app.post('/upstreams/find', DESCRIBED.find, async (c) => {
    const { ports } = checked(findSchema, await bodyOf(c, '{}'));
    const servers = await discoverServers({
      exclude: tested.knownPorts(),
      ...(ports === undefined ? { others: await listeningPorts() } : { ports }),
    });
    return c.json({ servers: toWire(servers) });
  });
  app.post('/upstreams/test', DESCRIBED.test, async (c) => {
    const wanted = checked(testSchema, await bodyOf(c, '{"url": "http://127.0.0.1:11434"}'));
    return c.json(toWire(await test(wanted, snapshot().state.upstreams, tested.credentialsOf)));
  });
  return app;
}

function test(
  { url, apiKey: key, name, throughProxy: isThrough, api, model }: v.InferOutput<typeof testSchema>,
  upstreams: readonly UpstreamState[],
  credentialsOf: CredentialsOf,
): Promise<UpstreamTest> {
  if (url !== undefined) {
    return testServer(new URL(url), new Credentials(key === undefined || key === '' ? null : key));
  }
  const found = upstreams.find((each) => each.name === name);
  if (found === undefined) {
    const message = sentence('no_upstream_there', { name: name ?? '' });
    throw new TokwattError('not_found', message, { status: 404 });
  }
  const target = new URL(found.targetUrl);
  const credentials = credentialsOf({ name: found.name, url: target });
  const proxyUrl = new URL(found.proxyUrl);
  if (api !== undefined && model !== undefined) {
    return testClient({ proxyUrl, kind: found.kind, credentials }, { api, model });
  }
  return isThrough ? testProxy(proxyUrl) : testServer(target, credentials);
}

const DESCRIBED = {
  find: described({
    tag: 'state',
    summary: 'Search this machine for servers that are no upstreams yet',
    description:
      'Asks the usual ports of servers, and every other port on which something listens: first for its models only. With `ports`, only those. It never leaves this machine and takes at most eight seconds.',
    body: findSchema,
    answer: v.strictObject({
      servers: v.array(shape<DiscoveredServer>()({ url: text, kind: text, label: text })),
    }),
    problems: [413],
  }),
  test: described({
    tag: 'state',
    summary: 'Ask a server what it is, at an address or at that of an upstream',
    description:
      'With `through_proxy`, one request goes through the proxy of the upstream, as from a client. With `api` and `model`, the model is asked for a few tokens through the proxy, which is metered as the application `Tokwatt test`. A key of an upstream is sent only to its own address.',
    body: testSchema,
    answer: shape<UpstreamTest>()({
      ok: flag,
      kind: v.nullable(text),
      label: v.nullable(text),
      note: v.nullable(text),
      noteSentence: maybeSaid,
      elapsedMs: integer,
    }),
    problems: [404, 413],
  }),
};
