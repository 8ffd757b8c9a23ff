import { hostname, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isThisMachine, ownPort, reaches } from './own-address.ts';

const interfaceAddresses = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .map(({ address }) => address);

describe('an own port', () => {
  const listeners = { bind: '127.0.0.1', proxyPorts: [11435, 11436], apiPort: 11440 };
  it.each([
    ['http://h:11435', 'proxy'],
    ['http://h:11436/v1', 'proxy'],
    ['http://h:11437', null],
    ['http://h:11440', 'API'],
    ['http://h', null],
  ])('%s is %s', (url, expected) => {
    expect(ownPort(new URL(url), listeners)).toBe(expected);
  });

  it('may be the port that a scheme implies', () => {
    const url = new URL('http://h/');
    expect(ownPort(url, { ...listeners, proxyPorts: [80] })).toBe('proxy');
  });

  it('is not known while any free one may be taken', () => {
    const free = { ...listeners, proxyPorts: [0], apiPort: 0 };
    expect(ownPort(new URL('http://h:11435'), free)).toBeNull();
  });
});

describe('this machine', () => {
  it.each([
    '127.0.0.1',
    '127.0.1.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    'localhost',
    'LOCALHOST.',
    'tokwatt.localhost',
    '[::ffff:7f00:1]',
    hostname(),
    `${hostname().toUpperCase()}.local`,
    ...interfaceAddresses,
  ])('is %s', (host) => {
    expect(isThisMachine(host)).toBe(true);
  });

  it.each(['gpu', '198.51.100.77', '[2001:db8::1]', 'localhost.example'])('is not %s', (host) => {
    expect(isThisMachine(host)).toBe(false);
  });
});

describe('a connection', () => {
  it.each([
    ['localhost', '127.0.0.1', true],
    ['[::1]', '127.0.0.1', true],
    ['0.0.0.0', 'localhost', true],
    [hostname(), '127.0.0.1', true],
    ['127.0.0.1', '0.0.0.0', true],
    [interfaceAddresses[0] ?? '', '0.0.0.0', true],
    [interfaceAddresses[0] ?? '', '::', true],
    ['198.51.100.77', '198.51.100.77', true],
    ['198.51.100.78', '0.0.0.0', false],
    // Another server may have the same port on another address.
    ['127.0.0.1', '198.51.100.77', false],
    ['198.51.100.77', '127.0.0.1', false],
  ])('to %s reaches what listens on %s: %s', (host, bind, expected) => {
    expect(reaches(host, bind)).toBe(expected);
  });
});
