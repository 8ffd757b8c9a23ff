import type { JsonDocument } from '../json-document.ts';

/**
 * Returns the document, or an empty one that is never written if its form is unknown: its owner may
 * need it with a newer version. `tell` gets a warning in that case.
 */
export function readableDocument(
  document: JsonDocument & { readonly path?: string },
  isValid: (value: Record<string, unknown>) => boolean,
  tell: (topic: string, message: string) => void,
): JsonDocument {
  if (isValid(document.read())) return document;
  const name = document.path ?? 'A document of costs';
  const message = `${name} has a form that this version does not know, so it is neither used nor changed. Move it away to begin a new one.`;
  tell(`form of ${name}`, message);
  return { read: () => ({}), write: () => undefined };
}
