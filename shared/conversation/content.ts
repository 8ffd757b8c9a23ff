import {
  base64Image,
  isObject,
  jsonText,
  listOf,
  reasoningPart,
  textOf,
  textPart,
} from './parts.ts';
import type { Json, Part } from './parts.ts';

/** Deepest nesting of tool results that is read. Clients may nest as deep as they like. */
const MAX_DEPTH = 8;

/** The content of a message: a text, or a list of typed blocks of any API. */
export function contentParts(content: unknown, depth = 0): Part[] {
  if (typeof content === 'string') return textPart(content);
  return listOf(content).flatMap((block) => {
    if (typeof block === 'string') return textPart(block);
    return isObject(block) && depth < MAX_DEPTH ? blockParts(block, depth) : [];
  });
}

/** The texts of a content, for a tool's result. */
export function plainText(content: unknown, depth = 0): string {
  if (typeof content === 'string') return content;
  const parts = contentParts(content, depth);
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  if (texts.length > 0) return texts.join('\n');
  return content === undefined || content === null ? '' : jsonText(content);
}

/** One block of OpenAI's chat and responses, or of Anthropic's messages. */
function blockParts(block: Json, depth: number): Part[] {
  switch (block.type) {
    case 'thinking':
      return reasoningPart(block.thinking);
    case 'image_url':
    case 'input_image':
      return imageOf(block.image_url);
    case 'image':
      return anthropicImage(block.source);
    case 'tool_use':
      return [
        { kind: 'toolCall', name: textOf(block.name) ?? '', input: jsonText(block.input ?? {}) },
      ];
    case 'tool_result':
      return [{ kind: 'toolResult', name: null, text: plainText(block.content, depth + 1) }];
    default:
      return textPart(block.text);
  }
}

function imageOf(given: unknown): Part[] {
  const source = textOf(isObject(given) ? given.url : given);
  return source === null ? [] : [{ kind: 'image', source }];
}

function anthropicImage(source: unknown): Part[] {
  if (!isObject(source)) return [];
  const address = textOf(source.url);
  if (address !== null) return [{ kind: 'image', source: address }];
  return base64Image(source.data, textOf(source.media_type) ?? undefined);
}
