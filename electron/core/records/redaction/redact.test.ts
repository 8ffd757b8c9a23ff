import { describe, expect, test } from 'vitest';
import { REDACTED, redactBody, redactCapture, redactHeaders } from './redact.ts';

const rules = { headers: ['X-Team-Secret'], fields: ['password', 'user'] };

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
      ['X-Goog-Api-Key', 'k'],
      ['OpenAI-Api-Key', 'k'],
      ['x-auth-token', 'k'],
      ['x-team-SECRET', 's'],
      ['Content-Type', 'application/json'],
    ] as const;
    const redacted = redactHeaders(headers, rules);
    expect(redacted.map(([name]) => name)).toEqual(headers.map(([name]) => name));
    expect(redacted.map(([, value]) => value)).toEqual([
      ...new Array<string>(11).fill(REDACTED),
      'application/json',
    ]);
  });
});

describe('URLs in headers', () => {
  test.each([
    ['Referer', 'https://a.example/x?key=SECRET&q=1', 'https://a.example/x?key=[redacted]&q=1'],
    ['Location', '/cb?q=1&access_token=SECRET', '/cb?q=1&access_token=[redacted]'],
    ['location', '/cb?API_KEY=SECRET', '/cb?API_KEY=[redacted]'],
    ['Referer', '/cb?%61pi_key=SEC%52ET&q=1', '/cb?%61pi_key=[redacted]&q=1'],
    ['X-Original-URL', '/v1?a=1;sig=SECRET', '/v1?a=1;sig=[redacted]'],
    [
      'Link',
      '<https://me:SECRET@a.example>; rel=next',
      '<https://me:[redacted]@a.example>; rel=next',
    ],
    ['Sec-WebSocket-Protocol', 'x, k.sk-SECRET0123456789', 'x, k.[redacted]'],
    ['User-Agent', 'curl/8 (key value; sort=1)', 'curl/8 (key value; sort=1)'],
  ])('%s: %s', (name, value, hidden) => {
    expect(redactHeaders([[name, value]], rules)).toEqual([[name, hidden]]);
  });
});

describe('bodies', () => {
  test('hides JSON members at any depth, with any value', () => {
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

  test.each([
    // Cut off inside a value, a name, an object.
    ['{"model":"m","pass\\u0077ord": "top SEC', '{"model":"m","pass\\u0077ord": "[redacted]"'],
    ['{\n  "model": "m",\n  "user": "SEC', '{\n  "model": "m",\n  "user": "[redacted]"'],
    ['{\n  "user": "SECRET",\n  "mod', '{\n  "user": "[redacted]"'],
    ['{\n  "user": "SECRET",\n  "model": "m', '{\n  "user": "[redacted]",\n  "model": "m'],
    ['{"user": "SECRET", "n": tr', '{"user": "[redacted]", "n": tr'],
    ['{"user": [1, "SECRET"], "n": tr', '{"user": "[redacted]"'],
    [
      '{"a": "{\\"user\\": \\"SECRET\\", \\"n\\": \\',
      '{"a": "{\\"user\\": \\"[redacted]\\", \\"n\\": \\',
    ],
    ['{"user": {"a": "SEC', '{"user": "[redacted]"'],
    ['{"user": 123', '{"user": "[redacted]"'],
    ['{"model":"m","messages":["a', '{"model":"m","messages":["a'],
    // A line break, a quote or a bracket too many or too few.
    ['{"user":"SEC\nRET","n":1}', '{"user":"[redacted]"'],
    ['{"user": "SEC"RET", "n": 1}', '{"user": "[redacted]"'],
    ['{"user: "SECRET", "n": 1}', '{"user: "[redacted]"'],
    ['{user": "SECRET", "n": 1}', '{user": "[redacted]"'],
    ['{"user": SECRET", "n": 1}', '{"user": "[redacted]"'],
    [`{"user":'{"a":"SECRET","b":{"c":"SECRET"}},"d":1}`, `{"user":"[redacted]"`],
    ['{"user": ["SECRET"], "SECRET"]}', '{"user": "[redacted]"'],
    // Lines, one of them broken.
    ['{"a":1}\n{"user":"SECRET","n":\n{"b":2}', '{"a":1}\n{"user":"[redacted]"\n{"b":2}'],
    ['{"user":["SECRET"\n{"b":2}', '{"user":"[redacted]"\n{"b":2}'],
    [
      'data: {"user":["SEC\nRET"]}\n\ndata: {"b":2}\n',
      'data: {"user":"[redacted]"\ndata: {"b":2}\n',
    ],
    ['{\n"user": [\n{"a":"SECRET"]\n{"a":"SECRET"}\n]\n}', '{\n"user": "[redacted]"'],
    ['{"user":["SECRET"]}\n{"b":', '{"user":"[redacted]"}\n{"b":'],
    ['{"a":1}\n{"user":"SECRET","n":[1', '{"a":1}\n{"user":"[redacted]","n":[1'],
    // A document of several lines among others, broken inside a value.
    ['{"a":1}\n[\n  {\n    "user":,[\n  "SECRET"]}]', '{"a":1}\n[\n  {\n    "user":"[redacted]"'],
    [
      '{"a":1}\n{\n  "b": "{\\n  \\"user\\": 12\n34567890\\n}"\n}',
      '{"a":1}\n{\n  "b": "{\\n  \\"user\\": \\"[redacted]\\"',
    ],
  ])('of invalid JSON: %j', (given, hidden) => expect(body(given)).toBe(hidden));

  test.each([
    // JSON in a JSON string, also with quotes as written by .NET.
    [
      '{"a":"{\\"user\\": \\"SECRET\\", \\"b\\": 1}"}',
      '{"a":"{\\"user\\": \\"[redacted]\\", \\"b\\": 1}"}',
    ],
    [
      '{"a":"{\\"user\\": {\\"b\\": \\"SECRET\\"}}","c":1}',
      '{"a":"{\\"user\\": \\"[redacted]\\"}","c":1}',
    ],
    ['{"a":"{\\"user\\": \\"SEC","c":1}', '{"a":"{\\"user\\": \\"[redacted]\\"","c":1}'],
    [
      '{"a":"Use {\\"user\\": \\"SECRET\\"}, please","c":1}',
      '{"a":"Use {\\"user\\": \\"[redacted]\\"}, please","c":1}',
    ],
    [
      '{"a":"{\\u0022user\\u0022:\\u0022SECRET\\u0022}"}',
      '{"a":"{\\u0022user\\u0022:\\"[redacted]\\"}"}',
    ],
    ["{'user': 'SEC\\'RET', 'secret': \"it's\", 'n': None}", '{\'user\': "[redacted]"'],
    // Code and Markdown.
    ['headers["x-api-key"] = "SECRET"\nrest', 'headers["x-api-key"] = "[redacted]"\nrest'],
    ['login({ password: "SECRET", n: 1 })\nrest', 'login({ password: "[redacted]", n: 1 })\nrest'],
    ["login(password='SECRET', n=1)", "login(password='[redacted]', n=1)"],
    ['x "password" => "SECRET", "n" => 1', 'x "password" => "[redacted]", "n" => 1'],
    ['password = """SEC\nRET"""\nrest', 'password = """[redacted]"""\nrest'],
    ['**Password**: SECRET\nrest', '**Password**: [redacted]\nrest'],
    ['My API key: SECRET\nrest', 'My API key: [redacted]\nrest'],
    ['the "password": "SECRET" here\nrest', 'the "password": "[redacted]\nrest'],
    // Settings and command lines.
    ['A=1\nPASSWORD=SECRET& SECRET<SECRET\nB=2', 'A=1\nPASSWORD=[redacted]'],
    ['set x\nexport PASSWORD=SECRET& SECRET\nB=2', 'set x\nexport PASSWORD=[redacted]\nB=2'],
    ['run --password=SECRET --n', 'run --password=[redacted] --n'],
    ['API_KEY ?= SECRET\nrest', 'API_KEY ?= [redacted]\nrest'],
    ['password: |\n  SECRET\n  SECRET', 'password: [redacted]'],
    ['password:\n  SECRET\nrest', 'password:\n  [redacted]\nrest'],
    // Forms, URLs, multipart bodies.
    ['a=1&user=SECRET&key=SECRET&b=2', 'a=1&user=[redacted]&key=[redacted]&b=2'],
    ['a=1&login[password]=SEC RET&b=2', 'a=1&login[password]=[redacted]&b=2'],
    ['a=%7B%22user%22%3A%22SECRET%22%7D&b=2', 'a=%7B%22user%22%3A[redacted]&b=2'],
    [
      '{"url":"https://a.example/?b=1\\u0026key=SECRET","c":1}',
      '{"url":"https://a.example/?b=1\\u0026key=[redacted]","c":1}',
    ],
    [
      '--B\r\nContent-Disposition: form-data; name="user"\r\n\r\nSEC\r\n--RET\r\n--B--',
      '--B\r\nContent-Disposition: form-data; name="user"\r\n\r\n[redacted]\r\n--B--',
    ],
    ['user: SECRET\nmodel: m', 'user: [redacted]\nmodel: m'],
    ['{"a":"user: {\\n b: SECRET","c":1}', '{"a":"user: [redacted]","c":1}'],
    ['export OPENAI_API_KEY="SECRET"\nset x', 'export OPENAI_API_KEY="[redacted]"\nset x'],
    [
      "curl -H 'x-api-key: SECRET' https://a.example",
      "curl -H 'x-api-key: [redacted]' https://a.example",
    ],
    [
      '{"content":"curl -H \\"api-key: SECRET\\" x\\npassword: SECRET\\nrest"}',
      '{"content":"curl -H \\"api-key: [redacted]\\" x\\npassword: [redacted]\\nrest"}',
    ],
  ])('of other formats: %j', (given, hidden) => expect(body(given)).toBe(hidden));

  test.each([
    ['Use Bearer abcdefgh12345678 here', 'Use Bearer [redacted] here'],
    ['{"a":"x\\nsk-abcdefghijklmnop1234"}', '{"a":"x\\n[redacted]"}'],
    ['the key AIzaSyA12345678901234567890123456789012', 'the key [redacted]'],
    ['cut off in sk-ab', 'cut off in [redacted]'],
    ['x eyJhbGciOiJI.eyJzdWIiOiIx.abc-_ y', 'x [redacted] y'],
    ['https://me:SECRET@a.example/x', 'https://me:[redacted]@a.example/x'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nSECRET\n-----END RSA PRIVATE KEY-----\nx',
      '-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nx',
    ],
    ['-----BEGIN PRIVATE KEY-----\nSECRET', '-----BEGIN PRIVATE KEY-----[redacted]'],
  ])('keys with a known form: %j', (given, hidden) => expect(body(given)).toBe(hidden));

  test.each([
    '{"valid_tokens":3,"usage":{"prompt_tokens":1,"completion_tokens":2}}',
    'Fields:\n- `model`: the model\n- a session key = abc, x == y; see https://a.example/?q=1&page=2.',
    '{"max_tokens":5,"token":" Hello","key":"value","sort_key":1,"name":"user"}',
    '{"required":["user","password"],"type":"password"}',
    '{"role":"user","content":"A basic understanding; risk-averse task-oriented work; bearer certificates."}',
    'data: {"choices":[{"delta":{"content":"Say: a = b"}}]}\n\ndata: [DONE]\n\n',
    'for key=value in users: superuser = 1',
  ])('other text stays: %j', (given) => expect(body(given)).toBe(given));

  test('prose around a secret stays', () => {
    const content = 'Here:\n{\n  "password": "SECRET",\n  "b": 1\n}\n- `api_key`: SECRET\nThanks.';
    const given = JSON.stringify({ messages: [{ role: 'user', content }], n: 1 });
    expect(body(given)).toBe(given.replaceAll('SECRET', '[redacted]'));
    const tagged = JSON.stringify({ content: '[INST] My password: SECRET\nThanks. [/INST]' });
    expect(body(tagged)).toBe(tagged.replaceAll('SECRET', '[redacted]'));
  });

  test('as many secrets as a body can hold are hidden', () => {
    const given = JSON.stringify({ content: `a ${'?key=x '.repeat(150_000)}` });
    expect(body(given)).toBe(given.replaceAll('?key=x', '?key=[redacted]'));
  });

  test.each(['x-goog-api-key', 'openai-api-key', 'api-key', 'x-api-key', 'cookie', 'set-cookie'])(
    '%s is a secret of bodies without any setting',
    (name) => {
      const given = Buffer.from(`{"headers":{"${name}":"SECRET"},"n":1}`);
      const hidden = redactBody(given, { headers: [], fields: [] });
      expect(JSON.parse(Buffer.from(hidden).toString())).toEqual({
        headers: { [name]: REDACTED },
        n: 1,
      });
    },
  );

  test('does not change bytes if there is nothing to hide', () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0, 1]);
    expect(redactBody(bytes, rules)).toBe(bytes);
    const json = Buffer.from('{ "model" : "m" }');
    expect(redactBody(json, rules)).toBe(json);
    expect(redactBody(Buffer.from('{"user":1}'), { headers: [], fields: [] })).toEqual(
      Buffer.from('{"user":1}'),
    );
  });
});

test('bytes that are not UTF-8 stay unchanged around hidden text', () => {
  const wild = Buffer.from([0xff, 0xc3, 0x28, 0x00, 0xe2, 0x82]);
  const given = Buffer.concat([
    wild,
    Buffer.from('{"user":"SECRET'),
    wild,
    Buffer.from('"}'),
    wild,
  ]);
  const hidden = Buffer.concat([wild, Buffer.from('{"user":"[redacted]"}'), wild]);
  expect(Buffer.from(redactBody(given, rules))).toEqual(hidden);
});

test('names with other letters are found in any case and any notation', () => {
  const other = { headers: [], fields: ['Schlüssel'] };
  const names = ['schlüssel', 'SCHLÜSSEL', 'Schl\u00fcssel', 'schl\u00DCssel'];
  for (const name of names) {
    const given = Buffer.from(`{"${name}":"SECRET"}`);
    expect(Buffer.from(redactBody(given, other)).toString()).toBe(`{"${name}":"[redacted]"}`);
  }
});

test('a field may be called "name"', () => {
  const other = { headers: [], fields: ['name'] };
  const given = Buffer.from('a=1&name=SECRET&b=2');
  expect(Buffer.from(redactBody(given, other)).toString()).toBe('a=1&name=[redacted]&b=2');
});

describe('takes linear time for', () => {
  const SMALL = 8 * 1024;
  /** Processor time, milliseconds, because other load changes the elapsed time. */
  const timeOf = (text: string): number => {
    const given = Buffer.from(text);
    const times = [1, 2].map(() => {
      const begun = process.cpuUsage();
      redactBody(given, rules);
      return process.cpuUsage(begun).user / 1_000;
    });
    // Shorter times are noise.
    return Math.max(1, Math.min(...times));
  };

  test.each([
    ...[
      '\\',
      '"',
      ' ',
      ':',
      '=',
      '\\"',
      '\\u0022:',
      '{"user":"a"},',
      '"user":"',
      '"user":[',
      '"user":1,',
    ],
    ...[
      '"user":"a" x ',
      '{"user":{"a":1}}\n',
      '\\"user\\":{\\"a\\":1},',
      '"user":"a","b',
      "user':'\"",
    ],
    ...[
      'form-data; name="user"\r\n',
      '\n--b\r\nform-data; name="user"\r\n',
      'user=x&',
      '&a',
      'user: x\n',
    ],
    ...[
      'Bearer +++',
      '+',
      'ask-',
      ' sk-a',
      'eyJ',
      'eyJabcdefgh.',
      '://a:',
      '-----BEGIN PRIVATE KEY-----',
    ],
    ...[
      '\\u0061:',
      '%61%3A',
      '&quot;:',
      '"a\\"b\\"c":',
      `${' '.repeat(500)}:`,
      `"${'a'.repeat(300)}":`,
    ],
  ])('%j, repeated', (piece) => {
    const fill = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
    const nested = (length: number): string => JSON.stringify({ user: 'a', b: fill(length) });
    for (const text of [fill, nested, (length: number) => `"user":"${fill(length)}`]) {
      // Quadratic time would give 256.
      expect(timeOf(text(SMALL * 16)) / timeOf(text(SMALL))).toBeLessThan(100);
    }
  });

  test.each(['"', '\\', ' ', '\\"', '" ', '"user":"', '"user" ', '"user":\\'])(
    'a megabyte of %j is no harder than ordinary text',
    (piece) => {
      const fill = (text: string): string => text.repeat(Math.ceil(1024 ** 2 / text.length));
      const line = 'Ordinary prose: the quick brown fox jumps over a "lazy" dog, as in a = b.\n';
      const ordinary = timeOf(JSON.stringify({ messages: [{ content: fill(line) }] }));
      // Quadratic time would give thousands.
      expect(timeOf(fill(piece)) / ordinary).toBeLessThan(40);
    },
  );
});

test('a capture still shows whether it was cut', () => {
  const message = {
    headers: [['Cookie', 'x']] as const,
    body: Buffer.from('{"user":"somebody with a long name"}'),
    bodyBytes: 36,
  };
  const { request, response } = redactCapture({
    redaction: rules,
    request: message,
    response: { ...message, bodyBytes: 1_036 },
  });
  expect(request.headers).toEqual([['Cookie', REDACTED]]);
  expect(request.bodyBytes).toBe(request.body.length);
  expect(response.bodyBytes - response.body.length).toBe(1_000);
});
