/**
 * Generates a mixed load with all kinds of token requests that llama-server supports. It uses the
 * official clients where possible, else plain fetch.
 */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

/** One exchange, read to its end. Rejects if the client sees a failure. */
export interface Ask {
  readonly name: string;
  /**
   * Reads the answer to its end. With `events`, reads only that many events of a stream and then
   * disconnects.
   */
  run(prompt: string, maxTokens: number, events?: number): Promise<void>;
}

const MODEL = 'tiny';

/** The clients for one base URL. They do not retry, so each exchange is one request. */
export function clientsOf(url: string): { openai: OpenAI; anthropic: Anthropic } {
  return {
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-mixed', maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: url, apiKey: 'sk-mixed', maxRetries: 0 }),
  };
}

/** Unary generation with every API, with one or several answers. */
export function unaryAsks(url: string): Ask[] {
  const { openai, anthropic } = clientsOf(url);
  return [
    ask('chat', (prompt, max_tokens) =>
      openai.chat.completions.create(chatBody(prompt, max_tokens)),
    ),
    ask('completion', (prompt, max_tokens) =>
      openai.completions.create({ model: MODEL, prompt, max_tokens }),
    ),
    ask('response', (input, max_output_tokens) =>
      openai.responses.create({ model: MODEL, input, max_output_tokens }),
    ),
    ask('message', (prompt, max_tokens) =>
      anthropic.messages.create({ model: MODEL, messages: user(prompt), max_tokens }),
    ),
    fetched(url, 'native completion', '/completion', (prompt, n_predict) => ({
      prompt,
      n_predict,
    })),
    fetched(url, 'native completion of two prompts', '/completion', (prompt, n_predict) => ({
      prompt: [prompt, 'a week of power'],
      n_predict,
    })),
    fetched(url, 'infill', '/infill', (prompt, n_predict) => ({
      input_prefix: prompt,
      input_suffix: ' end',
      n_predict,
    })),
  ];
}

/** Streams of every API, with all options that affect their usage. */
export function streamAsks(url: string): Ask[] {
  const { openai, anthropic } = clientsOf(url);
  const chat = (name: string, extra: object): Ask =>
    ask(`streamed chat${name}`, async (prompt, max_tokens, events) => {
      const body = { ...chatBody(prompt, max_tokens), stream: true as const };
      await drain(await openai.chat.completions.create({ ...body, ...extra }), events);
    });
  const completion = (name: string, extra: object): Ask =>
    ask(`streamed completion${name}`, async (prompt, max_tokens, events) => {
      const body = { model: MODEL, prompt, max_tokens, stream: true as const };
      await drain(await openai.completions.create({ ...body, ...extra }), events);
    });
  return [
    chat('', {}),
    chat(', include_usage', { stream_options: { include_usage: true } }),
    chat(', timings_per_token', { timings_per_token: true }),
    chat(', return_progress', { return_progress: true }),
    chat(', all of them', {
      timings_per_token: true,
      return_progress: true,
      stream_options: { include_usage: true },
    }),
    completion('', {}),
    completion(', include_usage', { stream_options: { include_usage: true } }),
    ask('streamed response', async (input, max_output_tokens, events) => {
      const body = { model: MODEL, input, max_output_tokens, stream: true as const };
      await drain(await openai.responses.create(body), events);
    }),
    ask('streamed message', async (prompt, max_tokens, events) => {
      const body = { model: MODEL, messages: user(prompt), max_tokens, stream: true as const };
      await drain(await anthropic.messages.create(body), events);
    }),
    fetched(url, 'streamed native completion', '/completion', (prompt, n_predict) => ({
      prompt,
      n_predict,
      stream: true,
    })),
    fetched(url, 'streamed native completion, return_progress', '/completion', (prompt, n) => ({
      prompt,
      n_predict: n,
      stream: true,
      return_progress: true,
      timings_per_token: true,
    })),
    fetched(url, 'streamed native completion of two prompts', '/completion', (prompt, n) => ({
      prompt: [prompt, 'a week of power'],
      n_predict: n,
      stream: true,
    })),
    fetched(url, 'streamed infill', '/infill', (prompt, n_predict) => ({
      input_prefix: prompt,
      input_suffix: ' end',
      n_predict,
      stream: true,
    })),
  ];
}

/**
 * Requests with several answers. llama-server reports the usage of only one of them, or of each one
 * separately.
 */
export function manifoldAsks(url: string): Ask[] {
  const { openai } = clientsOf(url);
  return [
    ask('chat with two choices', (prompt, max_tokens) =>
      openai.chat.completions.create({ ...chatBody(prompt, max_tokens), n: 2 }),
    ),
    ask('completion of two prompts', (prompt, max_tokens) =>
      openai.completions.create({ model: MODEL, prompt: [prompt, 'of the light'], max_tokens }),
    ),
    ask('streamed chat with two choices', async (prompt, max_tokens) => {
      const options = { stream: true as const, stream_options: { include_usage: true } };
      const body = { ...chatBody(prompt, max_tokens), n: 2, ...options };
      await drain(await openai.chat.completions.create(body));
    }),
    ask('streamed completion of two prompts', async (prompt, max_tokens) => {
      const body = { model: MODEL, prompt: [prompt, 'of the light'], max_tokens };
      await drain(await openai.completions.create({ ...body, stream: true as const }));
    }),
  ];
}

/** Requests that ask no model for tokens, including refused ones. */
export function otherAsks(url: string): Ask[] {
  const { openai, anthropic } = clientsOf(url);
  return [
    ask('token count', (prompt) =>
      anthropic.messages.countTokens({ model: MODEL, messages: user(prompt) }),
    ),
    ask('list of models', () => openai.models.list()),
    fetched(url, 'tokenize', '/tokenize', (content) => ({ content })),
  ];
}

/** Embeddings of one text and of several, for a server that supports them. */
export function embeddingAsks(url: string): Ask[] {
  const { openai } = clientsOf(url);
  return [
    ask('embedding', (input) => openai.embeddings.create({ model: MODEL, input })),
    ask('embeddings of three', (input) =>
      openai.embeddings.create({ model: MODEL, input: [input, 'a watt', 'the warm light'] }),
    ),
    ask('embedding in floats', (input) =>
      openai.embeddings.create({ model: MODEL, input, encoding_format: 'float' }),
    ),
  ];
}

/** Rerank requests, for a server that supports them. */
export function rerankAsks(url: string): Ask[] {
  return [
    fetched(url, 'rerank', '/v1/rerank', (query) => ({
      query,
      documents: ['the small machine', 'a week'],
    })),
    fetched(url, 'reranking', '/reranking', (query) => ({ query, documents: [query, 'of light'] })),
  ];
}

/** Runs jobs with limited concurrency. Rejects with the first failure after all have ended. */
export async function inParallel(
  jobs: readonly (() => Promise<void>)[],
  width: number,
): Promise<void> {
  const queue = [...jobs];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      await job().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
}

function ask(
  name: string,
  run: (prompt: string, maxTokens: number, events?: number) => PromiseLike<unknown>,
): Ask {
  return {
    name,
    run: async (...args) => {
      try {
        await run(...args);
      } catch (error) {
        throw new Error(`${name}: ${String(error)}`, { cause: error });
      }
    },
  };
}

function fetched(
  url: string,
  name: string,
  path: string,
  body: (prompt: string, maxTokens: number) => object,
): Ask {
  return ask(name, async (prompt, maxTokens, events) => {
    const hangUp = new AbortController();
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(prompt, maxTokens)),
      signal: hangUp.signal,
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    if (answer.body !== null) await drain(answer.body, events);
    hangUp.abort();
  });
}

/** Ending the iteration early makes the client, or the body of fetch, close the connection. */
async function drain(stream: AsyncIterable<unknown>, events = Infinity): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  for (let seen = 0; seen < events; seen += 1) {
    if ((await iterator.next()).done === true) return;
  }
  await iterator.return?.();
}

function chatBody(
  prompt: string,
  max_completion_tokens: number,
): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
  return { model: MODEL, messages: user(prompt), max_completion_tokens };
}

function user(content: string): [{ role: 'user'; content: string }] {
  return [{ role: 'user', content }];
}
