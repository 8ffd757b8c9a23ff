import type { CaptureContent, CapturedMessage, HeaderList } from '../../meter/capture-content.ts';

export const REDACTED = '[redacted]';

/** Headers that carry a secret wherever they appear. */
const SECRET_HEADERS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
];

export interface RedactionRules {
  /** Further header names, in any case. */
  readonly headers: readonly string[];
  /** Names of JSON members whose values are hidden, at any depth and in any case. */
  readonly jsonFields: readonly string[];
}

/** Hides the values of secret headers; names, order and number stay. */
export function redactHeaders(headers: HeaderList, rules: RedactionRules): HeaderList {
  const secret = new Set([...SECRET_HEADERS, ...rules.headers.map((name) => name.toLowerCase())]);
  return headers.map(([name, value]) =>
    secret.has(name.toLowerCase()) ? [name, REDACTED] : [name, value],
  );
}

/**
 * Hides the values of named members in JSON, in lines of JSON and in the `data:` lines of an event
 * stream. What is not JSON, or was cut off within, is searched by its text instead, and there a
 * named member hides all the rest of its line: too much rather than too little.
 */
export function redactBody(body: Uint8Array, rules: RedactionRules): Uint8Array {
  if (rules.jsonFields.length === 0 || body.length === 0) return body;
  const fields = new Set(rules.jsonFields.map((name) => name.toLowerCase()));
  const text = Buffer.from(body).toString('utf8');
  const whole = redactJson(text, fields);
  const redacted =
    whole ??
    text
      .split('\n')
      .map((line) => redactLine(line, fields))
      .join('\n');
  // Bytes that are not UTF-8 would not survive the way through a string: keep them if nothing was hidden.
  return redacted === text ? body : Buffer.from(redacted, 'utf8');
}

/** Redacts both sides of a capture. Pure; to be done before it is stored. */
export function redactCapture(content: CaptureContent, rules: RedactionRules): CaptureContent {
  const message = ({ headers, body, bodyBytes }: CapturedMessage): CapturedMessage => {
    const hidden = redactBody(body, rules);
    // The size on the wire says whether the body was cut; hiding part of it is not cutting.
    const shift = hidden.length - body.length;
    return { headers: redactHeaders(headers, rules), body: hidden, bodyBytes: bodyBytes + shift };
  };
  return { request: message(content.request), response: message(content.response) };
}

function redactLine(line: string, fields: ReadonlySet<string>): string {
  const prefix = /^(?:data:)?\s*/.exec(line)?.[0] ?? '';
  const rest = line.slice(prefix.length);
  const json = redactJson(rest, fields);
  if (json !== null) return prefix + json;
  const hit = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].find(([, name]) =>
    fields.has(unescaped(name ?? '').toLowerCase()),
  );
  if (hit === undefined) return line;
  return `${prefix}${rest.slice(0, hit.index + hit[0].length)} "${REDACTED}"`;
}

/** Null if the text is not JSON; the same text if there is nothing to hide. */
function redactJson(text: string, fields: ReadonlySet<string>): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const hidden = new Set<string>();
    const redacted = JSON.stringify(value, (name, member: unknown) => {
      if (!fields.has(name.toLowerCase())) return member;
      hidden.add(name);
      return REDACTED;
    });
    return hidden.size > 0 ? redacted : text;
  } catch {
    return null;
  }
}

function unescaped(name: string): string {
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name;
  }
}
