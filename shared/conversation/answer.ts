import { contentParts } from './content.ts';
import { isObject, listOf, parseObject, textOf, textPart, reasoningPart } from './parts.ts';
import type { Json, Message, Part } from './parts.ts';
import { itemOf, saidIn } from './request.ts';

/** What a captured answer said; null if its form is not known. Reads streams and whole answers. */
export function readAnswer(body: string): Message | null {
  const whole = parseObject(body);
  const parts = whole === null ? streamed(body) : saidWhole(whole);
  return parts.length === 0 ? null : { role: 'assistant', parts };
}

/** The visible text of an answer, for comparisons. */
export function answerText(body: string): string {
  const parts = readAnswer(body)?.parts ?? [];
  return parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
}

function saidWhole(answer: Json): Part[] {
  const { message, response, thinking, content, output } = answer;
  const [choice] = listOf(answer.choices);
  if (isObject(choice)) {
    return isObject(choice.message) ? saidIn(choice.message) : textPart(choice.text);
  }
  if (isObject(message)) return saidIn(message);
  if (Array.isArray(output))
    return listOf(output)
      .flatMap((item) => itemOf(item))
      .flatMap(partsOf);
  if (typeof response === 'string') return [...reasoningPart(thinking), ...textPart(response)];
  return contentParts(content);
}

function partsOf({ parts }: Message): readonly Part[] {
  return parts;
}

interface Call {
  name: string;
  input: string;
}

/** A stream: lines of JSON, or server-sent events with JSON. Unreadable lines are skipped. */
function streamed(body: string): Part[] {
  const said = new Said();
  for (const line of body.split('\n')) {
    const frame = parseObject(line.replace(/^data:\s*/, ''));
    if (frame !== null) said.add(frame);
  }
  return said.parts();
}

/** The pieces of a stream, put together. */
class Said {
  #reasoning = '';
  #text = '';
  readonly #calls = new Map<string, Call>();

  add(frame: Json): void {
    const { type, message, response, thinking, delta, content_block: block } = frame;
    if (typeof type === 'string' && type.startsWith('response.')) this.#addEvent(type, frame);
    else if (typeof type === 'string' && type.startsWith('content_block')) {
      this.#addBlock(frame, isObject(delta) ? delta : isObject(block) ? block : {});
    } else if (isObject(message) && type === undefined) this.#addDelta(message);
    else if (typeof response === 'string') this.#addTexts(response, thinking);
    else {
      const [choice] = listOf(frame.choices);
      if (!isObject(choice)) this.#addTexts(frame.content, null);
      else if (isObject(choice.delta)) this.#addDelta(choice.delta);
      else this.#addTexts(choice.text, null);
    }
  }

  parts(): Part[] {
    const calls = [...this.#calls.values()].map((call): Part => ({ kind: 'toolCall', ...call }));
    return [...reasoningPart(this.#reasoning), ...textPart(this.#text), ...calls];
  }

  #addTexts(text: unknown, reasoning: unknown): void {
    this.#text += textOf(text) ?? '';
    this.#reasoning += textOf(reasoning) ?? '';
  }

  /** A delta of OpenAI's chat, or a message of Ollama's. */
  #addDelta(delta: Json): void {
    this.#addTexts(delta.content, delta.reasoning_content ?? delta.reasoning ?? delta.thinking);
    for (const [at, call] of listOf(delta.tool_calls).entries()) {
      if (!isObject(call) || !isObject(call.function)) continue;
      const index = typeof call.index === 'number' ? call.index : this.#calls.size + at;
      const { name, arguments: input } = call.function;
      this.#addCall(`${index}`, name, typeof input === 'object' ? JSON.stringify(input) : input);
    }
  }

  /** A block of Anthropic's messages. */
  #addBlock({ index }: Json, piece: Json): void {
    this.#addTexts(piece.text, piece.thinking);
    if (piece.type === 'tool_use') this.#addCall(String(index), piece.name, '');
    if (piece.type === 'input_json_delta') this.#addCall(String(index), null, piece.partial_json);
  }

  /** An event of OpenAI's responses. */
  #addEvent(type: string, { delta, item }: Json): void {
    if (type === 'response.output_text.delta') this.#addTexts(delta, null);
    else if (/^response\.reasoning.*\.delta$/.test(type)) this.#addTexts(null, delta);
    else if (type === 'response.output_item.done' && isObject(item)) {
      if (item.type !== 'function_call') return;
      this.#addCall(String(this.#calls.size), item.name, item.arguments);
    }
  }

  #addCall(key: string, name: unknown, input: unknown): void {
    const call = this.#calls.get(key) ?? { name: '', input: '' };
    call.name += textOf(name) ?? '';
    call.input += textOf(input) ?? '';
    this.#calls.set(key, call);
  }
}
