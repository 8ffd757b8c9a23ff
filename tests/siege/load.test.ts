/**
 * Many at once, and servers that behave badly, through the real program. With TOKWATT_SIEGE=long the streams are 5,000
 * and an answer has 4 GB.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { ServerResponse } from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { memoryReason, watchPeak } from '../support/memory.ts';

const IS_LONG = process.env.TOKWATT_SIEGE === 'long';
const STREAMS = IS_LONG ? 5_000 : 500;
const MIB = 1024 ** 2;
const LARGE_BYTES = (IS_LONG ? 4_096 : 256) * MIB;
const SLOW_CLIENTS = 500;
const WORDS = 5;

/** How a server answers; the number of words is the last path segment where it matters. */
type Manner = 'stream' | 'slow' | 'stall' | 'reset' | 'large';

/** Answers in OpenAI's form. The id of the request is its only prompt, so that answers can be told apart. */
function answer(manner: Manner, id: string, response: ServerResponse): void {
  const frame = (content: string): string =>
    `data: ${JSON.stringify({ model: 'siege', choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const usage = { prompt_tokens: 7, completion_tokens: WORDS, total_tokens: 7 + WORDS };
  const end = `data: ${JSON.stringify({ model: 'siege', choices: [], usage })}\n\ndata: [DONE]\n\n`;
  if (manner === 'large') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    pour(response, LARGE_BYTES);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const text = Array.from({ length: WORDS }, (_, word) => frame(`${id}.${word} `)).join('') + end;
  if (manner === 'stream') response.end(text);
  else if (manner === 'slow') trickle(response, Buffer.from(text));
  else {
    response.write(frame('one'));
    // A stalled answer goes on when its client has left.
    if (manner === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 20);
  }
}

/** Sends byte by byte, each in a packet of its own. */
function trickle(response: ServerResponse, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) response.write(bytes.subarray(at, ++at));
    else {
      clearInterval(timer);
      response.end();
    }
  }, 1);
  response.once('close', () => clearInterval(timer));
}

function pour(response: ServerResponse, bytes: number): void {
  const piece = Buffer.alloc(MIB, 97);
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}

interface Got {
  readonly status: number;
  readonly text: string;
  /** The connection broke before the end. */
  readonly isCut: boolean;
}

let upstream: http.Server;
let tokwatt: Headless;
/** A socket each: what counts is that they are at the same time. */
const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });

function ask(manner: Manner, id = 'x'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({
      model: 'siege',
      stream: true,
      messages: [{ role: 'user', content: id }],
    });
    const path =
      manner === 'large' ? `/large/${id}` : `/v1/chat/completions?manner=${manner}&id=${id}`;
    const request = http.request(
      `${tokwatt.proxy}${path}`,
      { method: 'POST', agent },
      (response) => {
        let text = '';
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (manner !== 'large') text += chunk.toString();
        });
        const done = (isCut: boolean): void =>
          resolve({
            status: response.statusCode ?? 0,
            text: manner === 'large' ? String(bytes) : text,
            isCut,
          });
        response.on('end', () => done(false));
        response.on('error', () => done(true));
      },
    );
    request.on('error', reject);
    request.setHeader('content-type', 'application/json');
    request.end(body);
  });
}

interface Totals {
  readonly requests: number;
  readonly errors: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

async function totals(): Promise<Totals> {
  return ((await tokwatt.get('/api/usage')) as { totals: Totals }).totals;
}

/** What the totals grew by, once they have `requests` more. */
async function grown(before: Totals, requests: number): Promise<Totals> {
  const growth = async (): Promise<number> => (await totals()).requests - before.requests;
  await expect.poll(growth, { timeout: 20_000 }).toBe(requests);
  const now = await totals();
  return {
    requests,
    errors: now.errors - before.errors,
    input_tokens: now.input_tokens - before.input_tokens,
    output_tokens: now.output_tokens - before.output_tokens,
  };
}

function listen(server: http.Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  return once(server, 'listening').then(() => (server.address() as AddressInfo).port);
}

function serve(): http.Server {
  return http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://siege');
    const manner = url.searchParams.get('manner') ?? url.pathname.split('/')[1];
    request.resume().once('end', () => {
      if (request.method !== 'POST') response.end('{}');
      else answer(manner as Manner, url.searchParams.get('id') ?? '', response);
    });
  });
}

let port: number;
beforeAll(async () => {
  upstream = serve();
  port = await listen(upstream);
  tokwatt = await startHeadless({ args: ['--upstream', `http://127.0.0.1:${port}`] });
});
afterAll(async () => {
  await tokwatt.stop();
  upstream.closeAllConnections();
  upstream.close();
});

describe('many at once', () => {
  it(`${STREAMS} streams: each client gets its own answer, and each is counted once`, async () => {
    const before = await totals();
    const ids = Array.from({ length: STREAMS }, (_, index) => `i${index}`);
    const answers = await Promise.all(ids.map((id) => ask('stream', id)));
    const wrong = answers.filter(
      ({ status, text, isCut }, index) =>
        status !== 200 ||
        isCut ||
        !text.includes(`"${ids[index]}.4 "`) ||
        !text.endsWith('[DONE]\n\n'),
    );
    expect(wrong).toEqual([]);
    expect(await grown(before, STREAMS)).toEqual({
      ...{ requests: STREAMS, errors: 0 },
      ...{ input_tokens: 7 * STREAMS, output_tokens: WORDS * STREAMS },
    });
  });

  it(`${SLOW_CLIENTS} clients that never finish their request keep nobody out`, async () => {
    const slow = Array.from({ length: SLOW_CLIENTS }, () => {
      const socket = net.connect(Number(new URL(tokwatt.proxy).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
      return socket;
    });
    const drip = setInterval(() => slow.forEach((socket) => socket.write('a')), 100);
    const before = await totals();
    for (let index = 0; index < 40; index += 1) {
      expect(await ask('stream', `s${index}`)).toMatchObject({ status: 200, isCut: false });
    }
    expect(slow.filter(({ destroyed }) => destroyed)).toEqual([]);
    clearInterval(drip);
    slow.forEach((socket) => socket.destroy());
    // A request that never was one is nobody's use.
    expect(await grown(before, 40)).toMatchObject({ errors: 0, output_tokens: 40 * WORDS });
  });
});

describe('a server', () => {
  it('that sends byte by byte is counted exactly', async () => {
    const before = await totals();
    const { text, isCut } = await ask('slow', 'b');
    expect({ isCut, isWhole: text.endsWith('[DONE]\n\n') }).toEqual({
      isCut: false,
      isWhole: true,
    });
    expect(await grown(before, 1)).toMatchObject({
      errors: 0,
      input_tokens: 7,
      output_tokens: WORDS,
    });
  });

  it('that resets its connection cuts the client off too, and is an error', async () => {
    const before = await totals();
    expect(await ask('reset')).toMatchObject({ status: 200, isCut: true });
    expect(await grown(before, 1)).toMatchObject({ errors: 1 });
  });

  it('that stalls holds only its own client, who may leave', async () => {
    const before = await totals();
    const leaving = new AbortController();
    const body = JSON.stringify({ model: 'siege', stream: true, messages: [] });
    const stalled = await fetch(`${tokwatt.proxy}/v1/chat/completions?manner=stall`, {
      ...{ method: 'POST', body, signal: leaving.signal },
      headers: { 'content-type': 'application/json' },
    });
    expect(await ask('stream', 'w')).toMatchObject({ status: 200, isCut: false });
    leaving.abort();
    await expect(stalled.text()).rejects.toThrow('abort');
    // Who leaves has asked: it counts, and is no fault of the server.
    await grown(before, 2);
  });

  it('that comes and goes: what the client saw is what the rows say', async () => {
    const before = await totals();
    const seen: (number | 'cut')[] = [];
    for (let round = 0; round < 6; round += 1) {
      if (round % 2 === 1) {
        upstream.closeAllConnections();
        upstream.close();
        await once(upstream, 'close');
      }
      for (let index = 0; index < 5; index += 1) {
        const { status, isCut } = await ask('stream', `f${round}.${index}`);
        seen.push(isCut ? 'cut' : status);
      }
      if (round % 2 === 1) {
        upstream = serve();
        await listen(upstream, port);
      }
    }
    const failed = seen.filter((status) => status !== 200).length;
    expect(new Set(seen)).toEqual(new Set([200, 502]));
    expect(failed).toBe(15);
    expect(await grown(before, seen.length)).toMatchObject({ errors: failed });
  });

  it.skipIf(memoryReason() !== null)(
    `that sends ${LARGE_BYTES / MIB} MiB costs little memory`,
    async () => {
      const peak = watchPeak(tokwatt.process.pid ?? 0);
      expect(await ask('large')).toMatchObject({
        status: 200,
        text: String(LARGE_BYTES),
        isCut: false,
      });
      // Garbage of pieces that have passed is in it.
      expect(peak()).toBeLessThan(LARGE_BYTES / 2);
    },
    600_000,
  );
});
