import type {
  CaptureContent,
  CapturedMessage,
  HeaderList,
  RedactionRules,
} from '../../meter/capture-content.ts';
import { namedSecrets } from './named-secrets.ts';
import { hideForms } from './secret-forms.ts';
import { SecretNames } from './secret-names.ts';
import { withReplaced } from './spans.ts';

export const REDACTED = '[redacted]';

/**
 * Hides the values of secret headers, and secrets inside the values of others, such as the key in the
 * query of a Referer. Names, order and number of headers stay.
 */
export function redactHeaders(headers: HeaderList, rules: RedactionRules): HeaderList {
  const names = new SecretNames(rules);
  return headers.map(([name, value]) => [
    name,
    names.isHeader(name) ? REDACTED : hideAll(value, names),
  ]);
}

/**
 * Hides secrets in a body, whatever its format and wherever it was cut or broken: values of named
 * members, fields and parameters, and keys that are known by their form. A name and the `:` or `=`
 * behind it must have survived; where the value's end has not, more is hidden, never less. The
 * bytes around it stay as they are, also where they are no UTF-8. Linear in the body's length.
 */
export function redactBody(body: Uint8Array, rules: RedactionRules): Uint8Array {
  if (body.length === 0) return body;
  // One character a byte: everything that is looked for is ASCII, and so nothing else changes.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const hidden = hideAll(text, new SecretNames(rules));
  return hidden === text ? body : Buffer.from(hidden, 'latin1');
}

/** Redacts both sides of a capture by its own rules. Pure; to be done before it is stored. */
export function redactCapture(content: CaptureContent): CaptureContent {
  const rules = content.redaction ?? { headers: [], fields: [] };
  const message = ({ headers, body, bodyBytes }: CapturedMessage): CapturedMessage => {
    const hidden = redactBody(body, rules);
    // The size on the wire says whether the body was cut; hiding part of it is not cutting.
    const shift = hidden.length - body.length;
    return { headers: redactHeaders(headers, rules), body: hidden, bodyBytes: bodyBytes + shift };
  };
  return { request: message(content.request), response: message(content.response) };
}

function hideAll(text: string, names: SecretNames): string {
  return hideForms(withReplaced(text, namedSecrets(text, names, REDACTED)), REDACTED);
}
