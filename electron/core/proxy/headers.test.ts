import { describe, expect, test } from 'vitest';
import { upstreamHeaders } from './headers.ts';
import { hasBody, headFacts, isChunked } from './head-facts.ts';

describe('what a head says', () => {
  test('is read whatever the case of its names', () => {
    const facts = headFacts([
      ...['HOST', 'a', 'oRiGiN', 'http://b', 'EXPECT', '100-Continue', 'Connection', 'Foo , BAR'],
      ...['connection', 'close', 'UPGRADE', 'WebSocket', 'te', 'gzip, trailers'],
    ]);
    expect(facts).toMatchObject({
      hosts: ['a'],
      origins: ['http://b'],
      expectsContinue: true,
      upgrade: 'websocket',
      wantsTrailers: true,
      contentLength: null,
      keepAliveSeconds: null,
    });
    expect([...facts.connection]).toEqual(['foo', 'bar', 'close']);
  });

  test.each([
    ['timeout=5', 5],
    ['timeout=5, max=100', 5],
    ['max=7, timeout=30', 30],
    ['timeout="2"', 2],
    ['max=100', null],
    ['xtimeout=9', null],
  ])('of keep-alive hints, %s is %j', (value, seconds) => {
    expect(headFacts(['Keep-Alive', value]).keepAliveSeconds).toBe(seconds);
  });

  test.each([
    ['chunked', true],
    ['gzip, Chunked', true],
    ['chunked, gzip', false],
    ['xchunked', false],
  ])('a transfer coding of %s is chunked: %j', (value, chunked) => {
    expect(isChunked(headFacts(['Transfer-Encoding', value]))).toBe(chunked);
  });

  test('tells whether there is a body', () => {
    expect(hasBody(headFacts([]))).toBe(false);
    expect(hasBody(headFacts(['Content-Length', '0']))).toBe(false);
    expect(hasBody(headFacts(['Content-Length', '10']))).toBe(true);
    expect(hasBody(headFacts(['Transfer-Encoding', 'chunked']))).toBe(true);
  });
});

test('a second Connection line is not replaced but dropped', () => {
  const raw = ['Host', 'a', 'Connection', 'x-a', 'CONNECTION', 'x-b', 'x-a', '1', 'X-B', '2'];
  const change = { host: 'up', hop: 'h' };
  expect(upstreamHeaders(raw, headFacts(raw), change)).toEqual([
    ...['Host', 'up', 'Connection', 'keep-alive', 'x-tokwatt-hop', 'h'],
  ]);
});
