import type { CaptureContent, CapturedMessage, HeaderList } from '../../meter/capture-content.ts';
import { REDACTED } from './redact.ts';

/** A shorter beginning of a secret, at the end of a body that was cut, tells nothing. */
const MIN_PREFIX = 6;

/**
 * Hides secrets that Tokwatt itself holds wherever they appear in a capture: a server may repeat the
 * key that it was given. Secrets are ASCII. Pure; to be done before the capture is stored.
 */
export function hideSecrets(content: CaptureContent, secrets: readonly string[]): CaptureContent {
  if (secrets.length === 0) return content;
  const message = ({ headers, body, bodyBytes }: CapturedMessage): CapturedMessage => {
    const hidden = hiddenBody(body, body.length < bodyBytes, secrets);
    // The size on the wire says whether the body was cut; hiding part of it is not cutting.
    const shift = hidden.length - body.length;
    return { headers: hiddenHeaders(headers, secrets), body: hidden, bodyBytes: bodyBytes + shift };
  };
  return { request: message(content.request), response: message(content.response) };
}

function hiddenHeaders(headers: HeaderList, secrets: readonly string[]): HeaderList {
  return headers.map(([name, value]) => [name, without(value, secrets)]);
}

function hiddenBody(body: Uint8Array, isCut: boolean, secrets: readonly string[]): Uint8Array {
  // One character a byte: what is not hidden comes back as it was, whatever its encoding.
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  const whole = without(text, secrets);
  const hidden = isCut ? secrets.reduce(withoutPrefix, whole) : whole;
  return hidden === text ? body : Buffer.from(hidden, 'latin1');
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

/** Takes away the beginning of a secret that a cut left at the end. */
function withoutPrefix(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= MIN_PREFIX; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + REDACTED;
  }
  return text;
}
