import { describe, expect, test } from 'vitest';
import type { Rewriter } from '../../../electron/core/proxy/rewriter.ts';
import type { RequestHead } from '../../../electron/core/proxy/tap.ts';
import { connect, exchange, recordingLog, startProxy, startRaw, startServer } from './lab.ts';

/** Doubles the request body; leaves out every `-` of the answer and adds a full stop. */
const DOUBLING: Rewriter = {
  open: (head) =>
    head.target === '/plain'
      ? null
      : {
          maxBody: 10,
          request: (body) => (body.toString() === 'leave' ? null : Buffer.concat([body, body])),
          response: (status) =>
            status !== 200
              ? null
              : {
                  push: (chunk) => {
                    const text = chunk.toString().replaceAll('-', '');
                    return text === '' ? null : Buffer.from(text);
                  },
                  end: () => Buffer.from('.'),
                },
          rejected: () => undefined,
        },
};

async function lab(rewriter: Rewriter = DOUBLING) {
  const log = recordingLog();
  const heads: string[] = [];
  const upstream = await startServer((req, res) => {
    heads.push(req.rawHeaders.join());
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      if (req.url === '/measured') res.setHeader('Content-Length', body.length + 2);
      if (req.url === '/missing') res.statusCode = 404;
      res.sendDate = false;
      res.write(body);
      setTimeout(() => res.end('--'), 10);
    });
  });
  return { ...(await startProxy(upstream.url, { rewriter, log })), heads, log };
}

function post(body: string, target = '/', more = ''): string {
  return `POST ${target} HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

describe('a rewriter', () => {
  test('changes the body, its length and the answer; the tap sees the originals', async () => {
    const { port, tap, heads } = await lab();
    const text = await exchange(port, post('a-b'));
    expect(heads[0]).toContain('Content-Length,6');
    expect(text).toMatch(/\r\n\r\n4\r\nabab\r\n1\r\n\.\r\n0\r\n\r\n$/);
    const seen = await tap.ended(0);
    expect(seen.request.toString()).toBe('a-b');
    expect(seen.response.toString()).toBe('a-ba-b--');
    expect(seen.calls.filter((call) => call === 'requestEnd')).toHaveLength(1);
  });

  test("drops the answer's length where it changes the body", async () => {
    const { port } = await lab();
    const text = await exchange(port, post('a-b', '/measured'));
    expect(text).not.toMatch(/content-length/i);
    expect(text).toMatch(/Transfer-Encoding: chunked\r\n[^]*\r\nabab\r\n1\r\n\.\r\n0\r\n\r\n$/);
  });

  test('keeps chunked requests chunked', async () => {
    const { port, heads } = await lab();
    const text = await exchange(
      port,
      'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n',
    );
    expect(heads[0]).toContain('Transfer-Encoding,chunked');
    expect(text).toContain('abab');
  });

  test.each([
    ['it leaves the exchange', 'a-b', '/plain', 'a-b'],
    ['it leaves the body', 'leave', '/', 'leave'],
  ])('changes nothing where %s', async (_why, body, target, expected) => {
    const { port } = await lab();
    const text = await exchange(port, post(body, target));
    expect(text).toContain(`\r\n${expected}\r\n2\r\n--\r\n0\r\n\r\n`);
  });

  test('can leave the answer unchanged', async () => {
    const { port } = await lab();
    expect(await exchange(port, post('a-b', '/missing'))).toContain('a-ba-b\r\n2\r\n--\r\n');
  });

  describe('whose body the upstream rejects', () => {
    async function strict(status: number, second = 200) {
      const rejections: number[] = [];
      const bodies: string[] = [];
      const upstream = await startServer((req, res) => {
        let body = '';
        req.on('data', (chunk: Buffer) => (body += chunk.toString()));
        req.on('end', () => {
          bodies.push(`${req.headers['content-length'] ?? 'chunked'} ${body}`);
          res.statusCode = body === 'a-b' ? second : status;
          res.end(`answer-to-${body}`);
        });
      });
      const open = (head: RequestHead): ReturnType<Rewriter['open']> => ({
        ...DOUBLING.open(head)!,
        rejected: (code) => void rejections.push(code),
      });
      return { ...(await startProxy(upstream.url, { rewriter: { open } })), rejections, bodies };
    }

    test.each([400, 422])(
      'lets the client have the answer to its own body instead of %i',
      async (status) => {
        const { port, tap, rejections, bodies } = await strict(status);
        const text = await exchange(port, post('a-b'));
        expect(text).toMatch(/^HTTP\/1\.1 200 /);
        expect(text).toMatch(/\r\n\r\nanswer-to-a-b$/);
        expect(bodies).toEqual(['6 a-ba-b', '3 a-b']);
        expect(rejections).toEqual([status]);
        const seen = await tap.ended(0);
        expect(seen.status).toBe(200);
        expect(seen.request.toString()).toBe('a-b');
        expect(seen.response.toString()).toBe('answer-to-a-b');
        expect(seen.calls.filter((call) => call === 'response')).toHaveLength(1);
        expect(tap.seen).toHaveLength(1);
      },
    );

    test('is not the reason if the body of the client is rejected too', async () => {
      const { port, rejections, bodies } = await strict(400, 400);
      const text = await exchange(port, post('a-b'));
      expect(text).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\nanswer-to-a-b$/);
      expect(bodies).toHaveLength(2);
      expect(rejections).toEqual([]);
    });

    test.each([401, 404, 429, 500])('is not sent again after %i', async (status) => {
      const { port, rejections, bodies } = await strict(status);
      expect(await exchange(port, post('a-b'))).toContain(`HTTP/1.1 ${status} `);
      expect(bodies).toHaveLength(1);
      expect(rejections).toEqual([]);
    });

    test('stays chunked if the client sent it in chunks', async () => {
      const { port, bodies } = await strict(400);
      const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n';
      const sent = `${head}Connection: close\r\n\r\n3\r\na-b\r\n0\r\n\r\n`;
      expect(await exchange(port, sent)).toContain('answer-to-a-b');
      expect(bodies).toEqual(['chunked a-ba-b', 'chunked a-b']);
    });
  });

  test.each([
    ['closes', 'Content-Length: 100', false],
    ['closes', 'Transfer-Encoding: chunked', false],
    ['resets', 'Transfer-Encoding: chunked', true],
    ['resets', 'Connection: close', true],
  ])('gives back what it holds if the upstream %s (%s)', async (_, framing, resets) => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        const part = framing.endsWith('chunked') ? '3\r\nabc\r\n' : 'abc';
        socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n${part}`);
        setTimeout(() => (resets ? socket.resetAndDestroy() : socket.destroy()), 50);
      });
    });
    const holding: Rewriter = {
      open: () => {
        const held: Buffer[] = [];
        return {
          maxBody: 10,
          request: (body) => Buffer.concat([body, body]),
          response: () => ({
            push: (chunk) => {
              held.push(Buffer.from(chunk.subarray(1)));
              return chunk.subarray(0, 1);
            },
            end: () => Buffer.concat(held),
          }),
          rejected: () => undefined,
        };
      },
    };
    const { port, tap } = await startProxy(upstream.url, { rewriter: holding });
    const text = await exchange(port, post('x'));
    expect(text).toMatch(/\r\n\r\n1\r\na\r\n2\r\nbc\r\n$/);
    expect((await tap.ended(0)).outcome?.kind).toBe('upstream-died');
  });

  test('does not hold bodies beyond its limit', async () => {
    const { port, heads } = await lab();
    const body = 'x'.repeat(500_000);
    const client = await connect(port);
    client.send(post(body, '/measured'));
    const text = await client.closed();
    expect(heads[0]).toContain('Content-Length,500000');
    expect(text.endsWith(`${body}--`)).toBe(true);
  });

  test('never sees a body with Expect: 100-continue', async () => {
    const { port } = await lab();
    const text = await exchange(port, post('a-b', '/', 'Expect: 100-continue\r\n'));
    expect(text).toContain('a-b\r\n2\r\n--');
  });

  test.each(['open', 'request', 'response', 'push', 'end'])(
    'that throws in %s does not stop the exchange',
    async (where) => {
      const fail = (): never => {
        throw new Error('secret');
      };
      const { port, log } = await lab({
        open: () =>
          where === 'open'
            ? fail()
            : {
                maxBody: 10,
                request: (body) => (where === 'request' ? fail() : body),
                response: () =>
                  where === 'response'
                    ? fail()
                    : {
                        push: (chunk) => (where === 'push' ? fail() : chunk),
                        end: () => (where === 'end' ? fail() : null),
                      },
                rejected: () => undefined,
              },
      });
      expect(await exchange(port, post('a-b'))).toContain('\r\na-b\r\n2\r\n--\r\n0\r\n\r\n');
      expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
      expect(JSON.stringify(log.lines)).not.toContain('secret');
    },
  );
});
