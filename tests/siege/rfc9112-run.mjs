// @ts-check
/** Sends the vectors to Tokwatt, to a bare server of Node and to nginx, and counts the requests that each takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { NUMBER, VECTORS } from './rfc9112-vectors.mjs';

/** @typedef {import('./rfc9112-vectors.mjs').Vector} Vector */
/**
 * @typedef {object} Outcome
 * @property {number} taken whole requests that reached the server behind
 * @property {string} answer the statuses, such as `200 400`, or how the connection ended
 */
/** @typedef {Vector & { tokwatt: Outcome, node: Outcome, nginx: Outcome | null }} Result */
/** @typedef {{ port: number, taken: (id: string) => number, stop: () => Promise<void> }} Target */

const HEADLESS = resolve(import.meta.dirname, '../../dist/headless.cjs');
/** How long a server may be silent before it is taken to wait for more, milliseconds. */
const SILENT_MS = 1_200;
/** The same while an answer must come: a busy machine takes its time. */
const ANSWER_MS = 20_000;
/** How long a server is listened to that has given all answers. */
const AFTER_MS = 150;
/** Connections at a time to one server. */
const AT_ONCE = 64;
const MARK = 'x-vector';

/** Where packages put nginx, which is not on every user's path. */
export const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(
  (path) => existsSync(path),
);

/**
 * A server that counts whole requests by the vector that they are of. Every head of a vector has its number in a line
 * of its own, also those that must not be seen as a request.
 * @returns {Promise<Target>}
 */
async function bareNode() {
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
async function tokwatt() {
  const origin = await bareNode();
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-rfc-'));
  const ports = ['--proxy-port', '0', '--api-port', '0', '--log-level', 'error'];
  const upstream = ['--upstream', `http://127.0.0.1:${origin.port}`, '--data-dir', folder];
  const child = spawn(process.execPath, [HEADLESS, ...ports, ...upstream], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.stdout.resume();
  /** @type {{ proxies: { url: string }[] }} */
  const ready = JSON.parse(String(line));
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
async function nginx(program) {
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

/**
 * The bytes of a vector with its number in its heads. One without a place for it gets a line of its own.
 * @param {string} bytes
 * @param {string} id
 */
function marked(bytes, id) {
  if (bytes.includes(NUMBER)) return bytes.replaceAll(NUMBER, id);
  return bytes.replaceAll(/(HTTP\/1\.[01])\r\n(?! )/g, `$1\r\n${MARK}: ${id}\r\n`);
}

/**
 * @param {Target} target
 * @param {Vector} vector
 * @param {string} id
 * @returns {Promise<Outcome>}
 */
async function send(target, vector, id) {
  const heard = await hear(
    target.port,
    Buffer.from(marked(vector.bytes, id), 'latin1'),
    vector.takes,
  );
  const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status);
  return { taken: target.taken(id), answer: statuses.join(' ') || 'no answer' };
}

/**
 * Sends bytes and returns what comes back until the connection ends, or the server is silent. A server that has given
 * as many answers as expected is listened to for a shorter time.
 * @param {number} port
 * @param {Buffer} bytes
 * @param {number} expected
 * @returns {Promise<string>}
 */
function hear(port, bytes, expected) {
  return new Promise((settle) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      settle(heard);
    };
    let timer = setTimeout(end, expected > 0 ? ANSWER_MS : SILENT_MS);
    socket.on('error', () => undefined).on('close', end);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const answers = heard.match(/HTTP\/1\.1 [2-5]/g)?.length ?? 0;
      clearTimeout(timer);
      const isWhole = expected > 0 && answers >= expected;
      timer = setTimeout(end, isWhole ? AFTER_MS : expected > 0 ? ANSWER_MS : SILENT_MS);
    });
    socket.write(bytes);
  });
}

/**
 * @param {Target} target
 * @returns {Promise<Outcome[]>}
 */
async function sendAll(target) {
  /** @type {Outcome[]} */
  const outcomes = [];
  const waiting = VECTORS.map((vector, at) => ({ vector, at }));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes[next.at] = await send(
        target,
        next.vector,
        String(next.at).padStart(NUMBER.length, '0'),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/**
 * Sends all vectors to all servers.
 * @param {string | undefined} nginxPath null results without it
 * @returns {Promise<Result[]>}
 */
export async function compare(nginxPath = NGINX) {
  const targets = await Promise.all([
    tokwatt(),
    bareNode(),
    nginxPath === undefined ? null : nginx(nginxPath),
  ]);
  try {
    const [ours, node, theirs] = await Promise.all(
      targets.map((target) => (target === null ? null : sendAll(target))),
    );
    const none = { taken: 0, answer: '' };
    return VECTORS.map((vector, at) => ({
      ...vector,
      tokwatt: ours?.[at] ?? none,
      node: node?.[at] ?? none,
      nginx: theirs?.[at] ?? null,
    }));
  } finally {
    await Promise.all(targets.map((target) => target?.stop()));
  }
}
