import { expect, test } from 'vitest';
import { accessRules, hostAllowed, isOwnPage, originAllowed } from './access.ts';

const rules = accessRules({ allowedHosts: [], allowedOrigins: [] }, 'Desk');

test.each([
  'desk',
  'DESK:80',
  'localhost',
  'a.b.localhost:1',
  'nas.local',
  '10.0.0.1',
  '[fe80::1]',
  '0.0.0.0:11435',
])('the host %s is allowed', (host) => expect(hostAllowed(rules, host)).toBe(true));

test.each([
  'desk.example',
  'xdesk',
  'localhost:99999999',
  'local',
  '1.2.3',
  '[1.2.3.4]',
  '',
  ' localhost',
  'localhost\\@x',
  '::1',
])('the host %j is not', (host) => expect(hostAllowed(rules, host)).toBe(false));

test('patterns stand for whole names only', () => {
  const own = accessRules({ allowedHosts: ['*.lan', 'a.b'], allowedOrigins: ['http://*.lan:*'] });
  expect(hostAllowed(own, 'gpu.lan:8080')).toBe(true);
  expect(hostAllowed(own, 'gpu.lan.evil.example')).toBe(false);
  expect(hostAllowed(own, 'axb')).toBe(false);
  expect(originAllowed(own, 'http://gpu.lan:1', null)).toBe(true);
  expect(originAllowed(own, 'https://gpu.lan:1', null)).toBe(false);
});

test('an origin is the same as the host only if both are', () => {
  expect(originAllowed(rules, 'http://10.0.0.1:1', '10.0.0.1:1')).toBe(true);
  expect(originAllowed(rules, 'http://10.0.0.1:2', '10.0.0.1:1')).toBe(false);
  expect(originAllowed(rules, 'http://10.0.0.1:1/path', '10.0.0.1:1')).toBe(false);
});

test.each([
  ['http://127.0.0.1:1', true],
  ['https://127.0.0.1:1', true],
  ['https://watts.example', true],
  ['http://watts.example:8443', true],
  ['http://127.0.0.1:2', false],
  ['https://watts.example.evil.example', false],
  ['null', false],
  ['app://tokwatt', false],
])('a page of %s is the own one: %s', (origin, isOwn) => {
  const own = accessRules({ allowedHosts: ['watts.example'], allowedOrigins: ['*'] });
  expect(isOwnPage(own, origin, '127.0.0.1:1')).toBe(isOwn);
});
