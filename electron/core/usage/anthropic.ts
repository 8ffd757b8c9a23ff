/** Anthropic's Messages API, as Anthropic, Ollama, llama.cpp, vLLM and LM Studio serve it. */
import type { Features } from '../../../shared/usage.ts';
import { AnthropicUsage } from './anthropic-usage.ts';
import { createDialect } from './dialect.ts';
import { anthropicError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, VALUE, array, object, visit } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, holdsSomething, isObject, text } from './json-text.ts';
import type { RequestBody, RequestLens } from './request.ts';
import { asked } from './request.ts';
import { noteTimes } from './server-timings.ts';

const MESSAGE = {
  model: VALUE,
  usage: VALUE,
  stop_reason: VALUE,
  content: array(object({ type: VALUE })),
};

const ANSWER = object({
  ...MESSAGE,
  type: VALUE,
  error: SAMPLE,
  timings: VALUE,
  message: object(MESSAGE),
  content_block: object({ type: VALUE, text: SAMPLE }),
  delta: object({ text: SAMPLE, thinking: SAMPLE, partial_json: SAMPLE, stop_reason: VALUE }),
});

const ORDINARY: OrdinaryFrames = {
  events: new Set(['content_block_delta']),
  content: /"(?:text|thinking|partial_json)"\s*:\s*"[^"]/,
  marker: () => null,
  curiosity: 16,
};

class AnthropicFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);
  readonly #usage = new AnthropicUsage();

  frame(value: JsonObject, { event, streamed }: FrameContext): boolean {
    const { findings } = this;
    const type = text(at(value, 'type')) ?? event;
    const message = at(value, 'message');
    findings.model(at(value, 'model') ?? at(message, 'model'));
    this.#usage.merge(at(message, 'usage'), false);
    this.#usage.merge(at(value, 'usage'), true);
    findings.usage(this.#usage.usage(false));
    noteTimes(findings, value);
    this.#stop(at(value, 'stop_reason') ?? at(value, 'delta', 'stop_reason'));
    if (streamed && type === 'message_stop') findings.ended = true;
    const block = at(value, 'content_block');
    this.#tools([block, ...elements(at(value, 'content'))]);
    const delta = at(value, 'delta');
    return (
      text(at(block, 'text')) !== null ||
      ['text', 'thinking', 'partial_json'].some((name) => text(at(delta, name)) !== null)
    );
  }

  settle(): void {
    this.findings.usage(this.#usage.usage(this.findings.ended));
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

const PARTS = object({ type: visit('part'), content: array(object({ type: visit('part') })) });

const REQUEST = object({
  model: VALUE,
  stream: VALUE,
  tools: SAMPLE,
  tool_choice: object({ type: VALUE }),
  output_config: object({ format: SAMPLE }),
  output_format: SAMPLE,
  thinking: object({ type: VALUE }),
  messages: array(object({ content: array(PARTS) })),
});

function features(body: RequestBody): Features {
  const format = body.get('output_config', 'format') ?? body.get('output_format');
  const thinking = text(body.get('thinking', 'type'));
  const offers = holdsSomething(body.get('tools')) && body.get('tool_choice', 'type') !== 'none';
  return {
    tools: asked(body, offers),
    structuredOutput: asked(body, isObject(format)),
    images: asked(body, body.met('part', 'image')),
    // Absent, thinking is up to the server's model.
    thinking: thinking === null ? null : thinking !== 'disabled',
  };
}

const LENS: RequestLens = { shape: REQUEST, stream: (value) => value === true, features };

export const anthropic: Dialect = createDialect({
  id: 'anthropic',
  lens: () => LENS,
  fold: () => new AnthropicFold(),
  error: anthropicError,
});
