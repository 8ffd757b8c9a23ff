/** OpenAI's Responses API, and answers of other APIs that have `usage` with its field names. */
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf, joined } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { openAiError, responsesErrorEvent } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext, OrdinaryFrames } from './fold.ts';
import { SAMPLE, TEXT, VALUE, array, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, isObject, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { openAiUsage } from './openai-usage.ts';
import { noteTimes } from './server-timings.ts';

const PARTS = array(object({ text: TEXT, refusal: TEXT, transcript: TEXT }));

const ITEM = object({
  type: VALUE,
  name: TEXT,
  arguments: TEXT,
  input: TEXT,
  code: TEXT,
  content: PARTS,
  summary: PARTS,
});

/** The members of a response object that are read. */
export const RESPONSES_RESPONSE = {
  id: VALUE,
  model: VALUE,
  status: VALUE,
  error: SAMPLE,
  incomplete_details: object({ reason: VALUE }),
  usage: VALUE,
  timings: VALUE,
  metrics: VALUE,
  output: array(ITEM),
};

/** The members of an event that are read. A whole answer has those of a response object. */
export const RESPONSES_EVENT = {
  ...RESPONSES_RESPONSE,
  type: VALUE,
  delta: TEXT,
  text: TEXT,
  refusal: TEXT,
  arguments: TEXT,
  input: TEXT,
  code: TEXT,
  item: ITEM,
  response: object(RESPONSES_RESPONSE),
};

const ANSWER = object(RESPONSES_EVENT);

/** Event names of generated content. The value says whether it is visible text. */
const GENERATED: ReadonlyMap<string, boolean> = new Map([
  ['output_text', true],
  ['refusal', true],
  ['audio.transcript', true],
  ['audio', false],
  ['reasoning_text', false],
  ['reasoning_summary_text', false],
  ['function_call_arguments', false],
  ['custom_tool_call_input', false],
  ['mcp_call_arguments', false],
  ['code_interpreter_call_code', false],
]);
const EVENT = /^response\.(.+)\.(delta|done)$/;
/** Members that hold the whole text of earlier deltas. */
const WHOLES = ['text', 'refusal', 'arguments', 'input', 'code'];

const PARTIAL_IMAGE = 'response.image_generation_call.partial_image';

const ORDINARY: OrdinaryFrames = {
  events: new Set(
    [...GENERATED.keys()]
      .filter((name) => name !== 'audio')
      .map((name) => `response.${name}.delta`),
  ),
  content: /"(delta)"\s*:\s*"[^"]/,
  isVisible: (_, event) => GENERATED.get(EVENT.exec(event)?.[1] ?? '') === true,
  marker: () => null,
  curiosity: 16,
};

class OpenAiResponsesFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = ORDINARY;
  readonly findings = new Findings(false);
  /** Content chunks seen when the current item began; null once its whole text was counted. */
  #seenBefore: number | null = 0;

  frame(value: JsonObject, { event, streamed }: FrameContext): Content | null {
    const { findings } = this;
    const inner = at(value, 'response');
    const response = isObject(inner) ? inner : value;
    findings.model(at(response, 'model'));
    findings.responseId = text(at(response, 'id')) ?? findings.responseId;
    findings.usage(openAiUsage(at(response, 'usage'), false));
    noteTimes(findings, value);
    this.#tools([at(value, 'item'), ...elements(at(response, 'output'))]);
    const type = text(at(value, 'type')) ?? event;
    if (streamed) this.#event(type, response);
    else this.#status(text(at(response, 'status')), response);
    if (!streamed) return joined(elements(at(response, 'output')).map(itemContent));
    return this.#content(type, value, response);
  }

  #content(type: string, value: JsonObject, response: unknown): Content | null {
    if (type === PARTIAL_IMAGE) return TEXTLESS;
    const [, name = '', step] = EVENT.exec(type) ?? [];
    const isVisible = GENERATED.get(name);
    if (step === 'delta' && isVisible !== undefined) return deltaContent(name, isVisible, value);
    if (type === 'response.output_item.added') {
      const begun = callContent(at(value, 'item'));
      this.#seenBefore = this.findings.content.chunks + (begun === null ? 0 : 1);
      return begun;
    }
    // Some servers send no deltas for some items but the whole text at the end.
    const whole = this.#wholeContent(type, isVisible, value, response);
    if (whole === null || this.findings.content.chunks !== this.#seenBefore) return null;
    this.#seenBefore = null;
    return whole;
  }

  #wholeContent(
    type: string,
    isVisible: boolean | undefined,
    value: JsonObject,
    response: unknown,
  ): Content | null {
    if (isVisible !== undefined) {
      const texts = WHOLES.map((name) => at(value, name));
      return isVisible ? contentOf(texts) : contentOf([], texts);
    }
    if (type === 'response.output_item.done') return itemContent(at(value, 'item'));
    const isOver = type === 'response.completed' || type === 'response.incomplete';
    if (!isOver || this.findings.content.chunks > 0) return null;
    return joined(elements(at(response, 'output')).map(itemContent));
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
    // The answer to a background response comes before anything is generated.
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

function deltaContent(name: string, isVisible: boolean, value: JsonObject): Content | null {
  const said = contentOf([at(value, 'delta')]);
  if (said === null || name === 'audio') return said === null ? null : TEXTLESS;
  return { ...said, visible: isVisible };
}

/** The generated name at the beginning of a tool call; null for any other item. */
function callContent(item: unknown): Content | null {
  if (text(at(item, 'type'))?.endsWith('_call') !== true) return null;
  return contentOf([], [at(item, 'name')]) ?? TEXTLESS;
}

/** The content of a whole output item: a message, a call or reasoning. */
function itemContent(item: unknown): Content | null {
  const texts = [...elements(at(item, 'content')), ...elements(at(item, 'summary'))].flatMap(
    (part) => [at(part, 'text'), at(part, 'refusal'), at(part, 'transcript')],
  );
  if (at(item, 'type') === 'message') return contentOf(texts);
  const given = [at(item, 'arguments'), at(item, 'input'), at(item, 'code')];
  return joined([contentOf([], [...texts, ...given]), callContent(item)]);
}

/** Creates the fold for one answer. */
export function responsesFold(): Fold {
  return new OpenAiResponsesFold();
}

export const openAiResponses: Dialect = createDialect({
  id: 'openai-responses',
  lens: () => OPENAI_LENS,
  fold: responsesFold,
  error: openAiError,
  errorEvent: responsesErrorEvent,
});
