import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createProber } from './probe.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function serve(onConnection: (socket: Socket) => void): Promise<URL> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('prober', () => {
  it('retries when a kept connection was closed at the moment of its use', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      connections += 1;
      let questions = 0;
      socket.on('data', () => {
        questions += 1;
        if (questions === 1) socket.write(answer(`"${connections}"`));
        else socket.destroy();
      });
    });
    const prober = createProber();
    expect(await prober.get(url, '/')).toMatchObject({ ok: true, json: '1' });
    expect(await prober.get(url, '/')).toMatchObject({ ok: true, json: '2' });
    prober.close();
  });

  it('leaves no listeners on a reused connection', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      connections += 1;
      socket.on('data', () => socket.write(answer('1')));
    });
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on('warning', keep);
    const prober = createProber();
    for (let i = 0; i < 30; i += 1) await prober.get(url, '/');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', keep);
    prober.close();
    expect(warnings).toEqual([]);
    expect(connections).toBe(1);
  });

  it('does not retry when a new connection breaks', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      connections += 1;
      socket.on('data', () => socket.destroy());
    });
    const prober = createProber();
    expect(await prober.get(url, '/')).toMatchObject({ ok: false, code: 'ECONNRESET' });
    expect(connections).toBe(1);
    prober.close();
  });

  it('limits the time of the whole answer, not only of its beginning', async () => {
    const url = await serve((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 10);
        socket.on('close', () => clearInterval(drip));
      });
    });
    const prober = createProber({ timeoutMs: 150 });
    expect(await prober.get(url, '/')).toMatchObject({ ok: false, code: 'TIMEOUT' });
    prober.close();
  });

  it('treats a truncated answer as a failure, not as a short answer', async () => {
    const url = await serve((socket) => {
      socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}'));
    });
    const prober = createProber();
    expect(await prober.get(url, '/')).toMatchObject({ ok: false });
    prober.close();
  });

  it('has no text for an answer over the limit', async () => {
    const url = await serve((socket) => {
      socket.on('data', () => socket.write(answer(`"${'x'.repeat(100)}"`)));
    });
    const prober = createProber({ maxBytes: 50 });
    expect(await prober.get(url, '/')).toMatchObject({ ok: true, text: null, json: undefined });
    prober.close();
  });

  it('names a server that does not speak HTTP', async () => {
    const url = await serve((socket) => socket.write('220 mail ESMTP\r\n'));
    const prober = createProber();
    const found = await prober.get(url, '/');
    expect(found.ok ? '' : found.code).toMatch(/^HPE_/);
    prober.close();
  });

  it('aborts running requests when closed', async () => {
    const url = await serve(() => undefined);
    const prober = createProber({ timeoutMs: 60_000 });
    const asked = prober.get(url, '/');
    await new Promise((resolve) => setTimeout(resolve, 30));
    prober.close();
    expect(await asked).toMatchObject({ ok: false });
    expect(await prober.get(url, '/')).toMatchObject({ ok: false, code: 'CLOSED' });
  });
});
