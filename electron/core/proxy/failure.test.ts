import { expect, test } from 'vitest';
import { failureCode, noAnswer, outcomeWithoutAnswer } from './failure.ts';

const upstream = { name: 'ollama', url: new URL('http://gpu:11434/base'), exactUsage: false };

test('the code of several failed addresses is that of the first', () => {
  const refused = Object.assign(new Error(), { code: 'ECONNREFUSED' });
  expect(failureCode(new AggregateError([refused]))).toBe('ECONNREFUSED');
  expect(failureCode(refused)).toBe('ECONNREFUSED');
  expect(failureCode(new Error('plain'))).toBeNull();
});

test.each([
  ['ECONNREFUSED', 'upstream_unreachable', 'nothing listens there'],
  ['EHOSTUNREACH', 'upstream_unreachable', 'does not answer'],
  ['CERT_HAS_EXPIRED', 'upstream_unreachable', 'NODE_EXTRA_CA_CERTS'],
  ['HPE_INVALID_CONSTANT', 'malformed_answer', 'not valid HTTP (HPE_INVALID_CONSTANT)'],
  ['HPE_HEADER_OVERFLOW', 'malformed_answer', 'too large'],
  ['ERR_INVALID_CHAR', 'malformed_answer', 'not valid HTTP (ERR_INVALID_CHAR)'],
  ['ECONNRESET', 'upstream_failed', 'closed the connection'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'upstream_failed', 'no TLS connection'],
  ['EODD', 'upstream_unreachable', 'EODD'],
  [null, 'upstream_unreachable', 'the connection failed'],
])('%s is told with the server and what to do', (code, expected, words) => {
  const refusal = noAnswer(upstream, code);
  expect(refusal).toMatchObject({ status: 502, code: expected });
  expect(refusal.message).toContain('ollama at http://gpu:11434');
  expect(refusal.message).toContain(words);
});

test.each([
  ['ECONNRESET', 'upstream-died'],
  ['EPIPE', 'upstream-died'],
  ['ECONNREFUSED', 'upstream-unreachable'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'upstream-unreachable'],
  [null, 'upstream-unreachable'],
  ['HPE_INVALID_CONSTANT', 'malformed-answer'],
])('%s before an answer has the outcome %s', (code, kind) => {
  expect(outcomeWithoutAnswer(code)).toEqual({ kind, code });
});
