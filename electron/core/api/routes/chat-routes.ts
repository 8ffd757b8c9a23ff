import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import * as v from 'valibot';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ChatEnd, ChatPiece, ChatQuestion } from '../../models/chat.ts';
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
    maxTokens: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    options: v.exactOptional(v.record(v.string(), v.unknown()), {}),
  }),
  v.check(
    ({ messages, message, prompt }) =>
      [messages, message, prompt].filter((each) => each !== undefined).length === 1,
    'give one of messages, message and prompt',
  ),
);
type ChatBody = v.InferOutput<typeof chatSchema>;

const CHAT = described({
  tag: 'models',
  summary: 'Chat with a model',
  description:
    'The chat goes through the upstream’s proxy, so it is metered like a program’s. Without a model, the default of the list is used; without an upstream, one that has the model. `messages` are forwarded unchanged; `message` or `prompt` (with `system`) is a conversation of one question. `options` are additional options of the server.',
  body: chatSchema,
  answer: {
    media: ['text/event-stream'],
    description:
      'Events with JSON: `token` {token, request_id}; `thinking` {thinking, request_id}; at the end `done` {done, request_id, model, upstream, finish_reason, prompt_tokens, cached_prompt_tokens, completion_tokens, latency_ms}, or `error` {error, code, request_id}.',
  },
  problems: [404, 409, 413, 422, 429, 501, 502, 504],
});

export interface ChatRoutesOptions {
  readonly models: Models;
  readonly repository: ModelRepository;
  readonly log: Log;
}

/** The route for a streamed chat with a model. */
export function chatRoutes({ models, repository, log }: ChatRoutesOptions): Hono {
  const app = new Hono();
  app.post('/chat', CHAT, async (c) => {
    const given = await bodyOf(c);
    refuseMany(given.messages);
    const body = checked(chatSchema, given);
    const question = questionOf(body, repository.defaultModel);
    const about = { requestId: randomUUID() };
    const begun = performance.now();
    const chosen = { ...question, upstream: body.upstream };
    const { pieces, upstream } = await models.chat(chosen, hangUp(c));
    return streamed(c, {
      about,
      onUnknown: (error) => log.error({ error: String(error) }, 'a chat failed'),
      run: async (send) => {
        const end = await sendPieces(pieces, about, send);
        const latencyMs = Math.round(performance.now() - begun);
        const { model } = question;
        await send('done', { done: true, ...about, model, upstream, ...end, latencyMs });
      },
    });
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
    const { token, thinking } = value;
    if (thinking !== undefined) await send('thinking', { thinking, ...about });
    if (token !== undefined) await send('token', { token, ...about });
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
  const { model = defaultModel, messages, message, prompt, system, options } = body;
  if (model === null) {
    const text = 'model: name one, or set a default with POST /api/models/repository/NAME/default';
    throw new TokwattError('bad_request', text, { status: 400 });
  }
  const asked = messages ?? [{ role: 'user', content: message ?? prompt ?? '' }];
  const instruction = system === undefined ? [] : [{ role: 'system', content: system }];
  return {
    model,
    messages: [...instruction, ...asked],
    temperature: body.temperature,
    topP: body.topP,
    maxTokens: body.maxTokens,
    options,
  };
}
