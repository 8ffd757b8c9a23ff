/**
 * The media type of a Content-Type header, in lower case and without parameters; empty if it is
 * missing.
 */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A parameter of a header such as Content-Type, without quotes; null if it is missing. */
export function parameter(header: string | undefined, name: string): string | null {
  for (const [, key, quoted, token] of (header ?? '').matchAll(
    /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
  )) {
    if (key?.toLowerCase() !== name) continue;
    return quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1');
  }
  return null;
}
