// @ts-check
/** The client: sends requests and measures them. Times are milliseconds. */
import { Agent, request as httpRequest } from 'node:http';
import { dialects } from './shapes.mjs';

/**
 * @typedef {object} Target
 * @property {string} url
 * @property {Agent} agent
 * @property {string} dialect
 *
 * @typedef {object} Timed
 * @property {number} firstMs from sending the request to the first byte of the answer's body
 * @property {number} totalMs
 * @property {number[]} arrivals the arrival time of each piece of the body, if requested
 */

/**
 * @param {string} url
 * @param {string} dialect
 * @returns {Target}
 */
export function target(url, dialect) {
  return { url, dialect, agent: new Agent({ keepAlive: true }) };
}

/**
 * Sends one request and reads the answer to its end.
 * @param {Target} to
 * @param {object} wanted
 * @param {boolean} [keepArrivals]
 * @returns {Promise<Timed>}
 */
export function exchange(to, wanted, keepArrivals = false) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ model: 'bench-8b', messages: MESSAGES, ...wanted });
    const start = performance.now();
    const request = open(to, body);
    let first = 0;
    /** @type {number[]} */
    const arrivals = [];
    request.on('response', (answer) => {
      answer.on('data', () => {
        if (first === 0) first = performance.now();
        if (keepArrivals) arrivals.push(performance.now());
      });
      answer.on('end', () => {
        const end = performance.now();
        if (answer.statusCode === 200) {
          resolve({ firstMs: first - start, totalMs: end - start, arrivals });
        } else reject(new Error(`${to.url} answered ${answer.statusCode}`));
      });
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/**
 * Sends many requests, `width` at the same time.
 * @param {Target} to
 * @param {object} wanted
 * @param {{ count: number, width: number }} size
 */
export async function batch(to, wanted, { count, width }) {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await exchange(to, wanted);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/**
 * Requests a flood and reads only its first piece. The returned function closes the connection.
 * @param {Target} to
 * @param {object} wanted
 * @returns {Promise<() => void>}
 */
export function stall(to, wanted) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ model: 'bench-8b', messages: MESSAGES, ...wanted });
    const request = open(to, body);
    request.on('response', (answer) => {
      answer.on('error', () => undefined);
      answer.once('data', () => {
        answer.pause();
        resolve(() => request.destroy());
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** A prompt of ordinary length. */
const MESSAGES = [
  { role: 'system', content: 'You are a careful assistant. '.repeat(20) },
  { role: 'user', content: 'Read the meter and say what it shows. '.repeat(20) },
];

/**
 * @param {Target} to
 * @param {string} body
 */
function open(to, body) {
  return httpRequest(to.url + (dialects[to.dialect]?.path ?? ''), {
    method: 'POST',
    agent: to.agent,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: 'Bearer sk-bench-0123456789',
      'user-agent': 'bench',
      accept: '*/*',
    },
  });
}
