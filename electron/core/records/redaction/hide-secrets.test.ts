import { describe, expect, it } from 'vitest';
import type { CaptureContent } from '../../meter/capture-content.ts';
import { hideSecrets } from './hide-secrets.ts';

const KEY = 'sk-0123456789';

function capture(body: string | Buffer, bodyBytes?: number): CaptureContent {
  const bytes = Buffer.from(body);
  const message = { headers: [], body: bytes, bodyBytes: bodyBytes ?? bytes.length };
  return { request: message, response: message };
}
const bodyOf = (content: CaptureContent): string => Buffer.from(content.response.body).toString();

describe('secrets of Tokwatt', () => {
  it('are hidden anywhere in bodies and headers of both sides', () => {
    const message = {
      headers: [['X-Key', `Bearer ${KEY}`]] as [string, string][],
      body: Buffer.from(`{"a": "wörds ${KEY}", "b": "${KEY}"}`),
      bodyBytes: 100,
    };
    const hidden = hideSecrets({ request: message, response: message }, ['other', KEY]);
    for (const side of [hidden.request, hidden.response]) {
      expect(side.headers).toEqual([['X-Key', 'Bearer [redacted]']]);
      expect(Buffer.from(side.body).toString()).toBe(
        '{"a": "wörds [redacted]", "b": "[redacted]"}',
      );
      expect(side.bodyBytes - side.body.length).toBe(100 - message.body.length);
    }
  });

  it('are hidden if a body was cut inside them', () => {
    expect(bodyOf(hideSecrets(capture('key sk-0123', 900), [KEY]))).toBe('key [redacted]');
    expect(bodyOf(hideSecrets(capture('key sk-0123'), [KEY]))).toBe('key sk-0123');
  });

  it('do not change anything else, including bytes that are not text', () => {
    const bytes = Buffer.from([0, 255, 128, 10, 195, 40]);
    const content = capture(bytes);
    expect(hideSecrets(content, [KEY]).response.body).toBe(content.response.body);
    expect(hideSecrets(content, [])).toBe(content);
    const mixed = Buffer.concat([bytes, Buffer.from(KEY), bytes]);
    expect(hideSecrets(capture(mixed), [KEY]).response.body).toEqual(
      Buffer.concat([bytes, Buffer.from('[redacted]'), bytes]),
    );
  });
});
