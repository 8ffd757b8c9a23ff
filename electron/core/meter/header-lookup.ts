/** All values of a header, by its lower-case name. */
export function headerValues(raw: readonly string[], name: string): string[] {
  return raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === name);
}

/** Looks up a header by its lower-case name. If it is repeated, the first one counts. */
export function headerLookup(raw: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    for (let i = 0; i < raw.length; i += 2) {
      if (raw[i]?.toLowerCase() === name) return raw[i + 1];
    }
    return undefined;
  };
}
