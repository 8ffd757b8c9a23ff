import { describe, expect, test } from 'vitest';
import { connect, request, sleep, startProxy, startRaw } from './lab.ts';
import type { Lab } from './lab.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKS = '2\r\n{}\r\n1\r\n \r\n0\r\n\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
const bare = (text: string): string => text.replaceAll('\r', '');

/** What the server sends, and what the client must get for it. */
const CASES: [name: string, sent: string, received: string][] = [
  [
    'a length beside chunks',
    `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
    `${OK}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  ],
  [
    'chunks beside a length',
    `${OK}Transfer-Encoding: chunked\r\nA: b\r\nContent-Length: 200\r\n\r\n${CHUNKS}`,
    `${OK}Transfer-Encoding: chunked\r\nA: b\r\n\r\n${CHUNKS}`,
  ],
  [
    'the same length twice',
    `${OK}Content-Length: 2\r\nA: b\r\ncontent-length: 2\r\n\r\n{}`,
    `${OK}Content-Length: 2\r\nA: b\r\n\r\n{}`,
  ],
  [
    'the same length twice in one line',
    `${OK}Content-Length: 2, 2\r\n\r\n{}`,
    `${OK}Content-Length: 2\r\n\r\n{}`,
  ],
  [
    'lines that end with LF alone',
    bare(`${OK}A: b\r\nContent-Length: 2\r\n\r\n`) + '{}',
    `${OK}A: b\r\nContent-Length: 2\r\n\r\n{}`,
  ],
  [
    'LF alone in front of chunks',
    bare(`${OK}Transfer-Encoding: chunked\r\n\r\n`) + CHUNKS,
    `${OK}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  ],
  [
    'spaces before the colon',
    `${OK}A : b\r\nContent-Length\t : 2\r\n\r\n{}`,
    `${OK}A: b\r\nContent-Length: 2\r\n\r\n{}`,
  ],
  [
    'an interim head with LF alone',
    bare('HTTP/1.1 103 Early Hints\r\nLink : x\r\n\r\n') + `${OK}Content-Length : 2\r\n\r\n{}`,
    `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}Content-Length: 2\r\n\r\n{}`,
  ],
  [
    'bytes beyond ASCII in such a head',
    bare(`${OK}A: \xe4\xff\r\nContent-Length: 2\r\n\r\n`) + '\xe4\n',
    `${OK}A: \xe4\xff\r\nContent-Length: 2\r\n\r\n\xe4\n`,
  ],
];

/** A server that sends these bytes for each request, in pieces of `size` bytes. */
async function sending(
  text: string,
  size = Infinity,
): Promise<Lab & { connections: () => number; url: string }> {
  const raw = await startRaw((socket) => {
    socket.on('data', () => {
      void (async () => {
        for (let at = 0; at < text.length; at += size) {
          socket.write(Buffer.from(text.slice(at, at + size), 'latin1'));
          if (size < text.length) await new Promise((resolve) => setImmediate(resolve));
        }
      })();
    });
  });
  return { ...(await startProxy(raw.url)), connections: () => raw.sockets.length };
}

describe.each(CASES)('an answer with %s', (_, sent, received) => {
  test.each([Infinity, 7, 1])('is well formed for the client (pieces of %d)', async (size) => {
    const { port, tap } = await sending(sent, size);
    const client = await connect(port);
    client.send(GET);
    expect(await client.receive(received.slice(-4))).toContain(received.slice(0, 20));
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'complete' });
    // Chunk borders may move if the pieces of the answer arrive together.
    const plain = (text: string): string => text.replace(/\r\n\r\n(?=[0-9]\r)[^]*$/, '\r\n\r\n');
    expect(plain(client.text())).toBe(plain(received));
    expect(tap.seen[0]?.response.toString('latin1')).toBe(
      received.endsWith(CHUNKS) ? '{} ' : received.slice(-2),
    );
  });

  test('leaves its connection usable, unless it is ambiguous where it ends', async () => {
    const { url, tap, connections } = await sending(sent);
    for (let index = 0; index < 3; index += 1) {
      expect((await request(url)).status).toBe(200);
      await tap.ended(index);
      await sleep(60);
    }
    const isAmbiguous = /content-length/i.test(sent) && sent.includes('chunked');
    expect(connections()).toBe(isAmbiguous ? 3 : 1);
  });
});

test('the answer to HEAD with both a length and chunks has no body', async () => {
  const { port, tap } = await sending(
    `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const client = await connect(port);
  client.send('HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await client.receive('\r\n\r\n');
  expect((await tap.ended(0)).outcome).toEqual({ kind: 'complete' });
});

test('what follows an ambiguous answer on its connection reaches nobody', async () => {
  const forged = `${OK}Content-Length: 6\r\n\r\nforged`;
  const { url, tap } = await sending(
    `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}${forged}`,
  );
  for (let index = 0; index < 3; index += 1) {
    expect((await request(url)).body).toBe('{} ');
    await tap.ended(index);
  }
});

describe('an answer stays malformed', () => {
  test.each([
    ['different lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `],
    ['a length that is none', `${OK}Content-Length: 2\r\nContent-Length: +2\r\n\r\n{}`],
    ['a NUL in a value', bare(`${OK}A: \0\r\nContent-Length: 2\r\n\r\n`) + '{}'],
    ['CR alone between lines', `${OK}A: b\rX : c\r\nContent-Length: 2\r\n\r\n{}`],
    ['a line without a colon', bare(`${OK}A\r\nContent-Length: 2\r\n\r\n`) + '{}'],
    ['a name with a space inside', `${OK}A b : c\r\nContent-Length: 2\r\n\r\n{}`],
    ['a folded line', `${OK}A : b\r\n c\r\nContent-Length: 2\r\n\r\n{}`],
    ['nothing like HTTP', 'HTML is no HTTP\n\n'],
    ['an endless head', `${OK}${'A: b\n'.repeat(20_000)}`],
  ])('with %s', async (_, sent) => {
    const { url, tap } = await sending(sent);
    const answer = await request(url);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('"malformed_answer"');
    expect((await tap.ended(0)).outcome?.kind).toBe('malformed-answer');
  });
});

test('a half head that the server closes is a missing answer', async () => {
  const raw = await startRaw(
    (socket) => void socket.once('data', () => socket.end(`${OK}A: b\r\n`)),
  );
  const { url } = await startProxy(raw.url);
  expect((await request(url)).body).toContain('closed the connection without answering');
});

test('a start that only looks like an answer is malformed once the server closes', async () => {
  const raw = await startRaw((socket) => void socket.once('data', () => socket.end('HTTP/no')));
  const { url } = await startProxy(raw.url);
  expect((await request(url)).body).toContain('"malformed_answer"');
});

test('an answer to an upgrade may have LF alone, and what follows it passes untouched', async () => {
  const raw = await startRaw((socket) => {
    socket.once('data', () => {
      const head = bare('HTTP/1.1 101 Go\r\nConnection : Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.write(`${head}A : b\n\nHTTP/1.1 200 OK\n\n`);
    });
  });
  const { port } = await startProxy(raw.url);
  const client = await connect(port);
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  expect(await client.receive('200 OK\n\n')).toBe(
    'HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nA : b\n\nHTTP/1.1 200 OK\n\n',
  );
});

describe('the client side stays strict', () => {
  test.each([
    ['a length beside chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['the same length twice', 'Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}'],
    ['the same length twice in one line', 'Content-Length: 2, 2\r\n\r\n{}'],
    ['a space before the colon', 'Content-Length : 2\r\n\r\n{}'],
    ['LF alone', 'Content-Length: 2\n\n{}'],
  ])('a request with %s never reaches the upstream', async (_, rest) => {
    const { port, connections } = await sending(`${OK}Content-Length: 2\r\n\r\n{}`);
    const client = await connect(port);
    client.send(`POST / HTTP/1.1\r\nHost: localhost\r\n${rest}`);
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 /);
    expect(connections()).toBe(0);
  });
});
