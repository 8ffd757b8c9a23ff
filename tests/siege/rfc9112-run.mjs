// @ts-check
/** Sends the vectors to Tokwatt, to a bare server of Node and to nginx, and counts the requests that each takes. */
import { connect } from 'node:net';
import { MARK, NGINX, bareNode, nginx, tokwatt } from './rfc9112-servers.mjs';
import { NUMBER, VECTORS } from './rfc9112-vectors.mjs';

/** @typedef {import('./rfc9112-vectors.mjs').Vector} Vector */
/** @typedef {import('./rfc9112-servers.mjs').Target} Target */
/**
 * @typedef {object} Outcome
 * @property {number} taken whole requests that reached the server behind
 * @property {string} answer the statuses, such as `200 400`, or how the connection ended
 */
/** @typedef {Vector & { tokwatt: Outcome, node: Outcome, nginx: Outcome | null }} Result */

/** How long a server may be silent before it is taken to wait for more, milliseconds. */
const SILENT_MS = 1_200;
/** On a busy machine it is so many times what the slowest answer took. */
const PATIENCE = 5;
/** The same while an answer must come. */
const ANSWER_MS = 20_000;
/** How long a server is listened to at least that has given all answers. */
const AFTER_MS = 150;
/** The slowest answer so far. Requests that are answered come first. */
let slowestMs = 0;
/** Connections at a time to one server. */
const AT_ONCE = 64;

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
    const silent = () => Math.max(SILENT_MS, PATIENCE * slowestMs);
    let timer = setTimeout(end, expected > 0 ? ANSWER_MS : silent());
    const began = performance.now();
    socket.on('error', () => undefined).on('close', end);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const answers = heard.match(/HTTP\/1\.1 [2-5]/g)?.length ?? 0;
      clearTimeout(timer);
      const isWhole = expected > 0 && answers >= expected;
      if (isWhole) slowestMs = Math.max(slowestMs, performance.now() - began);
      timer = setTimeout(end, isWhole ? AFTER_MS + slowestMs : expected > 0 ? ANSWER_MS : silent());
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
      targets.map(async (target) => (target === null ? null : await sendAll(target))),
    );
    const none = { taken: 0, answer: '' };
    return VECTORS.map((vector, at) => ({
      ...vector,
      tokwatt: ours?.[at] ?? none,
      node: node?.[at] ?? none,
      nginx: theirs?.[at] ?? null,
    }));
  } finally {
    await Promise.all(targets.map(async (target) => target?.stop()));
  }
}
