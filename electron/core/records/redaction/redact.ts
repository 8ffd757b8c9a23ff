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
 * Hides the values of secret headers, and secrets inside the values of other headers, such as a key
 * in the query of a Referer. Names, order and number of headers stay.
 */
export function redactHeaders(headers: HeaderList, rules: RedactionRules): HeaderList {
  const names = new SecretNames(rules);
  return headers.map(([name, value]) => [
    name,
    names.isHeader(name) ? REDACTED : hideAll(value, names),
  ]);
}

/**
 * Hides secrets in a body of any format, also if it is cut or broken: values of named members,
 * fields and parameters, and keys with a known form. The name and the `:` or `=` after it must be
 * intact. If the end of a value cannot be determined, more is hidden, never less. All other bytes
 * stay unchanged, even if they are not UTF-8. Linear in the body's length.
 */
export function redactBody(body: Uint8Array, rules: RedactionRules): Uint8Array {
  if (body.length === 0) return body;
  // Latin-1 maps each byte to one character. All patterns are ASCII, so no other byte changes.
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const hidden = hideAll(text, new SecretNames(rules));
  return hidden === text ? body : Buffer.from(hidden, 'latin1');
}

/**
 * Redacts both sides of a capture, each by its own rules. Pure. Call it before the capture is
 * stored.
 */
export function redactCapture(content: CaptureContent): CaptureContent {
  const rules = content.redaction ?? { headers: [], fields: [] };
  const message = ({ headers, body, bodyBytes }: CapturedMessage): CapturedMessage => {
    const hidden = redactBody(body, rules);
    // A body shorter than `bodyBytes` counts as cut, so both must change by the same number.
    const shift = hidden.length - body.length;
    return { headers: redactHeaders(headers, rules), body: hidden, bodyBytes: bodyBytes + shift };
  };
  return { request: message(content.request), response: message(content.response) };
}

function hideAll(text: string, names: SecretNames): string {
  return hideForms(withReplaced(text, namedSecrets(text, names, REDACTED)), REDACTED);
}
