import { describe, expect, test } from 'vitest';
import type { HeaderLine } from '../../../electron/core/proxy/headers.ts';
import {
  connect,
  exchange,
  recordingLog,
  startProxy,
  startScripted,
  until,
  upstreamAt,
} from './lab.ts';

const KEY = 'sk-of-the-upstream';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

interface Options {
  readonly injectKey?: boolean;
  readonly answer?: string;
  readonly keyHeader?: (upstream: object, target: string) => HeaderLine | null;
}

async function lab({ injectKey = true, answer = ANSWER, keyHeader }: Options = {}) {
  const server = await startScripted(answer);
  const log = recordingLog();
  const proxy = await startProxy(server.url, {
    upstream: { ...upstreamAt(server.url), injectKey },
    keyHeader: keyHeader ?? (() => ['Authorization', `Bearer ${KEY}`]),
    log,
  });
  return { ...proxy, server, log };
}

const get = (more = '', target = '/v1/models', method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${more}Connection: close\r\n\r\n`;

/** A head without what differs between two proxies. */
const comparable = (head: string): string =>
  head.replace(/^(host|x-tokwatt-hop): .*$/gim, '$1: same');

describe('injectKey', () => {
  test('adds the key to a request without credentials, after its own headers', async () => {
    const { port, server, tap } = await lab();
    expect(await exchange(port, get('X-Own: 1\r\n'))).toContain('200 OK');
    expect(server.received()).toMatch(
      new RegExp(
        `^GET /v1/models .*X-Own: 1\\r\\n.*Authorization: Bearer ${KEY}\\r\\n\\r\\n$`,
        's',
      ),
    );
    const seen = await tap.ended(0);
    expect(JSON.stringify(seen)).not.toContain(KEY);
  });

  test.each([
    ['Authorization: Bearer sk-own\r\n', '/v1/models'],
    ['authorization: \r\n', '/v1/models'],
    ['X-Api-Key: sk-own\r\n', '/v1/messages'],
    ['api-key: sk-own\r\n', '/v1/models'],
    ['', '/v1beta/models?key=sk-own'],
  ])('replaces nothing: %j to %s passes as without it', async (header, target) => {
    const [on, off] = [await lab(), await lab({ injectKey: false })];
    for (const { port } of [on, off]) await exchange(port, get(header, target));
    expect(on.server.received()).not.toContain(KEY);
    expect(comparable(on.server.received())).toBe(comparable(off.server.received()));
  });

  test('adds nothing when it is off', async () => {
    const off = await lab({ injectKey: false });
    const plain = await startScripted(ANSWER);
    const without = await startProxy(plain.url);
    for (const { port } of [off, without]) {
      await exchange(port, get('Cookie: a=b\r\nX-Own: ü\r\n'));
      const length = 'Content-Length: 2\r\n';
      await exchange(port, `${get(length, '/v1/x', 'POST')}hi`);
    }
    expect(off.server.received()).not.toContain(KEY);
    expect(comparable(off.server.received())).toBe(comparable(plain.received()));
  });

  test('uses the header for the path, and adds none while there is no key', async () => {
    const targets: string[] = [];
    const { port, server } = await lab({
      keyHeader: (_, target) => {
        targets.push(target);
        return target === '/v1/messages' ? ['x-api-key', KEY] : null;
      },
    });
    await exchange(port, get('', '/v1/messages'));
    await exchange(port, get('', '/v1/models'));
    expect(targets).toEqual(['/v1/messages', '/v1/models']);
    expect(server.received().match(/x-api-key: sk-of-the-upstream/g)).toHaveLength(1);
    expect(server.received()).not.toMatch(/authorization/i);
  });

  test('adds it to an upgrade too', async () => {
    const { port, server } = await lab({
      answer:
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    });
    const client = await connect(port);
    client.send(
      'GET /v1/realtime HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    await client.receive('101 Switching');
    expect(server.received()).toContain(`Authorization: Bearer ${KEY}`);
  });

  test('does not add the key to TRACE', async () => {
    const { port, server } = await lab();
    await exchange(port, get('', '/v1/models', 'TRACE'));
    await until(() => server.received().startsWith('TRACE'));
    expect(server.received()).not.toContain(KEY);
  });

  test('that fails does not stop the request, and logs no key', async () => {
    const { port, server, log } = await lab({
      keyHeader: () => {
        throw new Error(KEY);
      },
    });
    expect(await exchange(port, get())).toContain('200 OK');
    expect(server.received()).not.toContain(KEY);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { upstream: 'lab' } }]);
    expect(JSON.stringify(log.lines)).not.toContain(KEY);
  });
});
