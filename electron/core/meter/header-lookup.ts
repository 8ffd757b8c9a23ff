/** Looks a header up by its lower-case name; the first one wins where there are several. */
export function headerLookup(raw: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    for (let i = 0; i < raw.length; i += 2) {
      if (raw[i]?.toLowerCase() === name) return raw[i + 1];
    }
    return undefined;
  };
}
