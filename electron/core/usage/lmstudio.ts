/**
 * LM Studio's native chat, `POST /api/v1/chat`. One request may include many turns and tool calls.
 */
import type { Features } from '../../../shared/features.ts';
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf, joined } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { draftsIn } from './drafts.ts';
import { lmStudioErrorEvent, openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, TEXT, VALUE, array, digest, object, visit } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, holdsSomething, isObject, text } from './json-text.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestLens } from './request.ts';
import { asked } from './request.ts';
import { SAMPLING_MEMBERS } from './sampling.ts';
import { SESSION_MEMBERS } from './session-id.ts';
import { lmStudioStats } from './time-shapes.ts';
import { count } from './usage-shapes.ts';
import { placed } from './usage-totals.ts';

const RESULT = {
  model_instance_id: VALUE,
  stats: VALUE,
  output: array(object({ type: VALUE, content: TEXT, arguments: SAMPLE })),
};

const ANSWER = object({
  ...RESULT,
  type: VALUE,
  progress: VALUE,
  error: SAMPLE,
  content: TEXT,
  arguments: SAMPLE,
  result: object(RESULT),
});

const ORDINARY: OrdinaryFrames = {
  events: new Set(['message.delta', 'reasoning.delta']),
  content: /"(content)"\s*:\s*"[^"]/,
  isVisible: (_, event) => event === 'message.delta',
  marker: () => null,
  curiosity: 16,
};

class LmStudioFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);

  frame(value: JsonObject, { event, streamed }: FrameContext): Content | null {
    const { findings } = this;
    const type = text(at(value, 'type')) ?? event;
    const inner = at(value, 'result');
    const result = isObject(inner) ? inner : value;
    const stats = at(result, 'stats');
    findings.model(at(result, 'model_instance_id'));
    findings.usage(
      placed(
        {
          input: count(at(stats, 'input_tokens')),
          output: count(at(stats, 'total_output_tokens')),
          reasoning: count(at(stats, 'reasoning_output_tokens')),
          total: null,
        },
        false,
      ),
    );
    findings.times(lmStudioStats(stats));
    findings.drafted(draftsIn(result));
    const output = elements(at(result, 'output'));
    const madeCalls = output.some((item) => at(item, 'type') === 'tool_call');
    if (madeCalls || type.startsWith('tool_call.')) findings.toolsCalled = true;
    // It follows an error too, so it does not mean success.
    if (type === 'chat.end') findings.ended = true;
    if (type === 'error') findings.failed = true;
    notePromptEvent(findings, type, at(value, 'progress'));
    return streamed ? eventContent(type, value) : joined(output.map(itemContent));
  }
}

/** LM Studio reports how far the prompt is, from 0 to 1, but not how many tokens it has. */
function notePromptEvent(findings: Findings, type: string, progress: unknown): void {
  if (type === 'prompt_processing.start') findings.processed(0);
  if (type === 'prompt_processing.progress' && typeof progress === 'number') {
    findings.processed(progress);
  }
}

function eventContent(type: string, value: JsonObject): Content | null {
  switch (type) {
    case 'message.delta':
      return contentOf([at(value, 'content')]);
    case 'reasoning.delta':
      return contentOf([], [at(value, 'content')]);
    case 'tool_call.start':
      return TEXTLESS;
    case 'tool_call.arguments':
      return holdsSomething(at(value, 'arguments')) ? callContent(value) : null;
    default:
      return null;
  }
}

/** The content of one item of a unary answer. */
function itemContent(item: unknown): Content | null {
  const type = at(item, 'type');
  if (type === 'tool_call') return callContent(item);
  const said = at(item, 'content');
  return type === 'message' ? contentOf([said]) : contentOf([], [said]);
}

/** Arguments are an object here. Its JSON text counts as the generated text. */
function callContent(call: unknown): Content {
  const given = at(call, 'arguments');
  return isObject(given) ? { ...TEXTLESS, characters: JSON.stringify(given).length } : TEXTLESS;
}

const REQUEST = object({
  ...SAMPLING_MEMBERS,
  ...SESSION_MEMBERS,
  system_prompt: digest('instructed'),
  model: VALUE,
  stream: VALUE,
  integrations: SAMPLE,
  reasoning: VALUE,
  input: array(object({ type: visit('part'), content: digest('said') }), digest('said')),
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
  errorEvent: lmStudioErrorEvent,
});
