import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemCode } from '../../../electron/core/errors.ts';
import { SILENT_LOG } from '../../../electron/core/log.ts';
import { accessRules } from '../../../electron/core/proxy/access.ts';
import { createProxyServer } from '../../../electron/core/proxy/server.ts';
import type { ProxyServer } from '../../../electron/core/proxy/proxy-options.ts';
import {
  connect,
  listenOn,
  recordingTap,
  request,
  startProxy,
  startRaw,
  startServer,
  until,
  upstreamAt,
} from './lab.ts';

function unstarted(): ProxyServer {
  return createProxyServer({
    upstream: upstreamAt('http://127.0.0.1:1'),
    tap: recordingTap(),
    errorBody: () => '{}',
    log: SILENT_LOG,
    hop: () => null,
    access: accessRules({ allowedHosts: [], allowedOrigins: [] }),
  });
}

async function failure(attempt: Promise<unknown>): Promise<string | null> {
  return attempt.then(
    () => 'listens',
    (error: unknown) => systemCode(error),
  );
}

describe('listen', () => {
  test('returns the address', async () => {
    const proxy = unstarted();
    const { port, url } = await proxy.listen(0, '0.0.0.0');
    expect(url).toBe(`http://127.0.0.1:${port}`);
    await proxy.close(0);
  });

  test('rejects with a code if the port is in use, and can be tried again', async () => {
    const other = net.createServer();
    const port = await listenOn(other);
    const proxy = unstarted();
    expect(await failure(proxy.listen(port, '127.0.0.1'))).toBe('EADDRINUSE');
    await new Promise((resolve) => other.close(resolve));
    expect(await proxy.listen(port, '127.0.0.1')).toMatchObject({ port });
    await proxy.close(0);
  });

  test('rejects with a code if the address does not belong to this machine', async () => {
    expect(await failure(unstarted().listen(0, '192.0.2.1'))).toBe('EADDRNOTAVAIL');
    expect(await failure(unstarted().listen(0, 'nowhere.invalid'))).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });
});

describe('close', () => {
  test('of a proxy that never listened is harmless', async () => {
    await unstarted().close(0);
  });

  test('ends idle connections at once and lets an exchange finish', async () => {
    const upstream = await startServer((_req, res) => {
      res.write('begun ');
      setTimeout(() => res.end('done'), 200);
    });
    const { proxy, port } = await startProxy(upstream.url);
    const fresh = await connect(port);
    const used = await connect(port);
    used.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await used.receive('0\r\n\r\n');
    const busy = await connect(port);
    busy.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await busy.receive('begun');
    const closed = proxy.close(30_000);
    await Promise.all([fresh.closed(), used.closed()]);
    expect(await failure(request(`http://127.0.0.1:${port}/`))).toBe('ECONNREFUSED');
    expect(await busy.closed()).toContain('done\r\n0\r\n\r\n');
    await closed;
  });

  test('adds Connection: close to the remaining answers', async () => {
    let answer: (() => void) | null = null;
    const upstream = await startServer((_req, res) => (answer = () => res.end('late')));
    const { proxy, port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => answer !== null);
    const closed = proxy.close(30_000);
    answer!();
    expect(await client.closed()).toMatch(/\r\nConnection: close\r\n[^]*late/);
    await closed;
  });

  test('closes exchanges that do not finish in time, including upgrades', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', (chunk) => {
        if (chunk.toString().includes('Upgrade: x')) {
          socket.write('HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
        } else {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello');
        }
      });
    });
    const { proxy, port, tap } = await startProxy(upstream.url);
    const stuck = await connect(port);
    stuck.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await stuck.receive('hello');
    const upgraded = await connect(port);
    upgraded.send('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await upgraded.receive('101');
    await proxy.close(50);
    await Promise.all([stuck.closed(), upgraded.closed()]);
    const ended = await Promise.all([tap.ended(0), tap.ended(1)]);
    expect(ended.map(({ outcome }) => outcome)).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
    await until(() => upstream.sockets.every((socket) => socket.destroyed || socket.readableEnded));
  });
});

test('setUpstream sends new requests elsewhere and leaves those in flight alone', async () => {
  let finish: (() => void) | null = null;
  const first = await startServer((_req, res) => {
    res.write('first ');
    finish = () => res.end('done');
  });
  const second = await startServer((_req, res) => res.end('second'));
  const { proxy, url, port } = await startProxy(first.url);
  const client = await connect(port);
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await client.receive('first');
  proxy.setUpstream(upstreamAt(second.url));
  expect((await request(url)).body).toBe('second');
  finish!();
  await client.receive('done');
});

describe('many at once', () => {
  test('all get their own answer, independent of each other', async () => {
    const upstream = await startServer((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        res.write('<');
        if (body === 'gone') return;
        setTimeout(() => {
          if (body.includes('die')) res.destroy();
          else res.end(`${body}>`);
        }, Math.random() * 30);
      });
      req.on('error', () => undefined);
    });
    const { url, port, tap } = await startProxy(upstream.url);
    const total = 400;
    const answers = Array.from({ length: total }, async (_, index) => {
      if (index % 10 === 0) {
        const client = await connect(port);
        client.send(`POST /gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\ngone`);
        await client.receive('<');
        client.socket.destroy();
        return true;
      }
      if (index % 10 === 1) {
        const client = await connect(port);
        client.send('\0garbage\r\n\r\n');
        return (await client.closed()).startsWith('HTTP/1.1 400');
      }
      if (index % 10 === 2) {
        return request(url, { method: 'POST' }, 'die').then(
          () => false,
          () => true,
        );
      }
      const { body } = await request(url, { method: 'POST' }, `number ${index}`);
      return body === `<number ${index}>`;
    });
    expect((await Promise.all(answers)).every(Boolean)).toBe(true);
    await until(() => tap.seen.every((seen) => seen.outcome !== null));
    const kinds = tap.seen.map((seen) => seen.outcome?.kind);
    expect(kinds.filter((kind) => kind === 'complete')).toHaveLength(total * 0.7);
    expect(kinds.filter((kind) => kind === 'upstream-died')).toHaveLength(total * 0.1);
    expect(kinds.filter((kind) => kind === 'client-aborted')).toHaveLength(total * 0.1);
  });

  test('survive when there are no file descriptors left', async () => {
    const upstream = await startServer((_req, res) => res.end('ok'));
    const { port, running } = await startScarce(upstream.url);
    const flood = Array.from({ length: 200 }, () => net.connect({ port, host: '127.0.0.1' }));
    const answers = flood.map(
      (socket) =>
        new Promise<string>((resolve) => {
          let text = '';
          socket.on('data', (chunk) => (text += chunk.toString()));
          socket.on('error', () => undefined);
          socket.on('close', () => resolve(text));
          socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
        }),
    );
    const kinds = (await Promise.all(answers)).map((text) => {
      if (text.endsWith('ok')) return 'answered';
      return text.includes('no file descriptors left') ? 'told' : text;
    });
    // Some connections the system itself turns away.
    expect(kinds.filter((kind) => !['', 'answered', 'told'].includes(kind))).toEqual([]);
    expect(kinds.filter((kind) => kind === 'answered').length).toBeLessThan(flood.length);
    expect((await request(`http://127.0.0.1:${port}/`)).body).toBe('ok');
    expect(running()).toBe(true);
  });
});

/** The proxy in a process of its own that may open 48 files. */
async function startScarce(upstream: string): Promise<{ port: number; running: () => boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-proxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const core = fileURLToPath(new URL('../../../electron/core/', import.meta.url));
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { createProxyServer } from ${JSON.stringify(`${core}proxy/server.ts`)};
    import { accessRules } from ${JSON.stringify(`${core}proxy/access.ts`)};
    const say = (fields, message) => process.stdout.write(JSON.stringify({ fields, message }) + '\\n');
    const proxy = createProxyServer({
      upstream: { name: 'lab', url: new URL(${JSON.stringify(upstream)}), exactUsage: false },
      tap: { open: () => null },
      hop: () => null,
      errorBody: (method, path, error) => JSON.stringify(error),
      log: { debug: say, info: say, warn: () => {}, error: say },
      access: accessRules({ allowedHosts: [], allowedOrigins: [] }),
    });
    proxy.listen(0, '127.0.0.1').then((at) => say(at, 'ready'));`,
  );
  await build({
    configFile: false,
    logLevel: 'silent',
    // The folder has no packages.
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join(folder, 'out'),
      rolldownOptions: { output: { format: 'es' } },
    },
  });
  const run = 'ulimit -n 48 && exec "$0" "$1"';
  const child = spawn('sh', ['-c', run, process.execPath, join(folder, 'out', 'entry.js')]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  onTestFinished(() => void child.kill());
  await until(
    () => output.includes('ready'),
    () => output,
  );
  const port = Number(/"port":(\d+)/.exec(output)?.[1]);
  return { port, running: () => child.exitCode === null };
}
