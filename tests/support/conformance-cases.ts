/** The answers from which docs/conformance.md is made: recorded ones, and changed copies of them. */
import { RECORDINGS } from '../../electron/core/usage/fixtures/all.ts';
import type { Recording } from '../../electron/core/usage/fixtures/recording.ts';
import { JSON_TYPE, events, typedEvents } from '../../electron/core/usage/fixtures/recording.ts';

export const COLUMNS = [
  'streamed',
  'unary',
  'tool call',
  'reasoning',
  'cached',
  'cut off',
  'no usage',
  'compressed',
] as const;
export type Column = (typeof COLUMNS)[number];

export type Answer = Pick<Recording, 'path' | 'request' | 'headers' | 'body' | 'cut'>;

export interface Case {
  readonly answer: Answer;
  /** True if the counts must be those that the server reported. */
  readonly isExact: boolean;
}

export interface Row {
  readonly api: string;
  /** A missing case is one that the API does not have. */
  readonly cases: Readonly<Partial<Record<Column, Case>>>;
}

/** Members in which servers report counts and speeds. */
const USAGE_MEMBERS =
  /"(usage|timings|stats|meta_info|details|(?:prompt_)?eval_(?:cached_)?(?:count|duration)|tokens_(?:evaluated|predicted|cached))":/g;

const exact = (answer: Answer): Case => ({ answer, isExact: true });
const other = (answer: Answer): Case => ({ answer, isExact: false });

function recorded(name: string): Answer {
  const found = RECORDINGS.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`there is no recording "${name}"`);
  return found;
}

/** The same answer to a request with these members, without an image whose size is no measure. */
function asked(request: object, answer: Answer): Answer {
  return { ...answer, request: JSON.stringify(request) };
}

/** The same answer by a server that reports no counts. */
function withoutUsage(answer: Answer): Answer {
  const { 'content-type': type = '' } = answer.headers;
  const body = answer.body.replace(USAGE_MEMBERS, '"x_$1":');
  return { ...answer, headers: { 'content-type': type }, body };
}

/** The same answer, cut off before the last occurrence of a text. */
function cutBefore(text: string, answer: Answer): Answer {
  const at = answer.body.lastIndexOf(text);
  if (at <= 0) throw new Error(`the answer has no "${text}"`);
  return { ...answer, body: answer.body.slice(0, at), cut: true };
}

function unary(path: string, body: object): Answer {
  const request = JSON.stringify({ model: 'm', prompt: 'Hi', input: 'Hi' });
  return { path, request, headers: JSON_TYPE, body: JSON.stringify(body) };
}

const CHAT_USAGE = { prompt_tokens: 42, completion_tokens: 11, total_tokens: 53 };

/** The recorded stream with a tool call, by a server that reports its usage. */
function openAiTool(): Answer {
  const call = recorded('openai chat calling a tool');
  const usage = events({ id: 'c1', model: 'm', choices: [], usage: CHAT_USAGE });
  return { ...call, body: call.body.replace('data: [DONE]', `${usage}data: [DONE]`) };
}

function anthropicTool(): Answer {
  const block = { type: 'tool_use', id: 't', name: 'f', input: {} };
  const body = typedEvents(
    {
      type: 'message_start',
      message: { model: 'm', usage: { input_tokens: 42, output_tokens: 1 } },
    } as { type: string },
    { type: 'content_block_start', index: 0, content_block: block } as { type: string },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{"a":1}' },
    } as { type: string },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 11 } } as {
      type: string;
    },
    { type: 'message_stop' },
  );
  return { ...recorded('anthropic stream with several message deltas and nulls in them'), body };
}

const OLLAMA_GENERATE = 'ollama generate stream with context and an explicit zero of cached tokens';
const COMPLETIONS = 'openai completions stream by Ollama, zeros on every chunk';
const ANTHROPIC_PARTS = 'anthropic stream with cached input, thinking and a tool';
const ANTHROPIC_PLAIN = 'anthropic stream with several message deltas and nulls in them';
const TEXT = { model: 'm', input: 'name three rivers of the north', stream: true };

const MESSAGE = {
  model: 'm',
  messages: [{ role: 'user', content: 'name three rivers' }],
  stream: true,
};

/** The rows of the table. */
export const ROWS: readonly Row[] = [
  {
    api: 'OpenAI Chat Completions',
    cases: {
      streamed: exact(recorded('openai chat stream with include_usage')),
      unary: exact(recorded('openai chat not streamed')),
      'tool call': exact(openAiTool()),
      reasoning: exact(recorded('openai chat not streamed')),
      cached: exact(recorded('openai chat not streamed')),
      'cut off': other(recorded('openai chat stream cut off')),
      'no usage': other(recorded('openai chat stream without usage')),
    },
  },
  {
    api: 'OpenAI Completions',
    cases: {
      streamed: exact(recorded(COMPLETIONS)),
      unary: exact(
        unary('/v1/completions', {
          model: 'm',
          choices: [{ text: 'x', finish_reason: 'stop' }],
          usage: CHAT_USAGE,
        }),
      ),
      cached: exact(recorded('llama.cpp completions stream whose last chunk has usage unasked')),
      'cut off': other(recorded('openai completions stream by Ollama, cut off after zeros')),
      'no usage': other(withoutUsage(recorded(COMPLETIONS))),
    },
  },
  {
    api: 'OpenAI Responses',
    cases: {
      streamed: exact(recorded('responses stream')),
      unary: exact(recorded('responses not streamed')),
      'tool call': exact(recorded('responses not streamed')),
      reasoning: exact(recorded('responses stream')),
      cached: exact(recorded('responses stream')),
      'cut off': other(asked(TEXT, recorded('responses stream cut off'))),
      'no usage': other(asked(TEXT, withoutUsage(recorded('responses stream')))),
    },
  },
  {
    api: 'Anthropic Messages',
    cases: {
      streamed: exact(recorded(ANTHROPIC_PLAIN)),
      unary: exact(recorded('anthropic not streamed, without cache fields')),
      'tool call': exact(anthropicTool()),
      reasoning: exact(recorded(ANTHROPIC_PARTS)),
      cached: exact(recorded(ANTHROPIC_PARTS)),
      'cut off': other(
        recorded('anthropic stream cut off, its input known, its output a placeholder'),
      ),
      'no usage': other(asked(MESSAGE, withoutUsage(recorded(ANTHROPIC_PLAIN)))),
    },
  },
  {
    api: 'Ollama chat',
    cases: {
      streamed: exact(recorded('ollama chat stream with thinking and cached prompt')),
      unary: exact(recorded('ollama chat not streamed')),
      'tool call': exact(
        recorded('ollama chat with tools whose arguments look like the end of the stream'),
      ),
      reasoning: other(recorded('ollama chat stream with thinking and cached prompt')),
      cached: exact(recorded('ollama chat stream with thinking and cached prompt')),
      'cut off': other(recorded('ollama chat cut off after a tool call')),
      'no usage': other(recorded('ollama emulation without any counts')),
    },
  },
  {
    api: 'Ollama generate',
    cases: {
      streamed: exact(recorded(OLLAMA_GENERATE)),
      unary: exact(recorded('ollama generate not streamed, stopped by the length')),
      reasoning: other(recorded(OLLAMA_GENERATE)),
      cached: exact(recorded(OLLAMA_GENERATE)),
      'cut off': other(cutBefore('{"model"', recorded(OLLAMA_GENERATE))),
      'no usage': other(withoutUsage(recorded(OLLAMA_GENERATE))),
    },
  },
  {
    api: 'llama.cpp completion',
    cases: {
      streamed: exact(recorded('llama.cpp native completion stream')),
      unary: exact(recorded('llama.cpp native completion not streamed')),
      cached: exact(recorded('llama.cpp native completion stream')),
      'cut off': other(recorded('llama.cpp native completion stream cut off')),
      'no usage': other(withoutUsage(recorded('llama.cpp native completion stream'))),
    },
  },
  {
    api: 'LM Studio chat',
    cases: {
      streamed: exact(recorded('lm studio stream')),
      unary: exact(recorded('lm studio not streamed')),
      'tool call': exact(recorded('lm studio not streamed')),
      reasoning: exact(recorded('lm studio stream')),
      cached: other(recorded('lm studio stream')),
      'cut off': other(asked(TEXT, cutBefore('event: chat.end', recorded('lm studio stream')))),
      'no usage': other(asked(TEXT, withoutUsage(recorded('lm studio stream')))),
    },
  },
  {
    api: 'SGLang generate',
    cases: {
      streamed: exact(recorded('sglang generate stream, counts growing')),
      unary: exact(
        unary('/generate', {
          text: 'x',
          meta_info: { prompt_tokens: 10, completion_tokens: 3, finish_reason: { type: 'stop' } },
        }),
      ),
      reasoning: other(recorded('sglang generate stream, counts growing')),
      cached: exact(recorded('sglang generate stream, counts growing')),
      'cut off': other(
        cutBefore('data: {"text":"xxx"', recorded('sglang generate stream, counts growing')),
      ),
      'no usage': other(withoutUsage(recorded('sglang generate stream, counts growing'))),
    },
  },
  {
    api: 'TGI generate',
    cases: {
      streamed: other(recorded('tgi generate stream')),
      unary: exact(recorded('tgi generate')),
      'cut off': other(cutBefore('data:', recorded('tgi generate stream'))),
      'no usage': other(withoutUsage(recorded('tgi generate'))),
    },
  },
  {
    api: 'KoboldCpp generate',
    cases: {
      streamed: other({ ...recorded('koboldcpp generate stream'), cut: false }),
      unary: exact(recorded('koboldcpp generate')),
      'cut off': other(recorded('koboldcpp generate stream')),
      'no usage': other(recorded('koboldcpp generate of a build without counts')),
    },
  },
  {
    api: 'OpenAI embeddings',
    cases: {
      unary: exact(recorded('openai embeddings')),
      'no usage': other(withoutUsage(recorded('openai embeddings'))),
    },
  },
  {
    api: 'Ollama embeddings',
    cases: {
      unary: exact(recorded('ollama embed')),
      'no usage': other(recorded('ollama legacy embeddings, without counts')),
    },
  },
  {
    api: 'llama.cpp embeddings',
    cases: {
      unary: other(recorded('llama.cpp native embedding, a bare array')),
      'no usage': other(recorded('llama.cpp native embedding, a bare array')),
    },
  },
  {
    api: 'TEI embed',
    cases: {
      unary: exact(recorded('tei embed, counted in its headers')),
      'no usage': other(withoutUsage(recorded('tei embed, counted in its headers'))),
    },
  },
  {
    api: 'OpenAI transcriptions',
    cases: {
      streamed: exact(recorded('transcription stream')),
      unary: exact(recorded('transcription with tokens')),
      cached: exact(recorded('transcription stream')),
      'cut off': other(cutBefore('data:', recorded('transcription stream'))),
      'no usage': other(recorded('transcription as plain text')),
    },
  },
];
