/** LM Studio's native chat, `POST /api/v1/chat`: one request may run many turns and tools. */
import type { Features } from '../../../shared/usage.ts';
import { createDialect } from './dialect.ts';
import { openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, VALUE, array, object, visit } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, holdsSomething, isObject, text } from './json-text.ts';
import type { RequestBody, RequestLens } from './request.ts';
import { asked } from './request.ts';
import { lmStudioStats } from './time-shapes.ts';
import { count, usageOf } from './usage-shapes.ts';

const RESULT = {
  model_instance_id: VALUE,
  stats: VALUE,
  output: array(object({ type: VALUE })),
};

const ANSWER = object({
  ...RESULT,
  type: VALUE,
  error: SAMPLE,
  content: SAMPLE,
  arguments: SAMPLE,
  result: object(RESULT),
});

const ORDINARY: OrdinaryFrames = {
  events: new Set(['message.delta', 'reasoning.delta']),
  content: /"content"\s*:\s*"[^"]/,
  marker: () => null,
  curiosity: 16,
};

class LmStudioFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);

  frame(value: JsonObject, { event }: FrameContext): boolean {
    const { findings } = this;
    const type = text(at(value, 'type')) ?? event;
    const inner = at(value, 'result');
    const result = isObject(inner) ? inner : value;
    const stats = at(result, 'stats');
    findings.model(at(result, 'model_instance_id'));
    findings.usage(
      usageOf({
        input: count(at(stats, 'input_tokens')),
        output: count(at(stats, 'total_output_tokens')),
        reasoning: count(at(stats, 'reasoning_output_tokens')),
      }),
    );
    findings.times(lmStudioStats(stats));
    const madeCalls = elements(at(result, 'output')).some((o) => at(o, 'type') === 'tool_call');
    if (madeCalls || type.startsWith('tool_call.')) findings.toolsCalled = true;
    // It comes after an error too, so it does not mean success.
    if (type === 'chat.end') findings.ended = true;
    if (type === 'error') findings.failed = true;
    if (type === 'tool_call.arguments') return holdsSomething(at(value, 'arguments'));
    return /^(?:message|reasoning)\.delta$/.test(type) && text(at(value, 'content')) !== null;
  }
}

const REQUEST = object({
  model: VALUE,
  stream: VALUE,
  integrations: SAMPLE,
  reasoning: VALUE,
  input: array(object({ type: visit('part') })),
});

function features(body: RequestBody): Features {
  const reasoning = text(body.get('reasoning'));
  return {
    tools: asked(body, holdsSomething(body.get('integrations'))),
    structuredOutput: asked(body, false),
    images: asked(body, body.met('part', 'image')),
    thinking: reasoning === null ? null : reasoning !== 'off',
  };
}

const LENS: RequestLens = { shape: REQUEST, stream: (value) => value === true, features };

export const lmStudio: Dialect = createDialect({
  id: 'lmstudio',
  lens: () => LENS,
  fold: () => new LmStudioFold(),
  error: openAiError,
});
