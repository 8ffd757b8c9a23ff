/** Compares names as Ollama does: a name without a tag means `:latest`. */
export function sameModel(one: string, other: string): boolean {
  return one.replace(/:latest$/, '') === other.replace(/:latest$/, '');
}
