/**
 * Ollama's own API: `/api/generate`, `/api/chat` (NDJSON), `/api/embed` and `/api/embeddings`.
 * Answers of its other routes, which manage models, are only checked for errors.
 */
import type { Features } from '../../../shared/features.ts';
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf, joined } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { ollamaError } from './error-shapes.ts';
import type { Dialect, Route } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, OrdinaryFrames } from './fold.ts';
import { SAMPLE, TEXT, VALUE, array, digest, object, visit } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, holdsSomething, isObject, text } from './json-text.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestLens } from './request.ts';
import { asked } from './request.ts';
import { SAMPLING_MEMBERS } from './sampling.ts';
import { SESSION_MEMBERS } from './session-id.ts';
import { ollamaTimes } from './time-shapes.ts';
import { count, usageOf } from './usage-shapes.ts';

const ANSWER = object({
  model: VALUE,
  error: SAMPLE,
  done: VALUE,
  done_reason: VALUE,
  response: TEXT,
  thinking: TEXT,
  tool_calls: SAMPLE,
  message: object({ content: TEXT, thinking: TEXT, tool_calls: SAMPLE }),
  load_duration: VALUE,
  prompt_eval_count: VALUE,
  prompt_eval_cached_count: VALUE,
  prompt_eval_duration: VALUE,
  eval_count: VALUE,
  eval_duration: VALUE,
});

// Arguments of tool calls are objects with arbitrary member names here, so such frames are always
// parsed.
const MARKER = /"(?:done"\s*:\s*[^f\s]|error"\s*:|tool_calls"\s*:)/;

const ORDINARY: OrdinaryFrames = {
  events: null,
  content: /"(content|response|thinking)"\s*:\s*"[^"]/,
  isVisible: (member) => member !== 'thinking',
  marker: () => MARKER,
  curiosity: 16,
};

class OllamaFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings: Findings;

  constructor(inputOnly: boolean) {
    this.findings = new Findings(inputOnly);
  }

  frame(value: JsonObject): Content | null {
    const { findings } = this;
    findings.model(at(value, 'model'));
    const done = at(value, 'done');
    if (typeof done === 'boolean') this.#done(done, at(value, 'done_reason'));
    findings.usage(
      usageOf({
        input: count(at(value, 'prompt_eval_count')),
        cached: count(at(value, 'prompt_eval_cached_count')),
        output: count(at(value, 'eval_count')),
      }),
    );
    findings.times(ollamaTimes(value));
    const message = at(value, 'message');
    const calls = [...elements(at(value, 'tool_calls')), ...elements(at(message, 'tool_calls'))];
    if (calls.length > 0) findings.toolsCalled = true;
    const said = contentOf(
      [at(value, 'response'), at(message, 'content')],
      [at(value, 'thinking'), at(message, 'thinking')],
    );
    return joined([said, ...calls.map(callContent)]);
  }

  #done(done: boolean, reason: unknown): void {
    const { findings } = this;
    findings.ended = done;
    findings.unfinished = !done;
    findings.finishReason = text(reason) ?? findings.finishReason;
    // The answer to a request that only loads or unloads the model.
    if (done && (reason === 'load' || reason === 'unload')) findings.inference = false;
  }
}

/** Arguments are an object here. Its JSON text counts as the generated text. */
function callContent(call: unknown): Content {
  const made = at(call, 'function');
  return isObject(made) ? { ...TEXTLESS, characters: JSON.stringify(made).length } : TEXTLESS;
}

const REQUEST = object({
  ...SAMPLING_MEMBERS,
  ...SESSION_MEMBERS,
  model: VALUE,
  name: VALUE,
  stream: VALUE,
  keep_alive: VALUE,
  prompt: SAMPLE,
  input: SAMPLE,
  images: visit('images'),
  messages: array(
    object({ images: visit('images'), role: visit('role'), content: digest('said') }),
  ),
});

function features(body: RequestBody): Features {
  const format = body.get('format');
  const think = body.get('think');
  return {
    tools: asked(body, holdsSomething(body.get('tools'))),
    structuredOutput: asked(body, format === 'json' || isObject(format)),
    images: asked(body, body.met('images')),
    // If it is absent, the model decides, so it is unknown.
    thinking: typeof think === 'boolean' ? think : text(think) === null ? null : true,
  };
}

const LENS: RequestLens = {
  shape: REQUEST,
  // Only a literal `false` turns streaming off.
  stream: (value) => value !== false,
  features,
  // A request without a prompt only loads or unloads the model.
  inference: (body) =>
    ['prompt', 'input', 'messages'].some((name) => holdsSomething(body.get(name))) ||
    body.met('images'),
  unloads: (body) => isZeroDuration(body.get('keep_alive')),
};

/** Answers of embeddings, lists and similar routes are never streams. */
const UNARY_LENS: RequestLens = { ...LENS, stream: () => false };

/** These routes stream their progress by default, like chats. */
const PROGRESS = /\/api\/(?:pull|push|create)\/?$/;

function tellsProgress({ inference, endpoint }: Route): boolean {
  return !inference && PROGRESS.test(endpoint);
}

function lens(route: Route): RequestLens {
  const streams = route.inference ? route.operation !== 'embedding' : tellsProgress(route);
  return streams ? LENS : UNARY_LENS;
}

/**
 * True for zero as a number of seconds, or as text in the form of Go's `time.ParseDuration`, such
 * as `0s`.
 */
function isZeroDuration(value: unknown): boolean {
  if (typeof value !== 'string') return value === 0;
  return value.includes('0') && !/[1-9]/.test(value);
}

export const ollama: Dialect = createDialect({
  id: 'ollama',
  lens,
  tellsProgress,
  fold: (route) => new OllamaFold(route.operation === 'embedding'),
  error: ollamaError,
});
