import { describe, expect, test } from 'vitest';
import { REDACTED, redactBody, redactCapture, redactHeaders } from './redact.ts';

const rules = { headers: ['X-Team-Secret'], jsonFields: ['password', 'user'] };

function body(text: string): string {
  return Buffer.from(redactBody(Buffer.from(text), rules)).toString();
}

describe('headers', () => {
  test('hides every secret in any case and keeps names, order and the rest', () => {
    const headers = [
      ['authorization', 'Bearer sk-1'],
      ['Proxy-Authorization', 'Basic x'],
      ['COOKIE', 'a=b'],
      ['Set-Cookie', 'a=b'],
      ['Set-Cookie', 'c=d'],
      ['X-Api-Key', 'k'],
      ['api-key', 'k'],
      ['x-team-SECRET', 's'],
      ['Content-Type', 'application/json'],
    ] as const;
    const redacted = redactHeaders(headers, rules);
    expect(redacted.map(([name]) => name)).toEqual(headers.map(([name]) => name));
    expect(redacted.map(([, value]) => value)).toEqual([
      ...new Array<string>(8).fill(REDACTED),
      'application/json',
    ]);
  });
});

describe('bodies', () => {
  test('hides members of JSON at any depth, whatever they hold', () => {
    const text = '{"model":"m","User":{"id":7},"list":[{"password":["a"]},{"other":"user"}]}';
    expect(JSON.parse(body(text))).toEqual({
      model: 'm',
      User: REDACTED,
      list: [{ password: REDACTED }, { other: 'user' }],
    });
  });

  test('hides members in lines of JSON and in event streams', () => {
    const lines = [
      '{"password":"p1"}',
      '',
      'event: x',
      'data: {"user":"u1","n":1}',
      'data: [DONE]',
    ];
    const redacted = body(lines.join('\n'));
    expect(redacted.split('\n')).toEqual([
      `{"password":"${REDACTED}"}`,
      '',
      'event: x',
      `data: {"user":"${REDACTED}","n":1}`,
      'data: [DONE]',
    ]);
  });

  test('hides the rest of a line of JSON that was cut off behind a named member', () => {
    const cut = '{"model":"m","pass\\u0077ord": "top sec';
    expect(body(cut)).toBe(`{"model":"m","pass\\u0077ord": "${REDACTED}"`);
    expect(body('{"model":"m","messages":["a')).toBe('{"model":"m","messages":["a');
  });

  test('leaves bytes alone where there is nothing to hide', () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0, 1]);
    expect(redactBody(bytes, rules)).toBe(bytes);
    const json = Buffer.from('{ "model" : "m" }');
    expect(redactBody(json, rules)).toBe(json);
    expect(redactBody(Buffer.from('{"user":1}'), { headers: [], jsonFields: [] })).toEqual(
      Buffer.from('{"user":1}'),
    );
  });
});

test('a capture keeps saying whether it was cut', () => {
  const message = {
    headers: [['Cookie', 'x']] as const,
    body: Buffer.from('{"user":"somebody with a long name"}'),
    bodyBytes: 36,
  };
  const { request, response } = redactCapture(
    { request: message, response: { ...message, bodyBytes: 1_036 } },
    rules,
  );
  expect(request.headers).toEqual([['Cookie', REDACTED]]);
  expect(request.bodyBytes).toBe(request.body.length);
  expect(response.bodyBytes - response.body.length).toBe(1_000);
});
