import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { memoryReason, watchPeak } from '../support/memory.ts';
import { tell } from '../support/wire.ts';

const MIB = 1024 * 1024;
/** Far below what any of the bodies here weighs, far above what a garbage collector leaves lying about. */
const BOUND = 80 * MIB;

type Answerer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

interface SeenRequest {
  readonly target: string;
  readonly length: number;
  readonly digest: string;
}

const USAGE = {
  prompt_tokens: 29,
  completion_tokens: 6,
  total_tokens: 35,
  prompt_tokens_details: { cached_tokens: 16 },
};
const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: USAGE,
};

let upstream: http.Server;
/** Whole requests that reached the server. */
let arrived: SeenRequest[];
let answerer: Answerer;
/** A bare server, for answers that no HTTP library would send. */
let raw: net.Server;
let rawAnswer: Buffer;
let tokwatt: Headless;
let port: number;
let rawPort: number;

const json: Answerer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(ANSWER));
};

async function listen(server: net.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  upstream = http.createServer((request, response) => {
    const hash = createHash('sha256');
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      length += chunk.length;
    });
    request.on('end', () => {
      // Tokwatt itself asks, too, to learn what server this is.
      if (request.headers['x-hostile'] === undefined) {
        response.writeHead(404).end();
        return;
      }
      arrived.push({ target: request.url ?? '', length, digest: hash.digest('hex') });
      answerer(request, response);
    });
    request.on('error', () => undefined);
  });
  raw = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(rawAnswer));
  });
  const args = [
    '--upstream',
    `http=${await listen(upstream)}`,
    '--upstream',
    `raw=${await listen(raw)}`,
  ];
  rawAnswer = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  arrived = [];
  answerer = json;
  tokwatt = await startHeadless({ args });
  [port, rawPort] = tokwatt.proxies.map(({ url }) => Number(new URL(url).port)) as [number, number];
});

afterAll(async () => {
  expect(await tokwatt.stop()).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
  raw.close();
});

/** Whatever was done to it, it lives, serves, and nothing inside it went wrong. */
afterEach(async () => {
  answerer = json;
  const answer = await ask('{"model":"after"}');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(ANSWER);
  expect(tokwatt.process.exitCode).toBeNull();
  expect(tokwatt.stderr()).not.toMatch(/not handled|Metering failed|could not be rewritten/);
  arrived = [];
});

function ask(
  body: RequestInit['body'] | null,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${tokwatt.proxies[0]!.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hostile': '1', ...headers },
    body: body ?? null,
    duplex: 'half',
  } as RequestInit);
}

/** The record of the exchange with this tag; waits for it. */
async function recordOf(tag: string): Promise<Wire<ActivityRecord>> {
  return expect
    .poll(
      async () => (await tokwatt.activity(0)).find(({ client }) => client.tag === tag) ?? null,
      {
        timeout: 20_000,
      },
    )
    .not.toBeNull()
    .then(async () => (await tokwatt.activity(0)).find(({ client }) => client.tag === tag)!);
}

async function digestOf(
  stream: AsyncIterable<Uint8Array>,
): Promise<[digest: string, length: number]> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return [hash.digest('hex'), length];
}

function digest(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Hostile: 1\r\n';
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\nX-Hostile: 1\r\n\r\n';

describe('requests that two servers could understand differently', () => {
  it.each([
    [
      'a length and chunks',
      `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'chunks and a length',
      `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'two lengths',
      `${HEAD}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    ],
    ['two equal lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${SMUGGLED}`],
    ['a list of lengths', `${HEAD}Content-Length: 2, 2\r\n\r\n{}${SMUGGLED}`],
    ['a signed length', `${HEAD}Content-Length: +2\r\n\r\n{}${SMUGGLED}`],
    ['a negative length', `${HEAD}Content-Length: -2\r\n\r\n{}${SMUGGLED}`],
    [
      'a length beyond all numbers',
      `${HEAD}Content-Length: 99999999999999999999\r\n\r\n{}${SMUGGLED}`,
    ],
    ['two hosts', `${HEAD}host: evil.example\r\n\r\n`],
    ['no host', 'GET /v1/models HTTP/1.1\r\nX-Hostile: 1\r\n\r\n'],
    ['a folded line', `${HEAD}X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
    [
      'a folded transfer coding',
      `${HEAD}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a space before the colon', `${HEAD}Content-Length : 2\r\n\r\n{}${SMUGGLED}`],
    [
      'a coding that is not the last',
      `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['an unknown coding', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    [
      'two codings',
      `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      'chunks in HTTP/1.0',
      `${HEAD.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ['a bare carriage return', `${HEAD}X-A: a\rContent-Length: 2\r\n\r\n{}`],
    ['a NUL in a value', `${HEAD}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`],
    [
      'a space in the target',
      'GET /v1/mo dels HTTP/1.1\r\nHost: localhost\r\nX-Hostile: 1\r\n\r\n',
    ],
    ['no version', 'GET /v1/models\r\n\r\n'],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex').toString('latin1')],
    ['a head of 100 KB', `${HEAD}X-A: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['a head that never ends a line', 'A'.repeat(200_000)],
    [
      'another server named in its target',
      'GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\nX-Hostile: 1\r\n\r\n',
    ],
    [
      'a tunnel asked for',
      'CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\nX-Hostile: 1\r\n\r\n',
    ],
  ])('are refused and go nowhere: %s', async (_, bytes) => {
    const heard = await tell(port, bytes);
    expect(heard.answer?.start ?? '').toMatch(/^HTTP\/1\.1 (?:4\d\d|501) /);
    expect(arrived).toEqual([]);
  });

  it.each([
    ['a size that is no number', 'zz\r\nab\r\n0\r\n\r\n'],
    ['a negative size', '-2\r\nab\r\n0\r\n\r\n'],
    ['a size as in a program', '0x2\r\nab\r\n0\r\n\r\n'],
    ['a size beyond all numbers', 'fffffffffffffffff\r\nab\r\n0\r\n\r\n'],
    ['more than its size', `2\r\nabcd\r\n0\r\n\r\n${SMUGGLED}`],
    ['a line feed alone behind a size', `2\nab\n0\n\n${SMUGGLED}`],
    ['an extension with a line feed in it', `2;a\n\r\nab\r\n0\r\n\r\n${SMUGGLED}`],
    ['a space before a size', ' 2\r\nab\r\n0\r\n\r\n'],
    ['extensions of 100 KB', `2;${'a'.repeat(100_000)}\r\nab\r\n0\r\n\r\n`],
  ])('never become a whole one upstream: chunks with %s', async (_, chunks) => {
    const heard = await tell(port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks}`);
    expect(heard.answer?.start ?? 'HTTP/1.1 4').not.toMatch(/^HTTP\/1\.1 2/);
    expect(arrived).toEqual([]);
  });

  it('of a body shorter than its length never get whole upstream, and are recorded as aborted', async () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.write(`${HEAD}X-Tokwatt-Tag: short\r\nContent-Length: 100\r\n\r\n{"model":"m"`);
    await expect.poll(async () => (await liveCount()) > 0).toBe(true);
    socket.destroy();
    expect(await recordOf('short')).toMatchObject({
      error: 'client_aborted',
      completed: false,
      status: null,
      model: 'm',
      bytes_in: 12,
    });
    expect(arrived).toEqual([]);
  });

  it('of a body longer than its length end at the announced length', async () => {
    const heard = await tell(port, `${HEAD}Content-Length: 2\r\n\r\n{}more than that`);
    // What follows the body is no request: that may be said first, and ends the connection.
    expect(heard.answer?.start).toMatch(/^HTTP\/1\.1 (?:200|400) /);
    expect(arrived.filter(({ length }) => length !== 2)).toEqual([]);
  });
});

async function liveCount(): Promise<number> {
  const live = (await tokwatt.get('/api/live')) as { in_flight: unknown[] };
  return live.in_flight.length;
}

describe('request bodies that are hard to read', () => {
  const deep = (open: string, close: string, depth: number): Buffer =>
    Buffer.from(`{"model":"m","x":${open.repeat(depth)}${close.repeat(depth)}}`);
  it.each([
    ['a million arrays inside each other', deep('[', ']', 1_000_000), 'm'],
    ['a million objects inside each other', deep('{"a":', '}', 1_000_000).subarray(0), 'm'],
    [
      'one key twice: the last counts, as for the server',
      Buffer.from('{"model":"a","model":"b"}'),
      'b',
    ],
    ['lone surrogates', Buffer.from('{"model":"a\\ud800b","messages":"\\udfff"}'), 'a\ufffdb'],
    ['a key of 1 MB', Buffer.from(`{"${'k'.repeat(MIB)}":1,"model":"m"}`), 'm'],
    ['a model name of 1 MB', Buffer.from(`{"model":"${'n'.repeat(MIB)}"}`), undefined],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      null,
    ],
    ['no JSON', Buffer.from('model=m'), null],
    ['half a document', Buffer.from('{"model":"m","messages":[{'), 'm'],
    ['a number beyond all numbers', Buffer.from('{"model":"m","max_tokens":1e9999}'), 'm'],
    ['a name that is no text', Buffer.from('{"model":{"toString":null}}'), null],
    ['a name with a meaning to programs', Buffer.from('{"model":"__proto__"}'), '__proto__'],
    ['nothing but white space', Buffer.alloc(MIB, 0x20), null],
  ] as [string, Buffer, string | null | undefined][])(
    'arrive untouched, and what is known is recorded: %s',
    async (name, body, model) => {
      const tag = createHash('sha1').update(name).digest('hex').slice(0, 12);
      const answer = await ask(new Uint8Array(body), { 'x-tokwatt-tag': tag });
      expect(answer.status).toBe(200);
      await answer.text();
      expect(arrived).toEqual([
        { target: '/v1/chat/completions', length: body.length, digest: digest(body) },
      ]);
      const row = await recordOf(tag);
      expect(row).toMatchObject({
        completed: true,
        bytes_in: body.length,
        usage: { input_tokens: 29, cached_input_tokens: 16, output_tokens: 6 },
      });
      // As it is written anywhere: half a surrogate pair has no form in UTF-8.
      const written = Buffer.from(row.model ?? '').toString();
      if (model !== undefined) expect(written).toBe(model ?? row.response_model);
      expect((row.model ?? '').length).toBeLessThan(2_000);
    },
  );
});

describe('answers that are hard to read', () => {
  const usage = (text: string): Buffer => Buffer.from(`{"model":"m","choices":[],"usage":${text}}`);
  it.each([
    [
      'a million arrays inside each other',
      Buffer.from(`{"x":${'['.repeat(1e6)}${']'.repeat(1e6)},"usage":${JSON.stringify(USAGE)}}`),
      [29, 6],
    ],
    ['negative counts', usage('{"prompt_tokens":-1,"completion_tokens":-6}'), [null, null]],
    [
      'counts beyond all numbers',
      usage('{"prompt_tokens":1e999,"completion_tokens":1e999}'),
      [null, null],
    ],
    ['counts that are text', usage('{"prompt_tokens":"29","completion_tokens":"six"}'), [29, null]],
    [
      'counts with fractions',
      usage('{"prompt_tokens":29.5,"completion_tokens":6.5}'),
      [null, null],
    ],
    ['a usage that is no object', usage('[29,6]'), [null, null]],
    [
      'two usages: the last counts',
      Buffer.from(
        `{"usage":{"prompt_tokens":1,"completion_tokens":1},"usage":${JSON.stringify(USAGE)}}`,
      ),
      [29, 6],
    ],
    ['no JSON at all', Buffer.from('<html>502</html>'), [null, null]],
  ] as [string, Buffer, [number | null, number | null]][])(
    'pass untouched and count no nonsense: %s',
    async (name, body, [input, output]) => {
      const tag = createHash('sha1').update(`answer ${name}`).digest('hex').slice(0, 12);
      answerer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(body);
      };
      const answer = await ask('{"model":"m"}', { 'x-tokwatt-tag': tag });
      expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
      const { usage: seen } = await recordOf(tag);
      const reported = (count: number | null, mark: string | null): number | null =>
        mark === 'estimated' ? null : count;
      expect([
        reported(seen.input_tokens, seen.provenance.input),
        reported(seen.output_tokens, seen.provenance.output),
      ]).toEqual([input, output]);
    },
  );
});

const noMemory = memoryReason();
describe.skipIf(noMemory !== null)(
  `bodies of a hundred megabytes${noMemory === null ? '' : ` (skipped: ${noMemory})`}`,
  () => {
    const LINE = Buffer.alloc(MIB, 0x61);
    const end = `data: ${JSON.stringify({ choices: [], usage: USAGE })}\n\ndata: [DONE]\n\n`;
    const ollamaEnd = `${JSON.stringify({ model: 'm', done: true, prompt_eval_count: 29, eval_count: 6 })}\n`;
    const say = (text: string): string => `{"choices":[{"index":0,"delta":{"content":"${text}`;

    /** Writes as fast as the reader reads. */
    function flood(head: string, blocks: number, tail: string, type: string): Answerer {
      return (_, response) => {
        response.writeHead(200, { 'content-type': type });
        response.write(head);
        let left = blocks;
        const more = (): void => {
          while (left > 0) {
            left -= 1;
            if (!response.write(LINE)) {
              response.once('drain', more);
              return;
            }
          }
          response.end(tail);
        };
        more();
      };
    }

    // The server tells 6 tokens, which cannot be 100 MiB of text: four characters count as one.
    const ESTIMATED = (100 * MIB) / 4;
    it.each([
      [
        'a content line',
        'text/event-stream',
        `data: ${say('')}`,
        `"}}]}\n\n${end}`,
        [29, ESTIMATED],
        true,
      ],
      ['a comment line', 'text/event-stream', ': ', `\n\n${end}`, [29, 6], true],
      ['an unknown field', 'text/event-stream', 'foo: ', `\n\n${end}`, [29, 6], true],
      [
        'a line of lines',
        'application/x-ndjson',
        '{"model":"m","message":{"content":"',
        `"},"done":false}\n${ollamaEnd}`,
        [29, ESTIMATED],
        true,
      ],
      [
        'a string inside JSON',
        'application/json',
        '{"x":"',
        `","usage":${JSON.stringify(USAGE)}}`,
        [29, 6],
        true,
      ],
      ['a line that never ends', 'text/event-stream', 'data: ', '', [null, null], false],
      ['text that is no stream', 'text/event-stream', '', '', [null, null], false],
    ] as [string, string, string, string, [number | null, number | null], boolean][])(
      'pass in little memory: %s',
      async (name, type, head, tail, [input, output], completed) => {
        const tag = createHash('sha1').update(`big ${name}`).digest('hex').slice(0, 12);
        answerer = flood(head, 100, tail, type);
        const url = type.includes('ndjson') ? '/api/chat' : '/v1/chat/completions';
        const peak = watchPeak(tokwatt.process.pid!);
        const answer = await fetch(`${tokwatt.proxies[0]!.url}${url}`, {
          method: 'POST',
          headers: { 'x-hostile': '1', 'x-tokwatt-tag': tag },
          body: '{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}',
        });
        const [, length] = await digestOf(answer.body!);
        expect(length).toBe(100 * MIB + Buffer.byteLength(head) + Buffer.byteLength(tail));
        const row = await recordOf(tag);
        expect(peak()).toBeLessThan(BOUND);
        expect(row.completed).toBe(completed);
        const { usage } = row;
        if (completed) expect([usage.input_tokens, usage.output_tokens]).toEqual([input, output]);
        else expect([usage.provenance.input, row.error]).toEqual(['estimated', 'incomplete']);
      },
    );

    it('pass through as a request with little memory', async () => {
      async function* body(): AsyncGenerator<Buffer> {
        yield Buffer.from('{"model":"m","messages":[{"role":"user","content":"');
        for (let i = 0; i < 100; i += 1) yield await Promise.resolve(LINE);
        yield Buffer.from('"}],"stream":false}');
      }
      const peak = watchPeak(tokwatt.process.pid!);
      const answer = await ask(body() as unknown as BodyInit, { 'x-tokwatt-tag': 'upload' });
      expect(await answer.json()).toEqual(ANSWER);
      expect(arrived[0]?.length).toBe(100 * MIB + 51 + 19);
      expect(await recordOf('upload')).toMatchObject({
        completed: true,
        model: 'm',
        stream: false,
      });
      expect(peak()).toBeLessThan(BOUND);
    });

    const BOMB = zlib.gzipSync(Buffer.alloc(300 * MIB));

    it('inside a compressed answer pass unchanged, and decoding is abandoned', async () => {
      answerer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(BOMB);
      };
      const peak = watchPeak(tokwatt.process.pid!);
      const bytes = await rawBody({ 'x-tokwatt-tag': 'bomb' });
      expect(digest(bytes)).toBe(digest(BOMB));
      expect(await recordOf('bomb')).toMatchObject({ readable: false, bytes_out: BOMB.length });
      expect(peak()).toBeLessThan(BOUND);
    });

    it('inside a compressed request arrive unchanged', async () => {
      const peak = watchPeak(tokwatt.process.pid!);
      const headers = { 'content-encoding': 'gzip', 'x-tokwatt-tag': 'bomb-up' };
      expect(await (await ask(new Uint8Array(BOMB), headers)).json()).toEqual(ANSWER);
      expect(arrived.map((seen) => seen.digest)).toEqual([digest(BOMB)]);
      expect(await recordOf('bomb-up')).toMatchObject({
        completed: true,
        usage: { input_tokens: 29, output_tokens: 6 },
      });
      expect(peak()).toBeLessThan(BOUND);
    });
  },
);

/** The body as it is on the wire: fetch would decode it. */
function rawBody(headers: http.OutgoingHttpHeaders): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'x-hostile': '1', ...headers } };
    const url = `${tokwatt.proxies[0]!.url}/v1/chat/completions`;
    const request = http.request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks)));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end('{"model":"m"}');
  });
}

describe('compressed answers that are broken', () => {
  const whole = zlib.gzipSync(JSON.stringify(ANSWER));
  it.each([
    ['gzip', 'garbage', Buffer.from('this is no gzip')],
    ['br', 'garbage', Buffer.from('\xff\xff\xff\xff', 'latin1')],
    ['gzip', 'cut off', whole.subarray(0, whole.length - 12)],
    ['gzip, gzip, gzip, gzip, gzip', 'too many layers', whole],
    ['x-none', 'unknown', Buffer.from(JSON.stringify(ANSWER))],
  ])('pass as they are and are recorded as not readable: %s, %s', async (encoding, name, body) => {
    answerer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(body);
    };
    const tag = `broken ${name} ${encoding}`.slice(0, 30);
    const bytes = await rawBody({ 'x-tokwatt-tag': tag });
    expect(bytes.equals(body)).toBe(true);
    const row = await recordOf(tag);
    expect(row).toMatchObject({ status: 200, bytes_out: body.length });
    expect(row.readable && row.completed).toBe(false);
    expect(row.usage.output_tokens).toBeNull();
  });
});

describe('a server that speaks broken HTTP', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `],
    ['a folded line', `${head}X-A: a\r\n b\r\nContent-Length: 2\r\n\r\n{}`],
    ['a NUL in a value', `${head}X-A: \0\r\nContent-Length: 2\r\n\r\n{}`],
    ['a head of 100 KB', `${head}X-A: ${'a'.repeat(100_000)}\r\n\r\n{}`],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nabc',
    ],
  ])('is answered for with 502 in words: %s', async (name, bytes) => {
    rawAnswer = Buffer.from(bytes, 'latin1');
    const tag = `broken ${name}`;
    const heard = await tell(
      rawPort,
      `${HEAD}X-Tokwatt-Tag: ${tag}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(heard.answer?.start).toMatch(/^HTTP\/1\.1 502 /);
    expect(heard.answer?.body.toString()).toContain('Tokwatt');
    // Half a head is a connection that closed before the answer.
    const isHalf = name === 'half a head';
    expect(heard.answer?.body.toString()).toContain(
      isHalf ? 'upstream_failed' : 'malformed_answer',
    );
    expect(await recordOf(tag)).toMatchObject({
      status: 502,
      completed: false,
      error: isHalf ? 'upstream_died' : 'malformed_answer',
      usage: { input_tokens: null, output_tokens: null },
    });
  });

  const body = JSON.stringify(ANSWER);
  const { length } = Buffer.from(body);
  const chunks = `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  it.each([
    [
      'a length and chunks',
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    ],
    [
      'the same length twice',
      `${head}Content-Length: ${length}\r\nContent-Length: ${length}\r\n\r\n${body}`,
    ],
    [
      'lines that end with LF',
      `${head}Content-Length: ${length}\r\n\r\n`.replaceAll('\r', '') + body,
    ],
    [
      'spaces before colons',
      `HTTP/1.1 200 OK\r\nContent-Type : application/json\r\nContent-Length : ${length}\r\n\r\n${body}`,
    ],
  ])('is understood where other clients understand it: %s', async (name, bytes) => {
    rawAnswer = Buffer.from(bytes, 'latin1');
    const tag = `loose ${name}`;
    const heard = await tell(
      rawPort,
      `${HEAD}X-Tokwatt-Tag: ${tag}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(heard.ended).toBe('whole');
    expect(heard.answer?.body.toString()).toBe(body);
    expect(await recordOf(tag)).toMatchObject({
      completed: true,
      error: null,
      usage: { input_tokens: 29, output_tokens: 6 },
    });
  });

  it.each([
    ['fewer bytes than announced', `${head}Content-Length: 10\r\n\r\n{}`, 'upstream_died'],
    [
      'a chunk size that is none',
      `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n`,
      'malformed_answer',
    ],
    ['a chunk cut off', `${head}Transfer-Encoding: chunked\r\n\r\nff\r\n{}`, 'upstream_died'],
  ])('cannot make its half answer look whole: %s', async (name, bytes, error) => {
    rawAnswer = Buffer.from(bytes, 'latin1');
    const tag = `half ${name}`;
    const heard = await tell(
      rawPort,
      `${HEAD}X-Tokwatt-Tag: ${tag}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(heard.ended).not.toBe('whole');
    expect(await recordOf(tag)).toMatchObject({ completed: false, error });
  });

  it('sends no more than the announced length', async () => {
    rawAnswer = Buffer.from(`${head}Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\nsmuggled`);
    const request = `${HEAD}Content-Length: 2\r\n\r\n{}`;
    const heard = await tell(rawPort, [Buffer.from(request), Buffer.from(request)]);
    expect(heard.bytes.toString('latin1')).not.toContain('smuggled');
  });
});
