/** Anthropic's Messages API, as served by Anthropic, Ollama, llama.cpp, vLLM and LM Studio. */
import type { Features } from '../../../shared/features.ts';
import { AnthropicUsage } from './anthropic-usage.ts';
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf, joined } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { anthropicError } from './error-shapes.ts';
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
import { noteTimes } from './server-timings.ts';
import { SESSION_MEMBERS } from './session-id.ts';

const BLOCK = object({ type: VALUE, text: TEXT, thinking: TEXT, name: TEXT, input: SAMPLE });

const MESSAGE = {
  model: VALUE,
  usage: VALUE,
  stop_reason: VALUE,
  content: array(BLOCK),
};

const ANSWER = object({
  ...MESSAGE,
  type: VALUE,
  error: SAMPLE,
  timings: VALUE,
  message: object(MESSAGE),
  content_block: BLOCK,
  delta: object({ text: TEXT, thinking: TEXT, partial_json: TEXT, stop_reason: VALUE }),
});

const ORDINARY: OrdinaryFrames = {
  events: new Set(['content_block_delta']),
  content: /"(text|thinking|partial_json)"\s*:\s*"[^"]/,
  isVisible: (member) => member === 'text',
  marker: () => null,
  curiosity: 16,
};

class AnthropicFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);
  readonly #usage = new AnthropicUsage();

  frame(value: JsonObject, { event, streamed }: FrameContext): Content | null {
    const { findings } = this;
    const type = text(at(value, 'type')) ?? event;
    const message = at(value, 'message');
    findings.model(at(value, 'model') ?? at(message, 'model'));
    const [early, late] = [at(message, 'usage'), at(value, 'usage')];
    this.#usage.merge(early, false);
    this.#usage.merge(late, true);
    if (isObject(early) || isObject(late)) findings.usage(this.#usage.usage(false));
    noteTimes(findings, value);
    this.#stop(at(value, 'stop_reason') ?? at(value, 'delta', 'stop_reason'));
    if (streamed && type === 'message_stop') findings.ended = true;
    const block = at(value, 'content_block');
    const blocks = [block, ...elements(at(value, 'content'))];
    this.#tools(blocks);
    const delta = at(value, 'delta');
    const said = contentOf([at(delta, 'text')], [at(delta, 'thinking'), at(delta, 'partial_json')]);
    return joined([said, ...blocks.map(blockContent)]);
  }

  settle(): void {
    if (!this.#usage.isFinal) this.findings.usage(this.#usage.usage(this.findings.ended));
  }

  #stop(reason: unknown): void {
    const { findings } = this;
    if (text(reason) === null) return;
    findings.finishReason = text(reason);
    findings.ended = true;
    if (reason === 'tool_use') findings.toolsCalled = true;
  }

  #tools(blocks: readonly unknown[]): void {
    if (blocks.some((block) => text(at(block, 'type'))?.endsWith('tool_use') === true)) {
      this.findings.toolsCalled = true;
    }
  }
}

/**
 * The generated content of a block, or of the beginning of one. The beginning of a tool call holds
 * the generated name; encrypted reasoning is sent as a whole.
 */
function blockContent(block: unknown): Content | null {
  const type = text(at(block, 'type'));
  if (type === 'redacted_thinking') return TEXTLESS;
  if (type?.endsWith('tool_use') !== true) {
    return contentOf([at(block, 'text')], [at(block, 'thinking')]);
  }
  const input = at(block, 'input');
  const given = holdsSomething(input) ? JSON.stringify(input) : '';
  return contentOf([], [at(block, 'name'), given]) ?? TEXTLESS;
}

const SAID = digest('said');
const PART = { type: visit('part'), text: SAID };
const PARTS = object({ ...PART, content: array(object(PART), SAID) });

const REQUEST = object({
  ...SAMPLING_MEMBERS,
  ...SESSION_MEMBERS,
  model: VALUE,
  stream: VALUE,
  tool_choice: object({ type: VALUE }),
  system: array(object({ text: digest('instructed') }), digest('instructed')),
  messages: array(object({ role: visit('role'), content: array(PARTS, SAID) })),
});

function features(body: RequestBody): Features {
  const format = body.get('output_config', 'format') ?? body.get('output_format');
  const thinking = text(body.get('thinking', 'type'));
  const offers = holdsSomething(body.get('tools')) && body.get('tool_choice', 'type') !== 'none';
  return {
    tools: asked(body, offers),
    structuredOutput: asked(body, isObject(format)),
    images: asked(body, body.met('part', 'image')),
    // If it is absent, the server's model decides, so it is unknown.
    thinking: thinking === null ? null : thinking !== 'disabled',
  };
}

const LENS: RequestLens = { shape: REQUEST, stream: (value) => value === true, features };

export const anthropic: Dialect = createDialect({
  id: 'anthropic',
  lens: () => LENS,
  fold: () => new AnthropicFold(),
  error: anthropicError,
  errorEvent: anthropicError,
});
