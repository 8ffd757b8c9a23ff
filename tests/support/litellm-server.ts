/**
 * Imitates the proxy of LiteLLM, with the answers observed from version 1.108.7: with a master key,
 * with and without its database package, and with a model that has a mock response.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export const LITELLM_MODEL = 'fake-gpt';
export const LITELLM_INPUT_TOKENS = 8;
export const LITELLM_OUTPUT_TOKENS = 16;

export interface LiteLlm {
  readonly url: string;
  /** Requests such as `GET /v1/models`, with ` +key` if the master key was sent; oldest first. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

export interface LiteLlmOptions {
  readonly masterKey: string;
  /**
   * Like an installation with `pip install litellm[proxy]`, where a missing key causes an internal
   * error.
   */
  readonly withoutPrisma?: boolean;
}

export async function startLiteLlm(options: LiteLlmOptions): Promise<LiteLlm> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method ?? ''} ${request.url ?? ''}`;
    const given = keyOf(request);
    asked.push(given === options.masterKey ? `${call} +key` : call);
    request.resume().on('end', () => answer(response, call, given, options));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function keyOf({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
  return bearer ?? headers['x-api-key']?.toString() ?? null;
}

const MODELS = {
  data: [LITELLM_MODEL, 'claude-fake'].map((id) => ({
    id,
    object: 'model',
    created: 1_677_610_602,
    owned_by: 'openai',
  })),
  object: 'list',
};

const OPEN: Readonly<Record<string, unknown>> = {
  'GET /health/liveliness': "I'm alive!",
  'GET /health/readiness': { status: 'healthy', db: 'Not connected' },
};

const LOCKED: Readonly<Record<string, unknown>> = {
  'GET /health/readiness/details': {
    status: 'healthy',
    db: 'Not connected',
    cache: null,
    litellm_version: '1.108.7',
  },
  'GET /v1/models': MODELS,
  // The real server calls all configured models here, which costs money.
  'GET /health': { healthy_endpoints: [], unhealthy_endpoints: [], healthy_count: 0 },
  'POST /v1/chat/completions': null,
};

function answer(
  response: ServerResponse,
  call: string,
  given: string | null,
  { masterKey, withoutPrisma = false }: LiteLlmOptions,
): void {
  if (call in OPEN) json(response, 200, OPEN[call]);
  else if (call === 'GET /') html(response);
  else if (!(call in LOCKED)) json(response, 404, { detail: 'Not Found' });
  else if (given === null) refuse(response, withoutPrisma);
  else if (given !== masterKey) json(response, 400, NO_DATABASE);
  else if (call.startsWith('POST')) chat(response);
  else json(response, 200, LOCKED[call]);
}

const NO_DATABASE = {
  error: { message: 'No connected db.', type: 'no_db_connection', param: null, code: '400' },
};

function refuse(response: ServerResponse, withoutPrisma: boolean): void {
  if (withoutPrisma) {
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Internal Server Error');
    return;
  }
  const message = 'Authentication Error, No api key passed in.';
  json(response, 401, { error: { message, type: 'auth_error', param: 'None', code: '401' } });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function html(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end('<html><title>LiteLLM API - Swagger UI</title></html>');
}

function chat(response: ServerResponse): void {
  const frame = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: LITELLM_MODEL };
  const piece = (delta: object, finish?: string): object => ({
    ...frame,
    choices: [{ index: 0, delta, ...(finish === undefined ? {} : { finish_reason: finish }) }],
  });
  const usage = {
    completion_tokens: LITELLM_OUTPUT_TOKENS,
    prompt_tokens: LITELLM_INPUT_TOKENS,
    total_tokens: LITELLM_INPUT_TOKENS + LITELLM_OUTPUT_TOKENS,
    completion_tokens_details: { reasoning_tokens: 0, text_tokens: LITELLM_OUTPUT_TOKENS },
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-litellm-version': '1.108.7',
  });
  const frames = [
    piece({ role: 'assistant', content: 'Hel' }),
    piece({ content: 'lo.' }),
    piece({}, 'stop'),
    // The usage comes with an empty choice; other servers send no choice.
    { ...piece({}), usage },
  ];
  for (const each of frames) response.write(`data: ${JSON.stringify(each)}\n\n`);
  response.end('data: [DONE]\n\n');
}
