import { canonicalModelName } from '../../../shared/model-names.ts';

/** Compares names by Ollama's rules, for servers of any kind: a name without a tag means `:latest`. */
export function sameModel(one: string, other: string): boolean {
  return canonicalModelName('ollama', one) === canonicalModelName('ollama', other);
}
