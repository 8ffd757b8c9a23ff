/**
 * A server whose answers never end by themselves, in the shapes of several APIs. It tells when a
 * connection was closed, for tests of requests that end early.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';

export interface HeldUpstream {
  readonly url: string;
  /** The number of answers that run. */
  readonly open: () => number;
  /** When the last answer was cut off, monotonic milliseconds; null if none was. */
  readonly cutAt: () => number | null;
  readonly stop: () => Promise<void>;
}

const sse = (value: object, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`;

/** The beginning of a stream of each path, with three pieces of content. */
const STREAMS: Readonly<Record<string, string>> = {
  '/v1/chat/completions': ['one', ' two', ' three']
    .map((content) => sse({ model: 'held', choices: [{ index: 0, delta: { content } }] }))
    .join(''),
  '/v1/responses': [
    sse(
      {
        type: 'response.created',
        response: { id: 'resp_1', model: 'held', status: 'in_progress' },
      },
      'response.created',
    ),
    ...['one', ' two', ' three'].map((delta) =>
      sse(
        { type: 'response.output_text.delta', item_id: 'm', output_index: 0, delta },
        'response.output_text.delta',
      ),
    ),
  ].join(''),
  '/v1/messages': [
    sse(
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'held',
          content: [],
          usage: { input_tokens: 9, output_tokens: 1 },
        },
      },
      'message_start',
    ),
    ...['one', ' two', ' three'].map((text) =>
      sse(
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
        'content_block_delta',
      ),
    ),
  ].join(''),
  '/api/chat': ['one', ' two', ' three']
    .map((content) => `${JSON.stringify({ model: 'held', message: { content }, done: false })}\n`)
    .join(''),
};

export async function startHeldUpstream(): Promise<HeldUpstream> {
  const open = new Set<ServerResponse>();
  let cutAt: number | null = null;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const begin = STREAMS[request.url ?? ''];
      if (begin === undefined) {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not here"}');
        return;
      }
      open.add(response);
      response.on('close', () => {
        open.delete(response);
        cutAt = performance.now();
      });
      const { stream } = JSON.parse(body) as { stream?: boolean };
      if (stream !== true) return;
      const type = request.url === '/api/chat' ? 'application/x-ndjson' : 'text/event-stream';
      response.writeHead(200, { 'content-type': type });
      response.write(begin);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    open: () => open.size,
    cutAt: () => cutAt,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
