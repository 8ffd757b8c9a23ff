import type { Choice } from './types.ts';

const AT = ' @';

/** A choice in an address: `qwen3:8b`, or `qwen3:8b @workstation` at one of several upstreams. */
export function choiceText({ model, upstream }: Choice): string {
  return upstream === null ? model : `${model}${AT}${upstream}`;
}

/** Reads a choice from an address; null if there is none. */
export function parseChoice(text: string): Choice | null {
  const at = text.lastIndexOf(AT);
  if (text === '') return null;
  if (at <= 0) return { model: text, upstream: null };
  return { model: text.slice(0, at), upstream: text.slice(at + AT.length) };
}
