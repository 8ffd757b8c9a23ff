import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { Passed, Tap } from '../../../electron/core/proxy/tap.ts';
import { recordingLog, request, startProxy, startServer, until } from './lab.ts';

test('calls come in order: unchanged bodies, the end last', async () => {
  const upstream = await startServer((req, res) => {
    req.resume();
    req.on('end', () => {
      res.writeHead(201, ['X-A', '1', 'x-a', '2', 'Content-Length', '6']);
      res.write('abc');
      setTimeout(() => res.end('def'), 20);
    });
  });
  const { url, tap } = await startProxy(upstream.url);
  await request(`${url}/v1/x?y=%2F`, { method: 'POST', headers: { 'Content-Length': 4 } }, 'body');
  const seen = await tap.ended(0);
  expect(seen.head).toMatchObject({ method: 'POST', target: '/v1/x?y=%2F' });
  expect(seen.head.remoteAddress).toBe('127.0.0.1');
  expect(seen.head.upstream.name).toBe('lab');
  expect(seen.calls).toEqual([
    'open',
    'requestChunk',
    'requestEnd',
    'response',
    'responseChunk',
    'responseChunk',
    'end',
  ]);
  expect(seen.request.toString()).toBe('body');
  expect(seen.response.toString()).toBe('abcdef');
  expect(seen.rawHeaders.slice(0, 4)).toEqual(['X-A', '1', 'x-a', '2']);
  expect(seen.outcome).toEqual({ kind: 'complete' });
});

test('the hop mark and the tag are seen as received', async () => {
  const upstream = await startServer((_req, res) => res.end());
  const { url, tap } = await startProxy(upstream.url);
  await request(url, { headers: { 'X-Tokwatt-Hop': 'h', 'X-Tokwatt-Tag': 't' } });
  const { head } = await tap.ended(0);
  expect(head.rawHeaders.join()).toContain('X-Tokwatt-Hop,h,X-Tokwatt-Tag,t');
});

/**
 * An upstream and a client on a thread of their own: they go on while the proxy's thread is held, and
 * raise `flags[0]` once the body is with the upstream, `flags[1]` once the answer is with the client.
 */
const OTHER_SIDES = `
  const { parentPort, workerData } = require('node:worker_threads');
  const net = require('node:net');
  const flags = new Int32Array(workerData);
  const raise = (index) => { Atomics.store(flags, index, 1); Atomics.notify(flags, index); };
  const server = net.createServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('question')) return;
      raise(0);
      socket.write('HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n6\\r\\nanswer\\r\\n0\\r\\n\\r\\n');
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', (port) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 8\\r\\n\\r\\nquestion');
    let text = '';
    socket.on('data', (chunk) => { text += chunk; if (text.includes('answer')) raise(1); });
    socket.on('error', () => {});
  });
`;

test('bytes are sent before the tap sees them, however long it takes', async () => {
  const shared = new SharedArrayBuffer(8);
  const flags = new Int32Array(shared);
  const others = new Worker(OTHER_SIDES, { eval: true, workerData: shared });
  onTestFinished(async () => {
    await others.terminate();
  });
  const upstreamPort = await new Promise<number>((resolve) => others.once('message', resolve));
  const looks: string[] = [];
  let ended = false;
  // Holds the proxy's thread until the bytes have arrived, which they can only if they left before.
  const hold = (index: number): void => {
    looks.push(Atomics.wait(flags, index, 0, 3_000) === 'timed-out' ? 'before' : 'after');
  };
  const tap: Tap = {
    open: () => ({
      requestChunk: () => hold(0),
      requestEnd: () => undefined,
      response: () => undefined,
      responseChunk: () => hold(1),
      end: () => (ended = true),
      abandon: () => undefined,
    }),
  };
  const { port } = await startProxy(`http://127.0.0.1:${upstreamPort}`, { tap });
  others.postMessage(port);
  await until(() => ended);
  expect(looks).toEqual(['after', 'after']);
});

test.each(['open', 'requestChunk', 'requestEnd', 'response', 'responseChunk', 'end'] as const)(
  'a tap that throws in %s disturbs nobody, is logged once and abandons the exchange at its end',
  async (where) => {
    const calls: string[] = [];
    let passed: Passed | null = null;
    const at = (name: string): void => {
      calls.push(name);
      if (name === where) throw new Error('prompt: secret');
    };
    const tap: Tap = {
      open: () => {
        at('open');
        return {
          requestChunk: () => at('requestChunk'),
          requestEnd: () => at('requestEnd'),
          response: () => at('response'),
          responseChunk: () => at('responseChunk'),
          end: () => at('end'),
          abandon: (seen) => {
            calls.push('abandon');
            passed = seen;
            throw new Error('prompt: secret');
          },
        };
      },
    };
    const log = recordingLog();
    const upstream = await startServer((req, res) => {
      req.resume();
      req.on('end', () => {
        res.write('one');
        setTimeout(() => res.end('two'), 10);
      });
    });
    const { url } = await startProxy(upstream.url, { tap, log });
    const answer = await request(url, { method: 'POST' }, 'hello');
    expect(answer.body).toBe('onetwo');
    const last = where === 'open' ? 'open' : 'abandon';
    await until(() => calls.at(-1) === last);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(calls.slice(-2)).toEqual(where === 'open' ? ['open'] : [where, 'abandon']);
    expect(passed).toEqual(
      where === 'open'
        ? null
        : { outcome: { kind: 'complete' }, status: 200, requestBytes: 5, responseBytes: 6 },
    );
    expect(log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  },
);

test('a tap that returns null gets no further calls', async () => {
  const upstream = await startServer((_req, res) => res.end('ok'));
  const { url } = await startProxy(upstream.url, { tap: { open: () => null } });
  expect((await request(url)).body).toBe('ok');
});
