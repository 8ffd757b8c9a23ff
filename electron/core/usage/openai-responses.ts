/** OpenAI's Responses API, and answers that wrap nothing but carry `usage` in its names. */
import { createDialect } from './dialect.ts';
import { openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, VALUE, array, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, isObject, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { noteTimes } from './server-timings.ts';
import { openAiUsage } from './usage-shapes.ts';

const RESPONSE = {
  model: VALUE,
  status: VALUE,
  error: SAMPLE,
  incomplete_details: object({ reason: VALUE }),
  usage: VALUE,
  timings: VALUE,
  metrics: VALUE,
  output: array(object({ type: VALUE })),
};

const ANSWER = object({
  ...RESPONSE,
  type: VALUE,
  delta: SAMPLE,
  item: object({ type: VALUE }),
  response: object(RESPONSE),
});

/** Events whose `delta` is text that the model generated. */
const DELTAS = [
  'output_text',
  'reasoning_text',
  'reasoning_summary_text',
  'refusal',
  'function_call_arguments',
  'custom_tool_call_input',
  'mcp_call_arguments',
  'audio',
  'audio.transcript',
  'code_interpreter_call_code',
].map((name) => `response.${name}.delta`);

const PARTIAL_IMAGE = 'response.image_generation_call.partial_image';

const ORDINARY: OrdinaryFrames = {
  events: new Set(DELTAS),
  content: /"delta"\s*:\s*"[^"]/,
  marker: () => null,
  curiosity: 16,
};

class OpenAiResponsesFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);

  frame(value: JsonObject, { event, streamed }: FrameContext): boolean {
    const { findings } = this;
    const inner = at(value, 'response');
    const response = isObject(inner) ? inner : value;
    findings.model(at(response, 'model'));
    findings.usage(openAiUsage(at(response, 'usage'), false));
    noteTimes(findings, value);
    this.#tools([at(value, 'item'), ...elements(at(response, 'output'))]);
    const type = text(at(value, 'type')) ?? event;
    if (streamed) this.#event(type, response);
    else this.#status(text(at(response, 'status')), response);
    if (type === PARTIAL_IMAGE) return true;
    return DELTAS.includes(type) && text(at(value, 'delta')) !== null;
  }

  #event(type: string, response: unknown): void {
    const { findings } = this;
    if (type === 'response.completed' || type === 'response.incomplete') {
      findings.ended = true;
      this.#reason(response);
    } else if (['response.failed', 'response.cancelled', 'error'].includes(type)) {
      findings.failed = true;
    }
  }

  #status(status: string | null, response: unknown): void {
    const { findings } = this;
    if (status === 'failed' || status === 'cancelled') findings.failed = true;
    // Background responses are answered before they are made.
    findings.unfinished = status === 'queued' || status === 'in_progress';
    if (!findings.unfinished) this.#reason(response);
  }

  #reason(response: unknown): void {
    const reason = at(response, 'incomplete_details', 'reason') ?? at(response, 'status');
    this.findings.finishReason = text(reason);
  }

  #tools(items: readonly unknown[]): void {
    if (items.some((item) => text(at(item, 'type'))?.endsWith('_call') === true)) {
      this.findings.toolsCalled = true;
    }
  }
}

export const openAiResponses: Dialect = createDialect({
  id: 'openai-responses',
  lens: () => OPENAI_LENS,
  fold: () => new OpenAiResponsesFold(),
  error: openAiError,
});
