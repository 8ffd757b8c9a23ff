// @ts-check
/**
 * The server behind all arms. It answers at once, in recorded formats. The request's JSON controls
 * the answer: `{ stream, tokens, gap_ms, frame_bytes }`. `gap_ms` is the time between frames;
 * without it, frames are sent as fast as the connection accepts them. `frame_bytes` requests a
 * flood of filler lines instead of tokens.
 */
import { createServer } from 'node:http';
import { dialects } from './shapes.mjs';

/**
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {import('./shapes.mjs').Dialect} Dialect
 * @typedef {{ stream?: boolean, tokens?: number, gap_ms?: number, frame_bytes?: number }} Wanted
 */

const server = createServer((request, response) => {
  const dialect = Object.values(dialects).find(({ path }) => path === request.url);
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (dialect === undefined) {
      response.writeHead(404).end();
      return;
    }
    const wanted = /** @type {Wanted} */ (JSON.parse(Buffer.concat(chunks).toString()));
    if (wanted.stream === true) stream(response, dialect, wanted);
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(dialect.unary(wanted.tokens ?? 1));
    }
  });
});
server.keepAliveTimeout = 0;

/**
 * @param {Response} response
 * @param {Dialect} dialect
 * @param {Wanted} wanted
 */
function stream(response, dialect, { tokens = 1, gap_ms = 0, frame_bytes = 0 }) {
  response.writeHead(200, { 'content-type': dialect.contentType });
  if (gap_ms > 0) pace(response, dialect, tokens, gap_ms);
  else flood(response, dialect, tokens, frame_bytes);
}

/**
 * @param {Response} response
 * @param {Dialect} dialect
 * @param {number} tokens
 * @param {number} gapMs
 */
function pace(response, dialect, tokens, gapMs) {
  let sent = 0;
  const next = () => {
    if (response.destroyed) clearInterval(timer);
    else if (sent < tokens) response.write(dialect.frame(sent++));
    else {
      clearInterval(timer);
      response.end(dialect.last(tokens));
    }
  };
  const timer = setInterval(next, gapMs);
  next();
}

/**
 * @param {Response} response
 * @param {Dialect} dialect
 * @param {number} tokens
 * @param {number} frameBytes
 */
function flood(response, dialect, tokens, frameBytes) {
  const filler = frameBytes > 0 ? `: ${'x'.repeat(frameBytes)}\n\n` : null;
  let sent = 0;
  const more = () => {
    while (sent < tokens && !response.destroyed) {
      if (!response.write(filler ?? dialect.frame(sent++))) {
        if (filler !== null) sent += 1;
        response.once('drain', more);
        return;
      }
      if (filler !== null) sent += 1;
    }
    if (!response.destroyed) response.end(dialect.last(tokens));
  };
  more();
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ ready: `http://127.0.0.1:${port}` });
});
