import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ChatEnd, ChatPiece, ChatQuestion } from '../../models/chat.ts';
import type { ChatExchanges } from '../../models/chat-exchanges.ts';
import type { Models } from '../../models/models.ts';
import type { ModelRepository } from '../../models/repository.ts';
import { modelNameSchema } from '../../models/repository-entry.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { hangUp, streamed } from '../streamed-answer.ts';
import type { Send } from '../streamed-answer.ts';

/** Most messages of a chat. More are considered a mistake of the client. */
const MAX_MESSAGES = 10_000;

const MAX_IMAGES = 32;
const MAX_TOOLS = 256;
/** Longest wait for the row of an answer that has ended, milliseconds. */
const ROW_MS = 1_000;

const words = v.pipe(v.string(), v.minLength(1, 'must not be empty'));
const message = v.looseObject({
  role: words,
  content: v.optional(v.nullable(v.union([v.string(), v.array(v.looseObject({}))]))),
});

const chatSchema = v.pipe(
  v.strictObject({
    model: v.exactOptional(modelNameSchema),
    upstream: v.exactOptional(v.string()),
    messages: v.exactOptional(v.pipe(v.array(message), v.minLength(1, 'must not be empty'))),
    message: v.exactOptional(words),
    prompt: v.exactOptional(words),
    system: v.exactOptional(v.string()),
    temperature: v.exactOptional(v.number()),
    topP: v.exactOptional(v.number()),
    images: v.exactOptional(v.pipe(v.array(words), v.maxLength(MAX_IMAGES))),
    tools: v.exactOptional(v.pipe(v.array(v.looseObject({})), v.maxLength(MAX_TOOLS))),
    think: v.exactOptional(v.union([v.boolean(), words])),
    maxTokens: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    options: v.exactOptional(v.record(v.string(), v.unknown()), {}),
  }),
  v.check(
    ({ messages, message, prompt }) =>
      [messages, message, prompt].filter((each) => each !== undefined).length === 1,
    'give one of messages, message and prompt',
  ),
  v.check(
    ({ images, messages }) => images === undefined || messages === undefined,
    'images: put them into the messages',
  ),
);
type ChatBody = v.InferOutput<typeof chatSchema>;

const CHAT = described({
  tag: 'models',
  summary: 'Chat with a model',
  description:
    'The chat goes through the upstream’s proxy, so it is metered like a program’s, as “Tokwatt Playground”. Without a model, the default of the list is used; without an upstream, one that has the model. `message` or `prompt` (with `system`, and `images` in base64) is a conversation of one question. `messages` may have images as Ollama or as OpenAI has them; they are converted for the server. `tools` are in OpenAI’s form. `options` are additional options of the server, such as `top_k`, `min_p`, `seed` or `num_ctx`. Closing the connection stops the answer. The header `X-Request-Id` has the id for `/api/chat/{request_id}`.',
  body: chatSchema,
  answer: {
    media: ['text/event-stream'],
    description:
      'Events with JSON: `token` {token, request_id}; `thinking` {thinking, request_id}; `tool_call` {tool_call: {index, id, name, arguments}, request_id}, whose `arguments` may come in pieces with the same index; at the end `done` {done, request_id, exchange_id, model, upstream, finish_reason, prompt_tokens, cached_prompt_tokens, completion_tokens, latency_ms}, where `exchange_id` is the row at `/api/activity/{id}` (null while metering is paused), or `error` {error, error_sentence, code, request_id}.',
  },
  problems: [404, 409, 413, 422, 429, 501, 502, 504],
});

const idParams = v.object({ requestId: v.pipe(v.string(), v.maxLength(100)) });
const FOUND = described({
  tag: 'models',
  summary: 'The row of a chat',
  description:
    'Also of a chat that was stopped. `exchange_id` is null until the chat has ended. The last 500 chats are known.',
  params: idParams,
  answer: v.strictObject({ requestId: v.string(), exchangeId: v.nullable(v.number()) }),
  problems: [404],
});

export interface ChatRoutesOptions {
  readonly models: Models;
  readonly chats: ChatExchanges;
  readonly repository: ModelRepository;
  readonly log: Log;
}

/** The route for a streamed chat with a model. */
export function chatRoutes({ models, chats, repository, log }: ChatRoutesOptions): Hono {
  const app = new Hono();
  app.post('/chat', CHAT, async (c) => {
    const given = await bodyOf(c);
    refuseMany(given.messages);
    const body = checked(chatSchema, given);
    const question = questionOf(body, repository.defaultModel);
    const about = { requestId: randomUUID() };
    const begun = performance.now();
    const { requestId } = about;
    const chosen = { ...question, requestId, upstream: body.upstream };
    chats.begin(requestId);
    c.header('X-Request-Id', requestId);
    const { pieces, upstream } = await models.chat(chosen, hangUp(c));
    return streamed(c, {
      about,
      onUnknown: (error) => log.error({ error: String(error) }, 'a chat failed'),
      run: async (send) => {
        const end = await sendPieces(pieces, about, send);
        const latencyMs = Math.round(performance.now() - begun);
        const { model } = question;
        const exchangeId = await chats.waitFor(requestId, ROW_MS);
        const ids = { ...about, exchangeId };
        await send('done', { done: true, ...ids, model, upstream, ...end, latencyMs });
      },
    });
  });
  app.get('/chat/:request_id', FOUND, (c) => {
    const { requestId } = checked(idParams, { request_id: c.req.param('request_id') });
    const exchangeId = chats.rowOf(requestId);
    if (exchangeId === undefined) {
      const text = `There is no chat "${requestId}" since the start; /api/activity has its row.`;
      throw new TokwattError('not_found', text, { status: 404 });
    }
    return c.json(toWire({ requestId, exchangeId }));
  });
  return app;
}

/** Sends each piece as an event. Returns the counts that the server sent at the end. */
async function sendPieces(
  pieces: AsyncGenerator<ChatPiece, ChatEnd>,
  about: object,
  send: Send,
): Promise<ChatEnd> {
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) return value;
    const { token, thinking, toolCalls = [] } = value;
    if (thinking !== undefined) await send('thinking', { thinking, ...about });
    if (token !== undefined) await send('token', { token, ...about });
    for (const toolCall of toolCalls) await send('tool_call', { toolCall, ...about });
  }
}

/** Runs before the schema, which would block the event loop with a very long list. */
function refuseMany(messages: unknown): void {
  if (!Array.isArray(messages) || messages.length <= MAX_MESSAGES) return;
  throw new TokwattError('bad_request', `messages: must be at most ${MAX_MESSAGES}`, {
    status: 400,
  });
}

function questionOf(body: ChatBody, defaultModel: string | null): ChatQuestion {
  const { model = defaultModel, messages, message, prompt, system, images, options } = body;
  if (model === null) {
    const text = 'model: name one, or set a default with POST /api/models/repository/NAME/default';
    throw new TokwattError('bad_request', text, { status: 400 });
  }
  const pictures = images === undefined ? {} : { images };
  const asked = messages ?? [{ role: 'user', content: message ?? prompt ?? '', ...pictures }];
  const instruction = system === undefined ? [] : [{ role: 'system', content: system }];
  return {
    model,
    messages: [...instruction, ...asked],
    temperature: body.temperature,
    topP: body.topP,
    maxTokens: body.maxTokens,
    tools: body.tools,
    think: body.think,
    options,
  };
}
