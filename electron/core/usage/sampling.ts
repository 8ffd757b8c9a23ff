/**
 * Reads the sampling parameters of a request. Servers use different names and places for the same
 * parameter; no name means two things, so one table serves all dialects.
 *
 * Sources: the API references of OpenAI, Anthropic, Ollama (`options`), llama.cpp's server, vLLM,
 * SGLang (`sampling_params`), Text Generation Inference (`parameters`), LM Studio and KoboldCpp.
 */
import { NO_SAMPLING } from '../../../shared/sampling.ts';
import type { Sampling } from '../../../shared/sampling.ts';
import type { Shape } from './json-shape.ts';
import { SAMPLE, VALUE, array, object, visit } from './json-shape.ts';
import { holdsSomething, isObject, text } from './json-text.ts';
import type { RequestBody } from './request-body.ts';

type NumberKey = {
  [K in keyof Sampling]: Sampling[K] extends number | null ? K : never;
}[keyof Sampling];

/** The names of each parameter. The first one that is a number counts. */
const NUMBERS: readonly (readonly [NumberKey, readonly string[]])[] = [
  ['temperature', ['temperature']],
  ['topP', ['top_p']],
  ['topK', ['top_k']],
  ['minP', ['min_p']],
  ['typicalP', ['typical_p', 'typical']],
  ['repeatPenalty', ['repeat_penalty', 'repetition_penalty', 'rep_pen']],
  ['presencePenalty', ['presence_penalty']],
  ['frequencyPenalty', ['frequency_penalty']],
  ['seed', ['seed', 'random_seed', 'sampler_seed']],
  [
    'maxTokens',
    [
      ...['max_completion_tokens', 'max_output_tokens', 'max_tokens', 'n_predict', 'num_predict'],
      ...['max_new_tokens', 'max_length'],
    ],
  ],
  ['contextLength', ['num_ctx', 'context_length', 'max_context_length']],
];

/** Objects that hold parameters in place of the top level. */
const PLACES = ['options', 'parameters', 'sampling_params'];

const STOP = array(visit('stop'), visit('stop'));

const NAMED: Record<string, Shape> = {
  ...Object.fromEntries(NUMBERS.flatMap(([, names]) => names.map((name) => [name, SAMPLE]))),
  stop: STOP,
  stop_sequences: STOP,
  stop_sequence: STOP,
};

/**
 * The members of a request that hold sampling parameters, in all dialects. A dialect whose features
 * need more of a member replaces it.
 */
export const SAMPLING_MEMBERS: Readonly<Record<string, Shape>> = {
  ...NAMED,
  ...Object.fromEntries(PLACES.map((name) => [name, object(NAMED)])),
  reasoning_effort: VALUE,
  reasoning: object({ effort: VALUE, enabled: VALUE, max_tokens: VALUE }),
  thinking: object({ type: VALUE, budget_tokens: VALUE }),
  think: VALUE,
  output_config: object({ format: SAMPLE, effort: VALUE }),
  output_format: SAMPLE,
  response_format: object({ type: VALUE }),
  text: object({ format: object({ type: VALUE }) }),
  format: SAMPLE,
  tools: array(visit('tool'), SAMPLE),
  functions: array(visit('tool'), SAMPLE),
};

const GRAMMARS = ['guided_regex', 'guided_choice', 'guided_grammar', 'grammar'];
const SCHEMAS = ['guided_json', 'json_schema', 'structured_outputs'];

/** A word of an API. Anything else is not kept, because it could be text of the user. */
const WORD = /^[\w-]{1,32}$/;

/**
 * Returns the sampling parameters of a request; null if it gave none.
 *
 * @param visits how often the members `stop` and `tool` were visited with a value
 */
export function samplingOf(
  body: RequestBody,
  visits: (name: 'stop' | 'tool') => number,
): Sampling | null {
  const numbers = NUMBERS.map(([key, names]) => [key, numberOf(body, names)] as const);
  const sampling: Sampling = {
    ...NO_SAMPLING,
    ...(Object.fromEntries(numbers) as Pick<Sampling, NumberKey>),
    stopCount: visits('stop') || null,
    toolCount: visits('tool') || null,
    reasoningEffort: effortOf(body),
    reasoningTokens:
      finite(body.get('thinking', 'budget_tokens')) ?? finite(body.get('reasoning', 'max_tokens')),
    responseFormat: formatOf(body),
  };
  return Object.values(sampling).every((value) => value === null) ? null : sampling;
}

function numberOf(body: RequestBody, names: readonly string[]): number | null {
  for (const place of [[], ...PLACES.map((name) => [name])]) {
    for (const name of names) {
      const value = finite(body.get(...place, name));
      if (value !== null) return value;
    }
  }
  return null;
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function word(value: unknown): string | null {
  const found = text(value);
  return found !== null && WORD.test(found) ? found : null;
}

/** LM Studio's `reasoning` is the effort itself, Ollama's `think` may be. */
function effortOf(body: RequestBody): string | null {
  return (
    word(body.get('reasoning_effort')) ??
    word(body.get('reasoning', 'effort')) ??
    word(body.get('output_config', 'effort')) ??
    word(body.get('reasoning')) ??
    word(body.get('think'))
  );
}

/** Ollama's `format` is `json` or a schema, Anthropic's formats have a `type`. */
function formatOf(body: RequestBody): string | null {
  const named =
    word(body.get('response_format', 'type')) ?? word(body.get('text', 'format', 'type'));
  if (named !== null) return named;
  const format = body.get('format');
  if (format === 'json') return 'json_object';
  const schemas = [body.get('output_config', 'format'), body.get('output_format'), format];
  if (schemas.some(isObject)) return 'json_schema';
  if (SCHEMAS.some((name) => holdsSomething(body.get(name)))) return 'json_schema';
  return GRAMMARS.some((name) => holdsSomething(body.get(name))) ? 'grammar' : null;
}
