import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { JsonDocument } from '../json-document.ts';

/**
 * Returns the document, or an empty one that is never written if its form is unknown: its owner may
 * need it with a newer version. `tell` gets a warning in that case.
 */
export function readableDocument(
  document: JsonDocument & { readonly path?: string },
  isValid: (value: Record<string, unknown>) => boolean,
  tell: (topic: string, message: Message) => void,
): JsonDocument {
  if (isValid(document.read())) return document;
  const name = document.path ?? 'A document of costs';
  tell(`form of ${name}`, sentence('document_form_unknown', { file: name }));
  return { read: () => ({}), write: () => undefined };
}
