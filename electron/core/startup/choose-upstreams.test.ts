import { hostname, networkInterfaces } from 'node:os';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settingsSchema } from '../../../shared/settings.ts';
import type { Upstream } from '../proxy/tap.ts';
import { effectiveSettings } from '../settings/effective.ts';
import { resolveConfig } from './config.ts';
import { parseFlags } from './flags.ts';

const interfaceAddresses = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));

interface InForce {
  readonly upstreams: readonly Upstream[];
  readonly notes: readonly string[];
}

function configOf(
  env: Readonly<Record<string, string>>,
  settings: object = {},
  ...argv: string[]
): InForce {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const parsed = parseFlags({ argv, version: '1', program: 'tokwatt' });
  if (parsed.kind === 'text') throw new Error(parsed.text);
  const { overrides, fallbackUpstreams, notes } = resolveConfig(parsed.flags, settings, '/data');
  const file = v.parse(settingsSchema, settings);
  const { upstreams } = effectiveSettings(file, overrides, fallbackUpstreams);
  return { upstreams, notes };
}
const urls = ({ upstreams }: InForce): string[] => upstreams.map(({ url }) => url.href);
const DEFAULT = ['http://127.0.0.1:11434/'];
const SETTINGS = { upstreams: [{ name: 'gpu', url: 'http://gpu:8080' }] };

beforeEach(() => {
  for (const name of ['OLLAMA_HOST', 'OLLAMA_BASE_URL']) vi.stubEnv(name, '');
  for (const name of ['TOKWATT_PROXY_PORT', 'TOKWATT_API_PORT', 'TOKWATT_BIND']) {
    vi.stubEnv(name, '');
  }
});
afterEach(() => vi.unstubAllEnvs());

describe('OLLAMA_HOST', () => {
  it('counts only while the settings name no server, and says so', () => {
    const env = { OLLAMA_HOST: '127.0.0.1:11500' };
    const alone = configOf(env);
    expect([urls(alone), alone.notes]).toEqual([['http://127.0.0.1:11500/'], []]);
    const { notes, upstreams } = configOf(env, SETTINGS);
    expect(upstreams.map(({ name }) => name)).toEqual(['gpu']);
    expect(notes).toEqual([expect.stringMatching(/^OLLAMA_HOST \(127.0.0.1:11500\) is not used/)]);
  });

  it('may name a server of the settings: it may be how the server was moved', () => {
    const moved = { ...SETTINGS.upstreams[0], url: 'http://127.0.0.1:11500', port: 11_434 };
    const { upstreams, notes } = configOf(
      { OLLAMA_HOST: '127.0.0.1:11500' },
      { upstreams: [moved] },
    );
    expect(upstreams).toMatchObject([{ port: 11_434 }]);
    expect(notes).toEqual([]);
  });

  it('overrides nothing, so that the settings count as soon as they name a server', () => {
    vi.stubEnv('OLLAMA_HOST', '127.0.0.1:11500');
    const parsed = parseFlags({ argv: [], version: '1', program: 'tokwatt' });
    if (parsed.kind === 'text') throw new Error(parsed.text);
    const { overrides, fallbackUpstreams } = resolveConfig(parsed.flags, {}, '/data');
    expect(overrides).toEqual({});
    const added = v.parse(settingsSchema, SETTINGS);
    const { upstreams } = effectiveSettings(added, overrides, fallbackUpstreams);
    expect(upstreams.map(({ name }) => name)).toEqual(['gpu']);
  });
});

describe('a variable that names Tokwatt itself', () => {
  it.each([
    '127.0.0.1:11435',
    ':11435',
    '0.0.0.0:11435',
    '[::1]:11435',
    '[::]:11435',
    'localhost:11435',
    'http://localhost:11435/',
    'http://127.0.0.1:11435/some/path',
    '"127.0.0.1:11435"',
    `${hostname()}:11435`,
    `${hostname()}.local:11435`,
    ...interfaceAddresses.map((address) => `${address}:11435`),
  ])('is ignored with one note, here OLLAMA_HOST=%s', (value) => {
    const config = configOf({ OLLAMA_HOST: value });
    expect(urls(config)).toEqual(DEFAULT);
    expect(config.notes).toEqual([expect.stringMatching(/^OLLAMA_HOST names Tokwatt's own proxy/)]);
  });

  it('leaves the upstreams of the settings in force', () => {
    const config = configOf({ OLLAMA_HOST: '127.0.0.1:11435' }, SETTINGS);
    expect(urls(config)).toEqual(['http://gpu:8080/']);
  });

  it('may name the API, or the proxy of a further upstream', () => {
    const two = {
      ...SETTINGS,
      upstreams: [...SETTINGS.upstreams, { name: 'b', url: 'http://b:1' }],
    };
    const further = configOf({ OLLAMA_HOST: '127.0.0.1:11436' }, { ...two, apiPort: 5 });
    expect(urls(further)).toEqual(['http://gpu:8080/', 'http://b:1/']);
    const api = configOf({ OLLAMA_HOST: '127.0.0.1:11436' });
    expect(api.notes).toEqual([expect.stringContaining("Tokwatt's own API")]);
    expect(urls(api)).toEqual(DEFAULT);
  });

  it('depends on the ports: another port is an upstream', () => {
    const moved = configOf({ OLLAMA_HOST: 'localhost:5000' }, {}, '--proxy-port', '5000');
    expect(urls(moved)).toEqual(DEFAULT);
    const other = configOf({ OLLAMA_HOST: 'localhost:11435' }, {}, '--proxy-port', '5000');
    expect(urls(other)).toEqual(['http://localhost:11435/']);
    expect(other.notes).toEqual([]);
    // Tokwatt has Ollama's port, and the variable has none, so Ollama's default port is used.
    const { notes } = configOf({ OLLAMA_HOST: '127.0.0.1', TOKWATT_PROXY_PORT: '11434' }, SETTINGS);
    expect(notes).toHaveLength(1);
  });

  it('does not hide an upstream on another machine', () => {
    const config = configOf({ OLLAMA_HOST: '198.51.100.77:11435' });
    expect(urls(config)).toEqual(['http://198.51.100.77:11435/']);
  });

  it('does not override a flag', () => {
    const config = configOf({ OLLAMA_HOST: '127.0.0.1:11435' }, {}, '--upstream', 'http://a:1');
    expect(urls(config)).toEqual(['http://a:1/']);
    expect(config.notes).toEqual([]);
  });

  it.each(['http://localhost:11435', 'http://0.0.0.0:11435/v1', 'http://[::1]:11435/'])(
    'may be OLLAMA_BASE_URL=%s',
    (value) => {
      const config = configOf({ OLLAMA_BASE_URL: value });
      expect(urls(config)).toEqual(DEFAULT);
      expect(config.notes).toEqual([expect.stringMatching(/^OLLAMA_BASE_URL names/)]);
    },
  );

  it.each(['localhost', '127.0.0.1', '0.0.0.0', hostname()])(
    'is an error as a flag or a setting that says so: %s',
    (host) => {
      const url = `http://${host}:11435/`;
      const env = { OLLAMA_HOST: '127.0.0.1:11435' };
      expect(() => configOf(env, {}, '--upstream', url)).toThrow(
        new RegExp(`^--upstream ${url.toLowerCase()}: this is Tokwatt's own proxy; `),
      );
      expect(() => configOf(env, { upstreams: [{ name: 'a', url }] })).toThrow(
        new RegExp(
          `^settings.json, upstreams: ${url.toLowerCase()}: this is Tokwatt's own proxy; `,
        ),
      );
    },
  );
});

describe('OLLAMA_BASE_URL', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is used if nothing else names a server, without the path of an API', () => {
    vi.stubEnv('OLLAMA_HOST', '');
    expect(urls(configOf({ OLLAMA_BASE_URL: 'http://gpu:1/base/v1/' }))).toEqual([
      'http://gpu:1/base',
    ]);
    expect(urls(configOf({}, SETTINGS))).toEqual(['http://gpu:8080/']);
    expect(urls(configOf({ OLLAMA_HOST: 'h' }))).toEqual(['http://h:11434/']);
  });

  it('is ignored if it is not an address', () => {
    vi.stubEnv('OLLAMA_HOST', '');
    expect(urls(configOf({ OLLAMA_BASE_URL: '/ollama' }))).toEqual(DEFAULT);
  });
});
