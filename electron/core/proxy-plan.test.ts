import { describe, expect, it } from 'vitest';
import { planProxies } from './proxy-plan.ts';
import type { ConfiguredUpstream } from './settings/effective.ts';

/** `name` or `name@host`, optionally with a port: `a@h:9100`. */
function upstream(text: string): ConfiguredUpstream {
  const [, name = '', host = name, port] = /^(\w+)(?:@(\w+))?(?::(\d+))?$/.exec(text) ?? [];
  return {
    name,
    url: new URL(`http://${host}`),
    exactUsage: false,
    port: port === undefined ? null : Number(port),
  };
}

/** The ports of `after` if `before` has the ports from 100 upwards. The API has 101. */
function ports(before: string, after: string, proxyPort = 100): Record<string, number> {
  const present = { running: [], proxyPort: 100, reserved: [101] };
  const list = (text: string): ConfiguredUpstream[] => text.split(' ').map(upstream);
  const running = planProxies({ upstreams: list(before), proxyPort: 100 }, present);
  const planned = planProxies({ upstreams: list(after), proxyPort }, { ...present, running });
  return Object.fromEntries(planned.map((each) => [each.upstream.name, each.port]));
}

describe('planned proxies', () => {
  it('keep their ports if others are added or removed, or the order changes', () => {
    expect(ports('a b c', 'b c')).toEqual({ b: 102, c: 103 });
    expect(ports('a b c', 'c d b')).toEqual({ c: 103, d: 100, b: 102 });
    expect(ports('a b', 'x a b')).toEqual({ x: 103, a: 100, b: 102 });
  });

  it('keep their ports under a new name or with a new address', () => {
    expect(ports('a b', 'renamed@a b')).toEqual({ renamed: 100, b: 102 });
    expect(ports('a b', 'b a@elsewhere')).toEqual({ b: 102, a: 100 });
    // Both have the address of `a`, whose name keeps its proxy.
    expect(ports('a b', 'other@a a')).toEqual({ other: 102, a: 100 });
    expect(ports('a b', 'a@b b@a')).toEqual({ a: 100, b: 102 });
  });

  it('have the ports named in settings, and others give them up', () => {
    expect(ports('a b', 'a b:100')).toEqual({ a: 102, b: 100 });
    expect(ports('a:7 b', 'a:8 b')).toEqual({ a: 8, b: 100 });
    expect(ports('a:7 b', 'a b')).toEqual({ a: 7, b: 100 });
  });

  it('all change with the first port, except those named in settings', () => {
    expect(ports('a b c:7', 'a b c:7', 200)).toEqual({ a: 200, b: 201, c: 7 });
    expect(ports('a b', 'a b x', 0)).toEqual({ a: 0, b: 0, x: 0 });
  });
});
