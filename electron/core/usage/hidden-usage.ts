/**
 * Removes from an event of an OpenAI-style stream what a server adds when usage is requested:
 *
 * - OpenAI and most servers add a chunk with usage and empty `choices`, and `usage: null` in the
 *   other chunks (OpenAI's API reference, `stream_options`).
 * - LiteLLM adds a chunk with usage and one choice whose delta is empty. OpenRouter's delta repeats
 *   the role.
 * - Ollama's `/v1/completions` adds usage with zeros to each chunk.
 * - llama-server moves its `timings` from the last chunk of the answer to that chunk with usage, so
 *   they are moved back (`to_json_oaicompat_chat_stream` in its source).
 *
 * Usage with counts in a chunk that has content or a finish reason remains. Servers report it there
 * without a request, for example llama-server in `/v1/completions`.
 */
import { memberText, withLastMember, withoutMember } from './json-member.ts';
import { elements, isObject } from './json-text.ts';
import type { JsonObject } from './json-text.ts';

const LF = 0x0a;
const CR = 0x0d;
/** A finish reason that is not null, in the text of a chunk. */
const FINISH_REASON = /"finish_reason"\s*:\s*"/;
const DATA = Buffer.from('data:');

/**
 * Returns the event without the usage that was requested, all other bytes unchanged. Null if the
 * event exists only because of the request.
 *
 * @param event the bytes of one event, its empty line included
 * @param hasBegun true if an earlier event had a role or content, so that a role alone adds nothing
 */
export function withoutUsage(event: Buffer, hasBegun: boolean): Buffer | null {
  if (!event.includes('"usage"')) return event;
  const json = dataOf(event);
  const chunk = json === null ? null : parsed(json);
  if (json === null || chunk === null || !Array.isArray(chunk.choices) || chunk.usage === undefined)
    return event;
  if (isUsageChunk(chunk, hasBegun)) return null;
  const rest = isBlank(chunk.usage) ? withoutMember(json, 'usage') : null;
  if (rest === null) return event;
  return withData(event, json, rest);
}

/** True for a chunk with a role or content, if only an empty one. */
export function beginsAnswer(event: Buffer): boolean {
  return event.includes('"role"') || event.includes('"content"');
}

/** True for the chunk that ends an answer. The chunk with usage comes next. */
export function isLastChunk(event: Buffer): boolean {
  return FINISH_REASON.test(event.toString('latin1'));
}

/** Returns the last chunk of an answer with the `timings` of the chunk with usage, if it has any. */
export function withTimings(last: Buffer, usageEvent: Buffer): Buffer {
  const json = dataOf(last);
  const usageJson = dataOf(usageEvent);
  if (json === null || usageJson === null || parsed(json) === null) return last;
  const timings = memberText(usageJson, 'timings');
  if (timings === null || memberText(json, 'timings') !== null) return last;
  const whole = withLastMember(json, 'timings', timings);
  return whole === null ? last : withData(last, json, whole);
}

/** The rest of the event's data line, within its bytes. Null unless there is exactly one. */
function dataOf(event: Buffer): Buffer | null {
  const start = dataStart(event);
  if (start === -1) return null;
  return event.subarray(start, lineEnd(event, start));
}

/** Returns the event with other bytes in place of its data. */
function withData(event: Buffer, data: Buffer, other: Buffer): Buffer {
  const start = data.byteOffset - event.byteOffset;
  return Buffer.concat([event.subarray(0, start), other, event.subarray(start + data.length)]);
}

/** The position after `data:` if the event has exactly one such line, else -1. */
function dataStart(event: Buffer): number {
  let found = -1;
  for (let line = 0; line < event.length; line = lineEnd(event, line) + 1) {
    if (!DATA.equals(event.subarray(line, line + DATA.length))) continue;
    if (found !== -1) return -1;
    found = line + DATA.length;
  }
  return found;
}

/** The position of the CR or LF that ends the line, or the event's length. */
function lineEnd(event: Buffer, from: number): number {
  const cr = event.indexOf(CR, from);
  const lf = event.indexOf(LF, from);
  if (cr === -1 || lf === -1) return Math.max(cr, lf) === -1 ? event.length : Math.max(cr, lf);
  return Math.min(cr, lf);
}

function parsed(json: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(json.toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** True for a chunk with usage and nothing else. Empty `choices` alone may mean something else. */
function isUsageChunk({ choices, usage }: JsonObject, hasBegun: boolean): boolean {
  if (!isObject(usage)) return false;
  const list = elements(choices);
  if (list.length === 0) return true;
  return !isBlank(usage) && list.every((choice) => isEmptyChoice(choice, hasBegun));
}

/** True for a choice without text and without a finish reason. */
function isEmptyChoice(choice: unknown, hasBegun: boolean): boolean {
  if (!isObject(choice)) return false;
  const { delta, index = 0 } = choice;
  // Each further choice has a role of its own, which may come late.
  const added = isObject(delta) && hasBegun && index === 0 ? { ...delta, role: null } : delta;
  const isDeltaEmpty = added === undefined || added === null || (isObject(added) && isEmpty(added));
  return isDeltaEmpty && isEmpty({ ...choice, index: null, delta: null });
}

function isEmpty(object: JsonObject): boolean {
  return Object.values(object).every((value) => {
    return value === null || value === '' || (Array.isArray(value) && value.length === 0);
  });
}

/** True if usage is null or all its counts are 0 or null. */
function isBlank(usage: unknown): boolean {
  if (isObject(usage)) return Object.values(usage).every(isBlank);
  return usage === null || usage === 0;
}
