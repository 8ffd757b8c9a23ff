/**
 * A server whose streams report usage in the odd shapes of Ollama (`/v1/completions`: usage with
 * zeros in each chunk) and LiteLLM (`/v1/chat/completions`: the usage beside one empty delta), and
 * only if the request asks for it. Frames follow Ollama's `openai/openai.go` and LiteLLM's
 * `litellm_core_utils/streaming_handler.py`.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UsageGateway {
  readonly url: string;
  /** The bodies of the streaming requests, oldest first. */
  readonly bodies: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly stop: () => Promise<void>;
}

const WORDS = ['One ', 'odd ', 'wörd', '.'];
const USAGE = { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 };
const ZEROS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

export async function startUsageGateway(): Promise<UsageGateway> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const frames = framesFor(request.url ?? '', body);
      if (frames === null) {
        response.writeHead(404).end();
        return;
      }
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const frame of frames) response.write(`data: ${JSON.stringify(frame)}\n\n`);
      response.end('data: [DONE]\n\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    inputTokens: USAGE.prompt_tokens,
    outputTokens: USAGE.completion_tokens,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function framesFor(path: string, body: string): readonly object[] | null {
  if (body === '') return null;
  const { stream_options: options } = JSON.parse(body) as {
    stream_options?: { include_usage?: boolean } | null;
  };
  const asked = options?.include_usage === true;
  if (path === '/v1/completions') return ollamaCompletion(asked);
  return path === '/v1/chat/completions' ? litellmChat(asked) : null;
}

function ollamaCompletion(asked: boolean): readonly object[] {
  const chunk = (text: string, finish: string | null): object => ({
    id: 'cmpl-420',
    object: 'text_completion',
    created: 1,
    choices: [{ text, index: 0, finish_reason: finish }],
    model: 'qwen3:8b',
    system_fingerprint: 'fp_ollama',
    ...(asked ? { usage: ZEROS } : {}),
  });
  const content = [...WORDS.map((word) => chunk(word, null)), chunk('', 'stop')];
  return asked ? [...content, { ...chunk('', null), choices: [], usage: USAGE }] : content;
}

function litellmChat(asked: boolean): readonly object[] {
  const chunk = (delta: object, finish?: string): object => ({
    id: 'chatcmpl-1',
    created: 1,
    model: 'qwen3:8b',
    object: 'chat.completion.chunk',
    choices: [{ ...(finish === undefined ? {} : { finish_reason: finish }), index: 0, delta }],
  });
  const [first, ...rest] = WORDS;
  const content = [
    chunk({ content: first, role: 'assistant' }),
    ...rest.map((word) => chunk({ content: word })),
    chunk({}, 'stop'),
  ];
  return asked ? [...content, { ...chunk({}), usage: USAGE }] : content;
}
