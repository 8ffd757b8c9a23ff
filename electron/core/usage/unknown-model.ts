/** Finds out whether an error says that the server does not know the model it was asked for. */
import type { JsonObject } from './json-text.ts';
import { at, text } from './json-text.ts';

/** Answers with these statuses may say so: 404, or 400 of servers that call it a bad request. */
export const UNKNOWN_MODEL_STATUSES: ReadonlySet<number> = new Set([400, 404]);

/** OpenAI, LM Studio and those who follow them; Azure. */
const CODES: ReadonlySet<unknown> = new Set(['model_not_found', 'DeploymentNotFound']);

const MAX_NAME = 1_000;
/** Matches nowhere. */
const NOTHING = '(?!)';

/**
 * True if an error's document, or its text where it is none, says that the model `asked` for is unknown
 * to the server. Other failures that name a model, such as "does not support tools", are not meant.
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

/** What servers say, each with whom it was seen of. */
function patternsFor(asked: string): RegExp[] {
  // No server repeats a longer one, and an expression has its limits.
  const name = asked.length > MAX_NAME ? NOTHING : asked.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  /** Behind the word `model`: the name asked for, or any in quotes, or none. */
  const named = `(?:\\s+(?:${name}|"[^"]*"|'[^']*'|\`[^\`]*\`))?`;
  return [
    // Ollama, llama-server as a router, Docker Model Runner, LocalAI.
    new RegExp(`\\bmodel${named}\\s+(?:(?:was|is)\\s+)?not\\s+found\\b`, 'i'),
    // OpenAI, vLLM, SGLang; DeepSeek.
    new RegExp(`\\bmodel${named}\\s+(?:does\\s+not|not)\\s+exist\\b`, 'i'),
    // LM Studio; LiteLLM, and Ollama of what cannot be a name.
    /\binvalid model (?:identifier|name)\b/i,
    // Mistral.
    /^invalid model:/i,
    // Anthropic says no more than the name.
    new RegExp(`^model: ${name}$`),
    // OpenRouter; Gemini.
    new RegExp(`${name} is not a valid model id\\b`, 'i'),
    new RegExp(`\\bmodels/${name} is not found\\b`, 'i'),
    // llama-swap, old and new.
    new RegExp(`\\bcould not find (?:real modelID|suitable inference handler) for ${name}`, 'i'),
  ];
}
