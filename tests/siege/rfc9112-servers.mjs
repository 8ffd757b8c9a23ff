// @ts-check
/** The servers to which the vectors are sent. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ port: number, taken: (id: string) => number, stop: () => Promise<void> }} Target */

const HEADLESS = resolve(import.meta.dirname, '../../dist/headless.cjs');
/** The line with a vector's number. */
export const MARK = 'x-vector';

/** Where packages put nginx, which is not on every user's path. */
export const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(
  (path) => existsSync(path),
);

/**
 * A server that counts whole requests by the vector that they are of. Every head of a vector has its number in a line
 * of its own, also those that must not be seen as a request.
 * @returns {Promise<Target>}
 */
export async function bareNode() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const server = createServer({ requireHostHeader: true }, (request, response) => {
    request.on('error', () => undefined).resume();
    request.on('end', () => {
      if (!request.complete) return;
      const id = String(request.headers[MARK] ?? '');
      counts.set(id, (counts.get(id) ?? 0) + 1);
      response.end('ok');
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port: address.port,
    taken: (id) => counts.get(id) ?? 0,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @returns {Promise<Target>} */
export async function tokwatt() {
  const origin = await bareNode();
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-rfc-'));
  const ports = ['--proxy-port', '0', '--api-port', '0', '--log-level', 'error'];
  const upstream = ['--upstream', `http://127.0.0.1:${origin.port}`, '--data-dir', folder];
  const child = spawn(process.execPath, [HEADLESS, ...ports, ...upstream], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = /** @type {unknown[]} */ (await once(lines, 'line'));
  child.stdout.resume();
  /** @type {unknown} */
  const parsed = JSON.parse(String(line));
  const ready = /** @type {{ proxies: { url: string }[] }} */ (parsed);
  return {
    port: Number(new URL(ready.proxies[0]?.url ?? '').port),
    taken: origin.taken,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      await origin.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} program @returns {Promise<Target>} */
export async function nginx(program) {
  const origin = await bareNode();
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-nginx-'));
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, nginxConfig(folder, port, origin.port));
  const child = spawn(program, ['-c', config, '-p', folder, '-e', 'stderr'], { stdio: 'ignore' });
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with status ${child.exitCode}.`);
    await sleep(20);
  }
  return {
    port,
    taken: origin.taken,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      await origin.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Limits as wide as Tokwatt's, so that only what is malformed is refused. */
function nginxConfig(
  /** @type {string} */ folder,
  /** @type {number} */ port,
  /** @type {number} */ origin,
) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 512; }
http {
  access_log off; ${temporary}
  client_header_buffer_size 64k; large_client_header_buffers 4 64k; client_max_body_size 1m;
  server {
    listen 127.0.0.1:${port} backlog=512;
    location / { proxy_pass http://127.0.0.1:${origin}; proxy_http_version 1.1; }
  }
}
`;
}

async function freePort() {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {number} port @returns {Promise<boolean>} */
function isOpen(port) {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => settle(true));
    socket.on('error', () => settle(false)).on('connect', () => socket.destroy());
  });
}
