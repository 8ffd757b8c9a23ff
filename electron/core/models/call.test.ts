import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ask } from './call.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server that sends fixed bytes. */
async function answering(text: string): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return new URL(`http://127.0.0.1:${address.port}/`);
}

test('an unrequested protocol switch is a failure and does not wait forever', async () => {
  const url = await answering(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  );
  const limits = { timeoutMs: 3_000, maxBytes: 1_000 };
  await expect(ask({ method: 'GET', url, headers: {} }, limits)).rejects.toMatchObject({
    connected: true,
    message: 'there was no answer',
  });
});

test('a too large answer is not read to its end', async () => {
  const url = await answering(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(5_000)}`);
  const limits = { timeoutMs: 3_000, maxBytes: 1_000 };
  await expect(ask({ method: 'GET', url, headers: {} }, limits)).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
});
