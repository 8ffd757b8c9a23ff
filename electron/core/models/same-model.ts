/** Ollama's names mean `:latest` where they name no tag. */
export function sameModel(one: string, other: string): boolean {
  return one.replace(/:latest$/, '') === other.replace(/:latest$/, '');
}
