import { objectOf, objectsOf, textOf } from '../upstreams/json.ts';
import type { JsonObject } from '../upstreams/json.ts';
import { parsed } from './refusal.ts';

/**
 * Converts a message to Ollama's form: text as one string, images as bare base64, arguments of tool
 * calls as objects. Images that are only an address stay, and Ollama refuses them with its reason.
 */
export function ollamaMessage(message: JsonObject): JsonObject {
  const { tool_calls: given, ...rest } = message;
  const calls = objectsOf(given);
  const withCalls = calls === null ? message : { ...rest, tool_calls: calls.map(ollamaCall) };
  const parts = objectsOf(message.content);
  if (parts === null) return withCalls;
  const texts = parts.flatMap(({ text }) => textOf(text) ?? []);
  const images = parts.flatMap((part) => {
    const url = textOf(objectOf(part.image_url)?.url);
    return url === null ? [] : [url.replace(/^data:[^,]*,/, '')];
  });
  const pictures = images.length === 0 ? {} : { images };
  return { ...withCalls, content: texts.join('\n'), ...pictures };
}

function ollamaCall(call: JsonObject): JsonObject {
  const { function: given, ...rest } = call;
  const called = objectOf(given);
  const text = textOf(called?.arguments);
  if (called === null || text === null) return call;
  return { ...rest, function: { ...called, arguments: objectOf(parsed(text)) ?? {} } };
}

/** Converts a message with Ollama's `images` to parts of content, as OpenAI's API has them. */
export function openAiMessage(message: JsonObject): JsonObject {
  const { images: given, ...rest } = message;
  if (!Array.isArray(given)) return message;
  const images = given.filter((image) => typeof image === 'string');
  const text = textOf(message.content);
  const words = text === null ? (objectsOf(message.content) ?? []) : [{ type: 'text', text }];
  const pictures = images.map((image) => ({
    type: 'image_url',
    image_url: { url: image.startsWith('data:') ? image : `data:${typeOf(image)};base64,${image}` },
  }));
  return { ...rest, content: [...words, ...pictures] };
}

/** The beginnings of image files in base64. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['iVBOR', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

function typeOf(base64: string): string {
  return SIGNATURES.find(([start]) => base64.startsWith(start))?.[1] ?? 'image/png';
}
