import { describe, expect, it } from 'vitest';
import type { RequestHead } from '../proxy/tap.ts';
import { SILENT_LOG } from '../log.ts';
import { ExactUsage, askForUsage } from './exact-usage.ts';
import { UsageRejections } from './usage-rejections.ts';

const exactUsage = new ExactUsage(new UsageRejections({ log: SILENT_LOG, tell: () => undefined }));

const head = (given: Partial<RequestHead> = {}, on = true): RequestHead => ({
  upstream: { name: 'u', url: new URL('http://h'), exactUsage: on },
  method: 'POST',
  target: '/v1/chat/completions',
  rawHeaders: [],
  remoteAddress: null,
  connection: null,
  at: 0,
  monotonicAt: 0,
  ...given,
});
const SSE = ['Content-Type', 'text/event-stream; charset=utf-8'];

describe('exact usage, the request', () => {
  const ask = (body: string): string | undefined => askForUsage(Buffer.from(body))?.toString();

  it('asks for usage and leaves every other byte alone', () => {
    const body = ' {\n "stream" : true, "messages":[{"content":"ü \\ud800"}] } ';
    const asked = ask(body);
    expect(asked).toBe(
      '{"stream_options":{"include_usage":true},\n "stream" : true, "messages":[{"content":"ü \\ud800"}] } ',
    );
    expect(JSON.parse(asked!)).toMatchObject({ stream_options: { include_usage: true } });
  });

  it.each([
    ['{"stream":false}'],
    ['{"model":"m"}'],
    ['{"stream":"true"}'],
    ['{"stream":true,"stream_options":{"include_usage":false}}'],
    ['{"stream":true,"stream_options":{"include_obfuscation":false}}'],
    ['{"stream":true,"stream_options":null,"stream_options":null}'],
    ['{"stream":false,"stream_options":null}'],
    ['[{"stream":true}]'],
    ['{"stream":true'],
    ['not json'],
    [''],
  ])('leaves %s as it is', (body) => {
    expect(ask(body)).toBeUndefined();
  });

  it.each([
    ['{"stream":true,"stream_options":null}', '{"stream":true,"stream_options":#}'],
    ['{ "stream_options" : { } , "stream":true}', '{ "stream_options" : # , "stream":true}'],
    [
      '{"messages":[{"stream_options":null}],"stream":true,\n"stream\\u005foptions":{}\n}',
      '{"messages":[{"stream_options":null}],"stream":true,\n"stream\\u005foptions":#\n}',
    ],
  ])('asks for usage where %s sets no option', (body, asked) => {
    expect(ask(body)).toBe(asked.replace('#', '{"include_usage":true}'));
  });

  it('is for OpenAI-style streams of upstreams that opted in', () => {
    expect(exactUsage.open(head())).not.toBeNull();
    expect(exactUsage.open(head({ target: '/v1/completions?x=1' }))).not.toBeNull();
    expect(exactUsage.open(head({}, false))).toBeNull();
    expect(exactUsage.open(head({ target: '/api/chat' }))).toBeNull();
    expect(exactUsage.open(head({ method: 'GET' }))).toBeNull();
  });
});

describe('exact usage, the answer', () => {
  const event = (data: object, end = '\n'): string => `data: ${JSON.stringify(data)}${end}${end}`;
  const content = { choices: [{ delta: { content: '"choices":[] "usage":{} ü' } }] };
  const moderation = { choices: [], moderation: {} };
  const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } };

  function through(parts: readonly string[]): string {
    const transform = exactUsage.open(head())!.response(200, SSE)!;
    const out = parts.map((part) => transform.push(Buffer.from(part, 'latin1')));
    return Buffer.concat([...out, transform.end()].filter((p) => p !== null)).toString('latin1');
  }

  for (const [name, end] of [
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['carriage returns', '\r'],
  ] as const) {
    const before = `: hello${end}${end}${event(content, end)}${event(moderation, end)}`;
    const after = `data: [DONE]${end}${end}`;
    const whole = before + event(usage, end) + after;

    it(`takes out exactly the usage chunk wherever the stream is cut (${name})`, () => {
      for (let cut = 0; cut <= whole.length; cut += 1) {
        expect(through([whole.slice(0, cut), whole.slice(cut)])).toBe(before + after);
      }
      expect(through(Array.from(whole))).toBe(before + after);
    });
  }

  it('passes each event on as soon as its lines end with carriage returns', () => {
    const transform = exactUsage.open(head())!.response(200, SSE)!;
    for (const sent of [event(content, '\r'), ': a\r\n\r', ': b\n\r', ': c\r\r\n', ': d\r\n\n']) {
      expect(transform.push(Buffer.from(sent, 'latin1'))?.toString('latin1')).toBe(sent);
    }
    expect(transform.push(Buffer.from('\r\n: e'))?.toString()).toBe('\r\n');
  });

  it('cuts mixed line ends anywhere and removes nothing but the usage', () => {
    const last = { choices: [{ finish_reason: 'stop', index: 0, delta: {} }] };
    const data = (value: object): string => `data: ${JSON.stringify(value)}`;
    const before = `${data(content)}\r\n\r${data(content)}\n\r\n${data(last)}\r\r\n`;
    const sent = `${before}${data(usage)}\r\n\r\ndata: [DONE]\n\n`;
    for (let cut = 0; cut <= sent.length; cut += 1) {
      expect(through([sent.slice(0, cut), sent.slice(cut)])).toBe(`${before}data: [DONE]\n\n`);
    }
    expect(through(Array.from(sent))).toBe(`${before}data: [DONE]\n\n`);
    expect(through(['data: a\r', '', '\n\r', '', '\n'])).toBe('data: a\r\n\r\n');
  });

  it.each([
    [
      '{"choices":[{"text":"a"}],"usage":{"prompt_tokens":0,"total_tokens":0}}',
      '{"choices":[{"text":"a"}]}',
    ],
    [
      '{"usage": null, "choices": [{"text": "\\"usage\\":0"}]}',
      '{"choices": [{"text": "\\"usage\\":0"}]}',
    ],
    [
      '{"id":"1","usage":{"details":{"n":0}},"choices":[{"text":""}]}',
      '{"id":"1","choices":[{"text":""}]}',
    ],
    ['{"choices":[],"usage":null,"moderation":{}}', '{"choices":[],"moderation":{}}'],
  ])('takes blank usage out of %s', (sent, wanted) => {
    expect(through([`data: ${sent}\n\n`])).toBe(`data: ${wanted}\n\n`);
    expect(through(Array.from(`id: 1\r\ndata:${sent}\r\n\r\n`))).toBe(
      `id: 1\r\ndata:${wanted}\r\n\r\n`,
    );
  });

  it('takes out a usage chunk whose one delta is empty', () => {
    const litellm = { choices: [{ index: 0, delta: {} }], usage: usage.usage };
    const withNulls = { index: 0, delta: { content: '', role: null }, finish_reason: null };
    expect(through([event(litellm)])).toBe('');
    expect(through([event({ ...litellm, choices: [withNulls] })])).toBe('');
  });

  it('takes out a usage chunk whose delta repeats the role, but not the only role', () => {
    const role = { role: 'assistant', content: '' };
    const choices = [{ index: 0, delta: role, finish_reason: null }];
    const again = { ...usage, choices };
    const first = event({ choices });
    expect(through([first, event(again)])).toBe(first);
    expect(through([event(content), event(again)])).toBe(event(content));
    expect(through([event(again), event(content)])).toBe(event(again) + event(content));
    const second = event({ ...again, choices: [{ index: 1, delta: role }] });
    expect(through([first, second])).toBe(first + second);
    const more = event({ ...again, choices: [{ delta: { ...role, content: 'x' } }] });
    expect(through([first, more])).toBe(first + more);
  });

  it('gives timings in the usage chunk back to the last chunk, as llama-server sends them', () => {
    const last = { choices: [{ finish_reason: 'stop', index: 0, delta: {} }], id: 'c' };
    const timings = { prompt_n: 1, predicted_per_second: 2.5 };
    const sent = event(last) + event({ ...usage, timings }) + 'data: [DONE]\n\n';
    const wanted = event({ ...last, timings }) + 'data: [DONE]\n\n';
    for (let cut = 0; cut <= sent.length; cut += 1) {
      expect(through([sent.slice(0, cut), sent.slice(cut)])).toBe(wanted);
    }
    expect(through([event(last), event(usage)])).toBe(event(last));
    expect(through([event(last), event(last), event(content)])).toBe(
      event(last) + event(last) + event(content),
    );
    expect(through([event(last), 'data: x'])).toBe(`${event(last)}data: x`);
    const long = event({ choices: [{ delta: { content: 'x'.repeat(100_000) } }] });
    expect(through([event(last), long.slice(0, 70_000), long.slice(70_000)])).toBe(
      event(last) + long,
    );
  });

  it.each([
    ['content', { choices: [{ text: 'a' }] }],
    ['a finish reason', { choices: [{ text: '', finish_reason: 'stop' }] }],
    ['a role', { choices: [{ delta: { role: 'assistant', content: '' } }] }],
    ['no choices', { type: 'ping' }],
  ])('leaves counts in a chunk with %s, which servers send without a request', (_, chunk) => {
    const sent = event({ ...chunk, usage: usage.usage });
    expect(through([sent])).toBe(sent);
  });

  it('passes what is unfinished and what is too long', () => {
    expect(through(['data: {"choices":[], "us'])).toBe('data: {"choices":[], "us');
    const long = event({ choices: [{ delta: { content: 'x'.repeat(100_000) } }] });
    expect(through([long.slice(0, 70_000), long.slice(70_000), event(usage)])).toBe(long);
  });

  it('leaves alone what is no stream, failed, or is compressed', () => {
    const open = (status: number, headers: readonly string[]): unknown =>
      exactUsage.open(head())!.response(status, headers);
    expect(open(200, ['content-type', 'application/json'])).toBeNull();
    expect(open(400, SSE)).toBeNull();
    expect(open(200, [...SSE, 'Content-Encoding', 'gzip'])).toBeNull();
  });
});
