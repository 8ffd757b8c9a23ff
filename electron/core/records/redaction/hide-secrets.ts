import type { CaptureContent, CapturedMessage, HeaderList } from '../../meter/capture-content.ts';
import { REDACTED } from './redact.ts';

/** A shorter part of a secret at the end of a cut body does not reveal it. */
const MIN_PREFIX = 6;

/**
 * Hides Tokwatt's own secrets in a capture, because a server may repeat the key that it received.
 * Secrets are ASCII. Pure. Call it before the capture is stored.
 */
export function hideSecrets(content: CaptureContent, secrets: readonly string[]): CaptureContent {
  if (secrets.length === 0) return content;
  const message = ({ headers, body, bodyBytes }: CapturedMessage): CapturedMessage => {
    const hidden = hiddenBody(body, body.length < bodyBytes, secrets);
    // A body shorter than `bodyBytes` counts as cut, so both must change by the same number.
    const shift = hidden.length - body.length;
    return { headers: hiddenHeaders(headers, secrets), body: hidden, bodyBytes: bodyBytes + shift };
  };
  return { request: message(content.request), response: message(content.response) };
}

function hiddenHeaders(headers: HeaderList, secrets: readonly string[]): HeaderList {
  return headers.map(([name, value]) => [name, without(value, secrets)]);
}

function hiddenBody(body: Uint8Array, isCut: boolean, secrets: readonly string[]): Uint8Array {
  // Latin-1 maps each byte to one character, so all other bytes stay unchanged in any encoding.
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  const whole = without(text, secrets);
  const hidden = isCut ? secrets.reduce(withoutPrefix, whole) : whole;
  return hidden === text ? body : Buffer.from(hidden, 'latin1');
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

/** Removes the beginning of a secret that was cut off at the end. */
function withoutPrefix(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= MIN_PREFIX; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + REDACTED;
  }
  return text;
}
