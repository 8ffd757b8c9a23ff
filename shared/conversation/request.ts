import { contentParts, plainText } from './content.ts';
import {
  base64Image,
  isObject,
  jsonText,
  listOf,
  parseObject,
  reasoningPart,
  textOf,
  textPart,
  toolCallParts,
} from './parts.ts';
import type { Json, Message, Part } from './parts.ts';

/**
 * The messages of a captured request to any of the chat and completion APIs. Null if the body is
 * not a whole JSON document (also if it was cut off) or has no messages.
 */
export function readRequest(body: string): readonly Message[] | null {
  const asked = parseObject(body);
  if (asked === null) return null;
  const messages = [...systemOf(asked), ...conversationOf(asked)];
  return messages.length === 0 ? null : messages;
}

/** Instructions outside of the messages: Anthropic, Ollama's generate, OpenAI's responses. */
function systemOf({ system, instructions }: Json): Message[] {
  const parts = contentParts(system ?? instructions);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function conversationOf(asked: Json): Message[] {
  const { messages, input, prompt, images } = asked;
  if (Array.isArray(messages)) return listOf(messages).flatMap(messageOf);
  if (Array.isArray(input) && input.some(isObject)) return listOf(input).flatMap(itemOf);
  const parts = [
    ...contentParts(input ?? prompt),
    ...listOf(images).flatMap((each) => base64Image(each)),
  ];
  return parts.length === 0 ? [] : [{ role: 'user', parts }];
}

function messageOf(message: unknown): Message[] {
  if (!isObject(message)) return [];
  const role = textOf(message.role) ?? 'user';
  return [{ role, parts: role === 'tool' ? toolResult(message) : saidIn(message) }];
}

/** The parts of a message, in the order in which models make them. */
export function saidIn(message: Json): Part[] {
  return [
    ...reasoningPart(message.reasoning_content ?? message.reasoning ?? message.thinking),
    ...contentParts(message.content),
    ...listOf(message.images).flatMap((each) => base64Image(each)),
    ...toolCallParts(message.tool_calls),
  ];
}

function toolResult({ name, tool_name: toolName, content }: Json): Part[] {
  return [{ kind: 'toolResult', name: textOf(name ?? toolName), text: plainText(content) }];
}

/** An item of OpenAI's responses, in requests and in answers. */
export function itemOf(item: unknown): Message[] {
  if (!isObject(item)) return [];
  switch (item.type) {
    case 'function_call': {
      const name = textOf(item.name) ?? '';
      const part: Part = { kind: 'toolCall', name, input: jsonText(item.arguments) };
      return [{ role: 'assistant', parts: [part] }];
    }
    case 'function_call_output':
      return [
        { role: 'tool', parts: [{ kind: 'toolResult', name: null, text: plainText(item.output) }] },
      ];
    case 'reasoning': {
      const parts = reasoningPart(plainText(item.summary ?? item.content));
      return parts.length === 0 ? [] : [{ role: 'assistant', parts }];
    }
    default: {
      const parts = [...contentParts(item.content), ...textPart(item.text)];
      return [{ role: textOf(item.role) ?? 'user', parts }];
    }
  }
}
