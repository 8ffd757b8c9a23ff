import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../shared/settings.ts';
import { effectiveSettings } from '../settings/effective.ts';
import type { EffectiveSettings } from '../settings/effective.ts';
import { resolveConfig } from './config.ts';
import type { Flags } from './flags.ts';
import { parseUpstreamFlag } from './upstream-address.ts';

const flags = (given: Partial<Flags> = {}): Flags => ({
  upstreams: [],
  logLevel: 'info',
  ...given,
});
const upstream = parseUpstreamFlag;

/** The settings in force right after a start. */
const inForce = (given: Flags, document: Record<string, unknown>): EffectiveSettings => {
  const { overrides, fallbackUpstreams } = resolveConfig(given, document, '/data');
  return effectiveSettings(v.parse(settingsSchema, document), overrides, fallbackUpstreams);
};

describe('configuration', () => {
  it('is complete without any input', () => {
    const settings = inForce(flags(), {});
    expect(settings).toMatchObject({ bind: '127.0.0.1', proxyPort: 11435, apiPort: 11436 });
    expect(settings.upstreams.map((u) => [u.name, u.url.href])).toEqual([
      ['ollama', 'http://127.0.0.1:11434/'],
    ]);
    expect(resolveConfig(flags(), {}, '/data').overrides).toEqual({});
  });

  it('prefers flags to the settings file, and says so', () => {
    const settings = { upstreams: [{ name: 'a', url: 'http://a:1' }], proxyPort: 5, apiPort: 6 };
    expect(inForce(flags(), settings).upstreams[0]?.name).toBe('a');
    const given = flags({ upstreams: [upstream('b=http://b:1')], apiPort: 7 });
    expect(inForce(given, settings)).toMatchObject({
      proxyPort: 5,
      apiPort: 7,
      upstreams: [{ name: 'b' }],
    });
    expect(resolveConfig(given, settings, '/').overrides).toMatchObject({
      upstreams: { source: '--upstream' },
      apiPort: { value: 7, source: '--api-port' },
    });
  });

  it('names the variable that overrides the settings file', () => {
    const given = flags({
      bind: '0.0.0.0',
      variables: { bind: 'TOKWATT_BIND' },
    });
    expect(resolveConfig(given, {}, '/').overrides).toMatchObject({
      bind: { value: '0.0.0.0', source: 'TOKWATT_BIND' },
    });
  });

  it('names the field of a settings file that is wrong', () => {
    expect(() => resolveConfig(flags(), { proxyPort: '1' }, '/data')).toThrow(
      /settings\.json: proxyPort: .*Correct the file/,
    );
    expect(() =>
      resolveConfig(flags(), { upstreams: [{ name: 'a', url: 'a:1' }] }, '/data'),
    ).toThrow('upstreams.0.url');
  });

  it('refuses two upstreams of one name', () => {
    const upstreams = [upstream('a=http://a:1'), upstream('a=http://b:1')];
    expect(() => resolveConfig(flags({ upstreams }), {}, '/')).toThrow('two upstreams');
  });

  it('refuses ports that collide or do not exist', () => {
    const upstreams = [upstream('http://a:1'), upstream('http://b:1')];
    const resolve = (proxyPort: number, apiPort: number): unknown =>
      resolveConfig(flags({ upstreams, proxyPort, apiPort }), {}, '/');
    expect(() => resolve(100, 100)).toThrow('--api-port 100: a proxy takes this port');
    expect(() => resolve(100, 101)).not.toThrow();
    expect(() => resolve(65_535, 1)).toThrow('--proxy-port 65535');
    expect(() => resolve(0, 0)).not.toThrow();
  });

  it('does not assign the port of the API', () => {
    const upstreams = [upstream('http://a:1'), upstream('http://b:1')];
    expect(() => resolveConfig(flags({ upstreams }), {}, '/')).not.toThrow();
    // The second proxy has 11437, because the API has 11436.
    const loop = [upstream('http://a:1'), upstream('http://127.0.0.1:11437')];
    expect(() => resolveConfig(flags({ upstreams: loop }), {}, '/')).toThrow("Tokwatt's own proxy");
  });

  it('refuses a port of an upstream that is taken', () => {
    const resolve = (...ports: readonly number[]): unknown => {
      const upstreams = ports.map((port, i) => ({ name: `u${i}`, url: 'http://a:1', port }));
      return resolveConfig(flags(), { upstreams }, '/');
    };
    expect(() => resolve(5, 6)).not.toThrow();
    expect(() => resolve(5, 5)).toThrow(
      'settings.json, upstreams: u1: two upstreams have port 5; give each its own.',
    );
    expect(() => resolve(11_436)).toThrow('u0: the API takes port 11436; choose another.');
    expect(() => resolve(0)).toThrow('upstreams.0.port');
  });

  it('refuses a proxy whose upstream is itself', () => {
    const upstreams = [upstream('http://127.0.0.1:11435')];
    expect(() => resolveConfig(flags({ upstreams }), {}, '/')).toThrow("Tokwatt's own proxy");
    expect(() => resolveConfig(flags({ upstreams, proxyPort: 5 }), {}, '/')).not.toThrow();
  });

  it('names the source of a wrong value: the settings file or the flag', () => {
    const twice = [1, 2].map((n) => ({ name: 'a', url: `http://a:${n}` }));
    expect(() => resolveConfig(flags(), { upstreams: twice }, '/')).toThrow(
      /^settings\.json, upstreams: a: two upstreams have this name; give each its own\.$/,
    );
    const flagged = [upstream('a=http://a:1'), upstream('a=http://b:1')];
    expect(() => resolveConfig(flags({ upstreams: flagged }), { upstreams: twice }, '/')).toThrow(
      /^--upstream a: .*NAME=URL/,
    );
    const ports = { proxyPort: 100, apiPort: 100 };
    expect(() => resolveConfig(flags(), ports, '/')).toThrow(
      /^settings\.json, apiPort 100: .*\(settings\.json, proxyPort 100\)/,
    );
    expect(() => resolveConfig(flags({ apiPort: 100 }), ports, '/')).toThrow(
      /^--api-port 100: .*\(settings\.json, proxyPort 100\)/,
    );
    const last = {
      proxyPort: 65_535,
      upstreams: twice.map((one, i) => ({ ...one, name: `${i}` })),
    };
    expect(() => resolveConfig(flags(), last, '/')).toThrow(/^settings\.json, proxyPort 65535: /);
    const loop = { upstreams: [{ name: 'a', url: 'http://127.0.0.1:11435' }] };
    expect(() => resolveConfig(flags(), loop, '/')).toThrow(
      /^settings\.json, upstreams: http:\/\/127\.0\.0\.1:11435\/: this is Tokwatt's own proxy/,
    );
  });
});
