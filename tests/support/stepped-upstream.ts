/**
 * A server whose streamed answers continue only when the test says so, for changes made during a
 * stream. It streams in OpenAI's shape and answers everything else at once.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

export interface SteppedUpstream {
  /** It is in every piece of a stream, so that a test sees which server that came from. */
  readonly name: string;
  readonly url: string;
  readonly port: number;
  /** The chat requests, oldest first. */
  readonly chats: readonly { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** The number of running streams. */
  readonly open: () => number;
  /** Sends one more piece on each running stream. */
  readonly step: () => void;
  /** Ends all running streams in order. */
  readonly finish: () => void;
  readonly stop: () => Promise<void>;
}

export const STEPPED_MODEL = 'stepped';

function frame(content: string): string {
  const choices = [{ index: 0, delta: { content } }];
  return `data: ${JSON.stringify({ model: STEPPED_MODEL, choices })}\n\n`;
}

const END = [
  { model: STEPPED_MODEL, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { model: STEPPED_MODEL, choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } },
].map((event) => `data: ${JSON.stringify(event)}\n\n`);
const USAGE = END[1] ?? '';

export async function startSteppedUpstream(name = 'stepped'): Promise<SteppedUpstream> {
  const streams = new Map<ServerResponse, { wantsUsage: boolean; pieces: number }>();
  const chats: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.url !== '/v1/chat/completions') {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not here"}');
        return;
      }
      chats.push({ headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      streams.set(response, { wantsUsage: body.includes('include_usage'), pieces: 0 });
      response.on('close', () => streams.delete(response));
      response.write(frame(`${name} begins`));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    name,
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    chats,
    open: () => streams.size,
    step: () => {
      for (const [response, stream] of streams) {
        stream.pieces += 1;
        response.write(frame(`${name} ${stream.pieces}`));
      }
    },
    finish: () => {
      for (const [response, { wantsUsage }] of streams) {
        response.end(`${END[0] ?? ''}${wantsUsage ? USAGE : ''}data: [DONE]\n\n`);
      }
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A chat that streams through `base`, with its text so far and its end. */
export interface OpenStream {
  readonly status: number;
  readonly text: () => string;
  /** Resolves once the text contains this part. */
  readonly until: (part: string) => Promise<void>;
  /** Resolves with the whole text. Rejects if the connection broke. */
  readonly ended: Promise<string>;
  readonly hangUp: () => void;
}

export async function openStream(
  base: string,
  body: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenStream> {
  const abort = new AbortController();
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: STEPPED_MODEL, stream: true, messages: [], ...body }),
    signal: abort.signal,
  });
  let text = '';
  let isEnded = false;
  let wake = (): void => undefined;
  const read = async (): Promise<string> => {
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      wake();
    }
    return text;
  };
  const ended = read().finally(() => {
    isEnded = true;
    wake();
  });
  ended.catch(() => undefined);
  const until = async (part: string): Promise<void> => {
    while (!text.includes(part)) {
      if (isEnded) throw new Error(`The stream ended without "${part}": ${text}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { status: answer.status, text: () => text, until, ended, hangUp: () => abort.abort() };
}
