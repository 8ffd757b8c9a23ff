/** Messages of a captured exchange, in one form for all APIs. */

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  /** `source` is a data URL, or the address that the client gave. */
  | { readonly kind: 'image'; readonly source: string }
  /** `input` is the JSON text of the arguments. */
  | { readonly kind: 'toolCall'; readonly name: string; readonly input: string }
  | { readonly kind: 'toolResult'; readonly name: string | null; readonly text: string };

export interface Message {
  /** As the API names it: `system`, `user`, `assistant`, `tool`. */
  readonly role: string;
  readonly parts: readonly Part[];
}

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object; null for anything else. */
export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A non-empty text; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function jsonText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function textPart(value: unknown): Part[] {
  const text = textOf(value);
  return text === null ? [] : [{ kind: 'text', text }];
}

export function reasoningPart(value: unknown): Part[] {
  const text = textOf(value);
  return text === null ? [] : [{ kind: 'reasoning', text }];
}

/** Calls as OpenAI and Ollama write them: `tool_calls: [{ function: { name, arguments } }]`. */
export function toolCallParts(calls: unknown): Part[] {
  return listOf(calls).flatMap((call): Part[] => {
    const said = isObject(call) ? call.function : null;
    if (!isObject(said)) return [];
    return [{ kind: 'toolCall', name: textOf(said.name) ?? '', input: jsonText(said.arguments) }];
  });
}

/** Ollama sends images as base64 without their type. Browsers recognize it themselves. */
export function base64Image(data: unknown, type = 'image/png'): Part[] {
  const text = textOf(data);
  if (text === null) return [];
  const source = text.startsWith('data:') ? text : `data:${type};base64,${text}`;
  return [{ kind: 'image', source }];
}
