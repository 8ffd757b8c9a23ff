import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { connect, request, sleep, startProxy, startRaw, startServer, until } from './lab.ts';

const MIB = 1024 * 1024;

describe('streaming', () => {
  test('an answer reaches the client piece by piece, its head before any of it', async () => {
    let answer: ServerResponse | null = null;
    const upstream = await startServer((_req, res) => {
      answer = res;
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.flushHeaders();
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive('\r\n\r\n');
    for (const piece of ['data: 1\n\n', 'data: 2\n\n', 'data: [DONE]\n\n']) {
      answer!.write(piece);
      await client.receive(`\r\n${piece}\r\n`);
    }
    answer!.end();
    await client.receive('0\r\n\r\n');
  });

  test('a body reaches the upstream piece by piece, its head before any of it', async () => {
    let received = '';
    const upstream = await startRaw((socket) => {
      socket.on('data', (chunk) => (received += chunk.toString()));
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n');
    await until(() => received.includes('\r\n\r\n'));
    client.send('abc');
    await until(() => received.endsWith('\r\n\r\nabc'));
    client.send('def');
    await until(() => received.endsWith('\r\n\r\nabcdef'));
  });

  test('both directions run at the same time', async () => {
    const upstream = await startServer((req, res) => {
      res.writeHead(200);
      req.on('data', (chunk: Buffer) => res.write(chunk.toString().toUpperCase()));
      req.on('end', () => res.end());
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(
      'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
    );
    await client.receive('1\r\nA\r\n');
    client.send('1\r\nb\r\n');
    await client.receive('1\r\nB\r\n');
    client.send('0\r\n\r\n');
    await client.receive('0\r\n\r\n');
  });

  test('a reader that stalls stops the upstream, and gets every byte once it reads on', async () => {
    const total = 64 * MIB;
    let sent = 0;
    const upstream = await startServer((_req, res) => {
      res.writeHead(200, { 'Content-Length': total });
      const more = (): void => {
        while (sent < total) {
          sent += MIB;
          if (!res.write(Buffer.alloc(MIB, sent / MIB))) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    const { url, tap } = await startProxy(upstream.url);
    const res = await new Promise<IncomingMessage>((resolve) => {
      http.get(url, { agent: false }, resolve);
    });
    res.pause();
    let last = -1;
    await until(() => sent > 0);
    while (sent !== last) {
      last = sent;
      await sleep(200);
    }
    // What is under way fits the sockets' buffers; the proxy itself holds next to nothing.
    expect(sent).toBeLessThan(total / 2);
    expect(tap.seen[0]!.responseBytes).toBeLessThan(total / 2);
    let got = 0;
    let wrong = 0;
    res.on('data', (chunk: Buffer) => {
      if (chunk[0] !== (Math.floor(got / MIB) + 1) % 256) wrong += 1;
      got += chunk.length;
    });
    res.resume();
    await new Promise((resolve) => res.once('end', resolve));
    expect({ got, wrong }).toEqual({ got: total, wrong: 0 });
  });

  test('an upstream that stalls stops the upload, and gets every byte once it reads on', async () => {
    const total = 64 * MIB;
    let upload: IncomingMessage | null = null;
    let received = 0;
    const upstream = await startServer((req, res) => {
      upload = req;
      req.pause();
      req.on('data', (chunk: Buffer) => (received += chunk.length));
      req.pause();
      req.on('end', () => res.end('thanks'));
    });
    const { url } = await startProxy(upstream.url);
    let sent = 0;
    const answer = new Promise<string>((resolve, reject) => {
      const req = http.request(url, { agent: false, method: 'POST' }, (res) => {
        res.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      req.on('error', reject);
      const more = (): void => {
        while (sent < total) {
          sent += MIB;
          if (!req.write(Buffer.alloc(MIB))) return void req.once('drain', more);
        }
        req.end();
      };
      more();
    });
    let last = -1;
    await until(() => upload !== null);
    while (sent !== last) {
      last = sent;
      await sleep(200);
    }
    expect(sent).toBeLessThan(total / 2);
    upload!.resume();
    expect(await answer).toBe('thanks');
    expect(received).toBe(total);
  });
});

describe('a client that goes away', () => {
  test('while it waits ends the upstream request at once', async () => {
    let aborted = false;
    const upstream = await startServer((req) => {
      req.on('close', () => (aborted = true));
      req.resume();
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi');
    await until(() => tap.seen[0]?.calls.includes('requestEnd') === true);
    await sleep(20);
    client.socket.destroy();
    await until(() => aborted);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'client-aborted' });
  });

  test.each(['end', 'reset'])(
    'inside the answer (%s), ends the upstream request at once',
    async (how) => {
      let closed = false;
      const upstream = await startServer((_req, res) => {
        res.write('data: 1\n\n');
        const timer = setInterval(() => res.write('data: 2\n\n'), 5);
        res.on('close', () => {
          clearInterval(timer);
          closed = true;
        });
      });
      const { port, tap } = await startProxy(upstream.url);
      const client = await connect(port);
      client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await client.receive('data: 1');
      if (how === 'end') client.socket.end();
      else client.socket.resetAndDestroy();
      await until(() => closed);
      const seen = await tap.ended(0);
      expect(seen.outcome).toEqual({ kind: 'client-aborted' });
      expect(seen.status).toBe(200);
      expect(seen.response.toString()).toMatch(/^data: 1/);
    },
  );

  test('during its upload ends the upstream request at once', async () => {
    let failed = false;
    const upstream = await startServer((req) => {
      req.resume();
      req.on('error', () => (failed = true));
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc');
    await until(() => tap.seen[0]?.request.length === 3);
    client.socket.destroy();
    await until(() => failed);
    const seen = await tap.ended(0);
    expect(seen.outcome).toEqual({ kind: 'client-aborted' });
    expect(seen.calls).not.toContain('requestEnd');
  });

  test('while it stalls is noticed as well', async () => {
    let closed = false;
    const upstream = await startServer((_req, res) => {
      res.writeHead(200);
      const more = (): void => {
        while (res.write(Buffer.alloc(MIB)));
        res.once('drain', more);
      };
      more();
      res.on('close', () => (closed = true));
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    client.socket.pause();
    await until(() => tap.seen[0]?.calls.includes('responseChunk') === true);
    await sleep(100);
    client.socket.resetAndDestroy();
    await until(() => closed);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'client-aborted' });
  });
});

describe('an upstream that dies inside the answer', () => {
  const heads = {
    chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    measured: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello',
    'until its end': 'HTTP/1.0 200 OK\r\n\r\nhello',
  };

  test.each([
    ['chunked', 'end'],
    ['chunked', 'reset'],
    ['measured', 'end'],
    ['measured', 'reset'],
    ['until its end', 'reset'],
  ] as const)('(%s, %s) never looks like a clean end', async (framing, how) => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => socket.write(heads[framing]));
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive('hello');
    if (how === 'end') upstream.sockets[0]!.end();
    else upstream.sockets[0]!.resetAndDestroy();
    const text = await client.closed();
    expect(text).not.toContain('\r\n0\r\n');
    if (framing === 'until its end') expect(client.error()).toBe('ECONNRESET');
    const seen = await tap.ended(0);
    expect(seen.outcome).toEqual({ kind: 'upstream-died', code: 'ECONNRESET' });
    expect(seen.response.toString()).toBe('hello');
  });

  test('breaks an ordinary client off with an error', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => socket.end(heads.chunked));
    });
    const { url } = await startProxy(upstream.url);
    await expect(request(url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  test('with broken chunks ends the client, too', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => socket.write(`${heads.chunked}zzz\r\n`));
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.closed()).not.toContain('\r\n0\r\n');
    expect((await tap.ended(0)).outcome).toMatchObject({ kind: 'malformed-answer' });
  });

  test('after it has sent everything does not truncate the answer for a slow reader', async () => {
    const total = 24 * MIB;
    let done = false;
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
        socket.write(Buffer.alloc(total), () => {
          done = true;
          socket.destroy();
        });
      });
    });
    const { url, tap } = await startProxy(upstream.url);
    const res = await new Promise<IncomingMessage>((resolve) => {
      http.get(url, { agent: false }, resolve);
    });
    let got = 0;
    res.on('data', (chunk: Buffer) => {
      got += chunk.length;
      res.pause();
      setTimeout(() => res.resume(), 1);
    });
    await new Promise((resolve) => res.once('end', resolve));
    expect(done).toBe(true);
    expect(got).toBe(total);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'complete' });
  });
});

describe('time', () => {
  test('no idle connection, no slow head of an answer and no pause inside it is cut', async () => {
    const upstream = await startServer((_req, res) => {
      setTimeout(() => {
        res.write('a');
        setTimeout(() => res.end('b'), 700);
      }, 700);
    });
    // The limit for request heads must not reach into anything else.
    const { port } = await startProxy(upstream.url, { headTimeoutMs: 200 });
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive('0\r\n\r\n');
    await sleep(700);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na');
    await sleep(700);
    client.send('b');
    await client.receive(/0\r\n\r\n[^]*0\r\n\r\n/);
  });

  test("an upstream's keep-alive hint does not end a long answer on a reused connection", async () => {
    let connections = 0;
    const upstream = await startServer((req, res) => {
      res.setHeader('Keep-Alive', 'timeout=2, max=100');
      res.setHeader('Connection', 'keep-alive');
      setTimeout(() => res.end('late'), req.url === '/slow' ? 2_500 : 0);
    });
    upstream.server.on('connection', () => (connections += 1));
    const { url } = await startProxy(upstream.url);
    await request(url);
    const slow = await request(`${url}/slow`);
    expect(slow.body).toBe('late');
    expect(connections).toBe(1);
  });

  test('a head that does not come in time is answered 408', async () => {
    const upstream = await startServer((_req, res) => res.end());
    const { port } = await startProxy(upstream.url, { headTimeoutMs: 200 });
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: loc');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 408 [^]*"request_timeout"/);
  });
});

describe('Expect: 100-continue', () => {
  const head =
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n';

  test("waits for the upstream's 100, and passes it on", async () => {
    let received = '';
    const upstream = await startRaw((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.endsWith('hello')) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }
      });
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(head);
    await until(() => received.includes('\r\n\r\n'));
    expect(received).toContain('Expect: 100-continue\r\n');
    await sleep(50);
    expect(client.text()).toBe('');
    upstream.sockets[0]!.write('HTTP/1.1 100 Continue\r\n\r\n');
    await client.receive('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('hello');
    expect(await client.receive(/ok$/)).toBe(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
  });

  test("passes the upstream's refusal without the body, and closes", async () => {
    let received = '';
    const upstream = await startRaw((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.toString();
        socket.write('HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\n\r\nno');
      });
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(head);
    expect(await client.closed()).toBe(
      'HTTP/1.1 413 Too Big\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno',
    );
    expect(received).not.toContain('hello');
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'complete' });
    await until(() => upstream.sockets[0]!.readableEnded || upstream.sockets[0]!.destroyed);
  });

  test('does not hang where the upstream ignores it and the client sends anyway', async () => {
    const upstream = await startRaw((socket) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.endsWith('hello')) socket.end('HTTP/1.0 200 OK\r\n\r\nok');
      });
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(head);
    await sleep(50);
    client.send('hello');
    expect(await client.closed()).toMatch(/ok$/);
  });
});

describe('an answer before the end of the upload', () => {
  test('reaches the client, whose upload goes on to the upstream', async () => {
    let received = 0;
    let ended = false;
    const upstream = await startServer((req, res) => {
      res.end('early');
      req.on('data', (chunk: Buffer) => (received += chunk.length));
      req.on('end', () => (ended = true));
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc');
    await client.receive('early');
    client.send('def');
    await until(() => ended);
    expect(received).toBe(6);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive(/early[^]*early/);
  });

  test('from an upstream that then closes, leaves the connection usable', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
      });
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${MIB}\r\n\r\nabc`);
    await client.receive(/no$/);
    client.send(Buffer.alloc(MIB - 3, 'x'));
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive(/no[^]*no$/);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'complete' });
  });

  test('followed by the loss of the client, frees the upstream', async () => {
    let gone = false;
    const upstream = await startServer((req, res) => {
      res.end('early');
      req.resume();
      req.socket.on('close', () => (gone = true));
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc');
    await client.receive('early');
    client.socket.destroy();
    await until(() => gone);
  });
});
