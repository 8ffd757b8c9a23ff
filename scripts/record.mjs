// @ts-check
/**
 * Records real answers as fixtures of the usage readers. Each file holds a request; its answer is
 * written into the same file, as the server sent it.
 *
 *     node scripts/record.mjs --server llama-server --version 0.7.0 \
 *       --url http://127.0.0.1:8080 --metrics http://127.0.0.1:8080 \
 *       electron/core/usage/fixtures/recorded/llama-server-chat-*.json
 *
 * A new recording begins as a file with `setup` (how the server was started), `path` and `request`.
 * `endAfterBytes` makes the client end the connection when it has that much of the answer. With
 * `--metrics URL` of a llama-server, the file gets the tokens that this server counted during the
 * exchange. `--key` is sent as a bearer token and not recorded. `expected` is written by hand from
 * what the server says, and is kept when a file is recorded again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

/**
 * @typedef {object} Recording
 * @property {string} setup
 * @property {string} path
 * @property {unknown} request
 * @property {number | undefined} [endAfterBytes]
 * @property {unknown} [expected]
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {readonly (readonly [atMs: number, bytes: number])[]} arrivals
 * @property {string} body
 * @property {boolean} cut true if the connection ended before the answer
 *
 * @typedef {Record<string, number>} Counters
 */

/** The others say nothing about the usage, or differ in each run. */
const KEPT_HEADERS = ['content-type', 'content-encoding', 'server', 'x-litellm-version'];

/** @type {readonly (readonly [name: string, metric: string])[]} */
const COUNTERS = [
  ['prompt', 'prompt_tokens_total'],
  ['cachedPrompt', 'prompt_tokens_cached_total'],
  ['output', 'tokens_predicted_total'],
];

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string' },
    version: { type: 'string' },
    url: { type: 'string' },
    metrics: { type: 'string' },
    key: { type: 'string' },
  },
});

/**
 * @param {Recording} recording
 * @param {string} url
 * @returns {Promise<Answer>}
 */
function send({ path, request, endAfterBytes = Infinity }, url) {
  const body = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    ...(values.key === undefined ? {} : { authorization: `Bearer ${values.key}` }),
  };
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const call = httpRequest(
      new URL(path, url),
      { method: 'POST', headers, agent: false },
      (response) => {
        /** @type {Buffer[]} */
        const pieces = [];
        /** @type {[number, number][]} */
        const arrivals = [];
        let size = 0;
        response.on('data', (/** @type {Buffer} */ piece) => {
          if (size >= endAfterBytes) return;
          size += piece.length;
          pieces.push(piece);
          arrivals.push([Number((performance.now() - start).toFixed(2)), piece.length]);
          if (size >= endAfterBytes) response.destroy();
        });
        response.on('close', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: keptHeaders(response.headers),
            arrivals,
            body: Buffer.concat(pieces).toString(),
            cut: !response.complete,
          });
        });
        // Its cause is the end of the connection, which `cut` tells.
        response.on('error', () => undefined);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @returns {Record<string, string>}
 */
function keptHeaders(headers) {
  const kept = KEPT_HEADERS.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, String(headers[name])]));
}

/**
 * The counters of a llama-server. It adds to them when a slot becomes free, which is soon after the
 * end of an answer, so they are read until two readings agree.
 * @returns {Promise<Counters>}
 */
async function readCounters() {
  let last = '';
  for (;;) {
    const text = await (await fetch(new URL('/metrics', values.metrics))).text();
    /** @type {Counters} */
    const now = {};
    for (const [name, metric] of COUNTERS) {
      now[name] = Number(new RegExp(`^llamacpp:${metric} (\\S+)`, 'm').exec(text)?.[1]);
    }
    if (JSON.stringify(now) === last) return now;
    last = JSON.stringify(now);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/**
 * @param {string} file
 * @param {string} url
 */
async function record(file, url) {
  /** @type {unknown} */
  const parsed = JSON.parse(await readFile(file, 'utf8'));
  const { setup, path, request, endAfterBytes, expected } = /** @type {Recording} */ (parsed);
  const given = { setup, path, request, endAfterBytes };
  const before = values.metrics === undefined ? null : await readCounters();
  const { cut, ...answer } = await send(given, url);
  const after = values.metrics === undefined ? null : await readCounters();
  const recorded = {
    server: values.server,
    version: values.version,
    recordedAt: new Date().toISOString().slice(0, 10),
    ...given,
    ...answer,
    ...(cut ? { cut } : {}),
    ...(before === null || after === null ? {} : { counters: difference(before, after) }),
    expected,
  };
  const options = { ...(await resolveConfig(file)), filepath: file };
  await writeFile(file, await format(JSON.stringify(recorded, null, 2), options));
  const size = `${answer.body.length} characters${cut ? ', cut off' : ''}`;
  console.log(`${basename(file)}: ${answer.status}, ${size}`);
  if (expected === undefined) console.log('  has no `expected` yet');
}

/**
 * @param {Counters} before
 * @param {Counters} after
 * @returns {Counters}
 */
function difference(before, after) {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}

async function main() {
  const { url, server, version } = values;
  if (url === undefined || server === undefined || version === undefined || files.length === 0) {
    console.error('Usage: see the head of scripts/record.mjs. It needs --server, --version, --url');
    console.error('and one or more files.');
    process.exitCode = 1;
    return;
  }
  // One after another, because a server's prompt cache makes the order matter.
  for (const file of files) await record(file, url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
