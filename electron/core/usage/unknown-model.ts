/** Detects errors which say that the server does not know the requested model. */
import type { JsonObject } from './json-text.ts';
import { at, text } from './json-text.ts';

/** Statuses of such errors: 404, or 400 from servers that call it a bad request. */
export const UNKNOWN_MODEL_STATUSES: ReadonlySet<number> = new Set([400, 404]);

/** OpenAI, LM Studio and compatible servers; Azure. */
const CODES: ReadonlySet<unknown> = new Set(['model_not_found', 'DeploymentNotFound']);

const MAX_NAME = 1_000;
/** Matches nothing. */
const NOTHING = '(?!)';

/**
 * True if an error, a document or plain text, says that the server does not know the model `asked`.
 * Other errors that name a model, such as "does not support tools", do not count.
 */
export function saysModelUnknown(document: JsonObject | string, asked: string): boolean {
  const patterns = patternsFor(asked);
  const isUnknown = (words: string): boolean => patterns.some((pattern) => pattern.test(words));
  if (typeof document === 'string') return isUnknown(document);
  const { error, detail } = document;
  const places = [document, error, detail, at(detail, 'error')];
  if (places.some((place) => CODES.has(at(place, 'code')))) return true;
  const words = [
    error,
    detail,
    at(detail, 'error'),
    ...places.map((place) => at(place, 'message')),
  ];
  return words.some((word) => isUnknown(text(word) ?? ''));
}

/** The messages of servers, each with the servers that send it. */
function patternsFor(asked: string): RegExp[] {
  // Servers do not repeat longer names, and a regular expression has a size limit.
  const name = asked.length > MAX_NAME ? NOTHING : asked.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  /** After the word `model`: the requested name, any quoted name, or none. */
  const named = `(?:\\s+(?:${name}|"[^"]*"|'[^']*'|\`[^\`]*\`))?`;
  return [
    // Ollama, llama-server as a router, Docker Model Runner, LocalAI.
    new RegExp(`\\bmodel${named}\\s+(?:(?:was|is)\\s+)?not\\s+found\\b`, 'i'),
    // OpenAI, vLLM, SGLang; DeepSeek.
    new RegExp(`\\bmodel${named}\\s+(?:does\\s+not|not)\\s+exist\\b`, 'i'),
    // LM Studio; LiteLLM; Ollama for an invalid name.
    /\binvalid model (?:identifier|name)\b/i,
    // Mistral.
    /^invalid model:/i,
    // Anthropic sends only the name.
    new RegExp(`^model: ${name}$`),
    // OpenRouter; Gemini.
    new RegExp(`${name} is not a valid model id\\b`, 'i'),
    new RegExp(`\\bmodels/${name} is not found\\b`, 'i'),
    // llama-swap, old and new.
    new RegExp(`\\bcould not find (?:real modelID|suitable inference handler) for ${name}`, 'i'),
  ];
}
