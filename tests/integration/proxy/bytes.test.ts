import { describe, expect, test } from 'vitest';
import { connect, exchange, headOf, startProxy, startScripted, until } from './lab.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** The upstream's view of a request. */
async function seenByUpstream(request: string, hop: string | null = 'ID'): Promise<string> {
  const upstream = await startScripted(OK);
  const { port } = await startProxy(upstream.url, { hop: () => hop });
  const client = await connect(port);
  client.send(request);
  await client.receive('\r\n\r\nok');
  const authority = new URL(upstream.url).host;
  return upstream.received().replace(authority, 'UPSTREAM');
}

async function seenByClient(answer: string, request?: string): Promise<string> {
  const upstream = await startScripted(answer);
  const { port } = await startProxy(upstream.url);
  return exchange(
    port,
    request ?? 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
}

describe('request heads', () => {
  test("keep their names' case, their order and their duplicates", async () => {
    const seen = await seenByUpstream(
      'GET /v1/models HTTP/1.1\r\nX-b: 1\r\nHOST: localhost:11435\r\nx-A: 2\r\nX-B: 3\r\nAccept: */*\r\nconnection: keep-alive\r\nUser-Agent: GitHubCopilotChat/1\r\n\r\n',
    );
    expect(seen).toBe(
      'GET /v1/models HTTP/1.1\r\nX-b: 1\r\nHOST: UPSTREAM\r\nx-A: 2\r\nX-B: 3\r\nAccept: */*\r\nconnection: keep-alive\r\nUser-Agent: GitHubCopilotChat/1\r\nx-tokwatt-hop: ID\r\n\r\n',
    );
  });

  test('keep bytes beyond ASCII in values', async () => {
    const seen = await seenByUpstream(
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Name: gr\xfc\xdfe\r\n\r\n',
    );
    expect(seen).toContain('X-Name: gr\xfc\xdfe\r\n');
  });

  test.each([
    '/a%2Fb/%2e%2e/c',
    '//double//slash',
    '/a/../b/./c',
    '/q?x=%20&y=a+b&z',
    '/%zz',
    '/?',
  ])('leave the target %s as it is', async (target) => {
    const seen = await seenByUpstream(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(seen.split('\r\n')[0]).toBe(`GET ${target} HTTP/1.1`);
  });

  test('lose hop-by-hop headers, including those that Connection names', async () => {
    const seen = await seenByUpstream(
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\nUpgrade: h2c\r\nX-Kept: 1\r\n\r\n',
    );
    expect(seen).toBe(
      'GET / HTTP/1.1\r\nHost: UPSTREAM\r\nConnection: keep-alive\r\nX-Kept: 1\r\nx-tokwatt-hop: ID\r\n\r\n',
    );
  });

  test('cannot lose their length, their host or the hop mark through Connection', async () => {
    const seen = await seenByUpstream(
      'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: content-length, host, x-tokwatt-hop\r\nContent-Length: 2\r\nx-tokwatt-hop: before\r\n\r\nhi',
      null,
    );
    expect(seen).toBe(
      'POST / HTTP/1.1\r\nHost: UPSTREAM\r\nConnection: keep-alive\r\nContent-Length: 2\r\nx-tokwatt-hop: before\r\n\r\nhi',
    );
  });

  test('keep TE: trailers', async () => {
    const seen = await seenByUpstream(
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: TE\r\nTE: trailers, deflate\r\n\r\n',
    );
    expect(seen).toContain('Connection: TE, keep-alive\r\nTE: trailers\r\n');
  });

  test.each([
    ['lose a hop mark they bring to ours', 'ID', '', 'x-tokwatt-hop: ID\r\n'],
    ['keep it while nothing is counted here', null, 'X-Tokwatt-Hop: other\r\n', ''],
  ])('lose the tag, and %s', async (_, hop, kept, ours) => {
    const seen = await seenByUpstream(
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Tokwatt-Tag: job-7\r\nX-Tokwatt-Hop: other\r\n\r\n',
      hop,
    );
    expect(seen).toBe(
      `GET / HTTP/1.1\r\nHost: UPSTREAM\r\n${kept}Connection: keep-alive\r\n${ours}\r\n`,
    );
  });

  test('may count thousands of lines', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `x${index}: 1\r\n`).join('');
    const seen = await seenByUpstream(`GET / HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`);
    expect(seen).toContain('x2999: 1\r\n');
  });
});

describe('request bodies', () => {
  test('keep their Content-Length', async () => {
    const seen = await seenByUpstream(
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello',
    );
    expect(seen).toContain('Content-Length: 5\r\n');
    expect(seen).not.toMatch(/transfer-encoding/i);
    expect(seen).toMatch(/\r\n\r\nhello$/);
  });

  test('stay chunked, chunk by chunk', async () => {
    const upstream = await startScripted('');
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.send('3\r\nabc\r\n5;ext=1\r\ndefgh\r\n0\r\n\r\n');
    await until(() => upstream.received().endsWith('0\r\n\r\n'));
    expect(upstream.received()).toContain('\r\nTransfer-Encoding: chunked\r\n');
    expect(upstream.received()).toMatch(/\r\n\r\n3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n$/);
    expect(tap.seen[0]?.request.toString()).toBe('abcdefgh');
  });

  test('keep their trailers', async () => {
    const upstream = await startScripted('');
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(
      'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 42\r\nx-More: 1\r\n\r\n',
    );
    await until(() => upstream.received().includes('x-More'));
    expect(upstream.received()).toContain('\r\nTrailer: X-Sum\r\n');
    expect(upstream.received()).toMatch(/0\r\nX-Sum: 42\r\nx-More: 1\r\n\r\n$/);
  });

  test.each(['GET', 'DELETE', 'OPTIONS'])('pass with %s as well', async (method) => {
    const seen = await seenByUpstream(
      `${method} /api/delete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{"model":"a"}`,
    );
    expect(seen).toMatch(/\r\nContent-Length: 13\r\n[^]*\r\n\r\n\{"model":"a"\}$/);
  });

  test.each(['GET', 'DELETE'])('pass in chunks with %s as well', async (method) => {
    const seen = await seenByUpstream(
      `${method} / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    );
    expect(seen).toContain('Transfer-Encoding: chunked');
  });

  test.each(['POST', 'PUT', 'DELETE', 'GET'])(
    'are not invented for a %s without one',
    async (method) => {
      const seen = await seenByUpstream(
        `${method} /api/x HTTP/1.1\r\nHost: localhost\r\nX-a: 1\r\nx-A: 2\r\n\r\n`,
      );
      expect(seen).toBe(
        `${method} /api/x HTTP/1.1\r\nHost: UPSTREAM\r\nX-a: 1\r\n${
          // Only in this corner do two spellings of one name take the first's.
          method === 'POST' || method === 'PUT' ? 'X-a' : 'x-A'
        }: 2\r\nConnection: keep-alive\r\nx-tokwatt-hop: ID\r\n\r\n`,
      );
    },
  );

  test('of length 0 stay so', async () => {
    const seen = await seenByUpstream(
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n',
    );
    expect(seen).toBe(
      'POST / HTTP/1.1\r\nHost: UPSTREAM\r\nContent-Length: 0\r\nConnection: keep-alive\r\nx-tokwatt-hop: ID\r\n\r\n',
    );
  });
});

describe('answers', () => {
  test('keep status, reason, names, order and duplicates; nothing is added', async () => {
    const upstream = await startScripted(
      'HTTP/1.1 299 Quite Fine\r\nset-cookie: a=1\r\nX-Z: 1\r\nSet-Cookie: b=2\r\nx-z: gr\xfcn\r\nContent-Length: 2\r\nServer: s\r\n\r\nhi',
    );
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.receive(/hi$/)).toBe(
      'HTTP/1.1 299 Quite Fine\r\nset-cookie: a=1\r\nX-Z: 1\r\nSet-Cookie: b=2\r\nx-z: gr\xfcn\r\nContent-Length: 2\r\nServer: s\r\n\r\nhi',
    );
  });

  test('keep an empty reason and a Date', async () => {
    const text = await seenByClient(
      'HTTP/1.1 404 \r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n',
    );
    expect(text).toBe(
      'HTTP/1.1 404 \r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
  });

  test('lose hop-by-hop headers of the upstream', async () => {
    const upstream = await startScripted(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5, max=100\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok',
    );
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.receive(/ok$/)).toBe('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });

  test('stay chunked, chunk by chunk, with their trailers', async () => {
    const text = await seenByClient(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n',
    );
    expect(text).toBe(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n',
    );
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-A: 1\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nX-A: 1\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\nX-A: 1\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: "x"\r\n'],
  ])('to %s without a body keep their head, and the connection: %j', async (method, head) => {
    const upstream = await startScripted(`${head}\r\n`);
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(`${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await tap.ended(0);
    client.send(`${method} /2 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await tap.ended(1);
    await client.receive(/\r\n\r\n[^]*\r\n\r\n/);
    expect(client.text()).toBe(`${head}\r\n${head}\r\n`);
    expect(tap.seen[1]?.outcome).toEqual({ kind: 'complete' });
  });

  test('that only the end of the connection delimits stay so', async () => {
    const text = await seenByClient(
      'HTTP/1.0 200 OK\r\nServer: BaseHTTP/0.6\r\nContent-Type: text/event-stream\r\n\r\ndata: [DONE]\n\n',
      'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    expect(text).toBe(
      'HTTP/1.1 200 OK\r\nServer: BaseHTTP/0.6\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: [DONE]\n\n',
    );
  });

  test('in chunks are unwrapped for HTTP/1.0 clients', async () => {
    const text = await seenByClient(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n',
      'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n',
    );
    expect(text).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc');
  });

  test('keep an HTTP/1.0 connection where the client asks and the length is known', async () => {
    const upstream = await startScripted(OK);
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    await client.receive(/ok$/);
    client.send('GET / HTTP/1.0\r\n\r\n');
    expect(await client.closed()).toBe(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    );
  });

  test('are preceded by informational heads such as 103', async () => {
    const upstream = await startScripted(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nlink: </b>\r\n\r\nHTTP/1.1 102 Busy Bee\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.receive(/ok$/)).toBe(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nlink: </b>\r\n\r\nHTTP/1.1 102 Busy Bee\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    const old = await exchange(port, 'GET / HTTP/1.0\r\n\r\n');
    expect(headOf(old)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  test('come in the order of pipelined requests', async () => {
    const upstream = await startScripted((head) => {
      const path = head.split(' ')[1] ?? '';
      return `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`;
    });
    const { port } = await startProxy(upstream.url);
    const text = await exchange(
      port,
      'GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /22 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhiGET /333 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(text.match(/\r\n\r\n\/\d+/g)).toEqual(['\r\n\r\n/1', '\r\n\r\n/22', '\r\n\r\n/333']);
  });
});
