import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseFlags } from './flags.ts';
import type { Flags } from './flags.ts';

const VARIABLES = ['OLLAMA_HOST', 'LOG_LEVEL', 'TOKWATT_PROXY_PORT', 'TOKWATT_API_PORT'];

function flags(...argv: string[]): Flags {
  const parsed = parseFlags({ argv, version: '1.2.3', program: 'tokwatt' });
  if (parsed.kind === 'text') throw new Error(`printed: ${parsed.text}`);
  return parsed.flags;
}

describe('flags', () => {
  beforeEach(() => {
    for (const name of VARIABLES) vi.stubEnv(name, '');
  });
  afterEach(() => vi.unstubAllEnvs());

  it('are empty without arguments', () => {
    expect(flags()).toEqual({ upstreams: [], logLevel: 'info' });
  });

  it('name upstreams, repeatedly, with and without a name', () => {
    const { upstreams } = flags(
      '--upstream',
      'gpu=http://10.0.0.2:8080/base',
      '--upstream=http://h:1',
    );
    expect(upstreams.map(({ name, url }) => [name, url.href])).toEqual([
      ['gpu', 'http://10.0.0.2:8080/base'],
      ['h:1', 'http://h:1/'],
    ]);
  });

  it('do not read a query as a name', () => {
    expect(() => flags('--upstream', 'http://h/?a=b')).toThrow('--upstream http://h/?a=b');
  });

  it('override the environment', () => {
    vi.stubEnv('TOKWATT_PROXY_PORT', '1234');
    vi.stubEnv('TOKWATT_API_PORT', '1235');
    vi.stubEnv('LOG_LEVEL', 'debug');
    vi.stubEnv('OLLAMA_HOST', 'gpu.local');
    const parsed = flags('--proxy-port', '0');
    expect(parsed).toMatchObject({ proxyPort: 0, apiPort: 1235, logLevel: 'debug' });
    expect(parsed.upstreams[0]?.url.href).toBe('http://gpu.local:11434/');
  });

  it('name the environment variable that is used', () => {
    vi.stubEnv('TOKWATT_PROXY_PORT', '1234');
    vi.stubEnv('TOKWATT_API_PORT', '1235');
    vi.stubEnv('OLLAMA_HOST', 'gpu.local');
    const byVariable = flags('--proxy-port', '0');
    expect(byVariable.variables).toEqual({ apiPort: 'TOKWATT_API_PORT' });
    expect(byVariable.upstreamVariable).toBe('OLLAMA_HOST');
    expect(flags('--upstream', 'http://h:1').upstreamVariable).toBeUndefined();
  });

  it.each([
    [['--upsteam', 'http://h:1'], "unknown option '--upsteam'"],
    [['--upstream', 'h:1'], '--upstream h:1'],
    [['--upstream', 'ftp://h:1'], '--upstream ftp://h:1'],
    [['--upstream'], '--upstream'],
    [['--proxy-port', 'abc'], '--proxy-port'],
    [['--proxy-port', '70000'], '--proxy-port'],
    [['--api-port', '-1'], '--api-port'],
    [['--data-dir', ''], '--data-dir'],
    [['--data-dir= '], '--data-dir'],
    [['--bind', ''], '--bind'],
    [['--log-level', 'loud'], '--log-level'],
    [['stray'], 'too many arguments'],
  ])('refuse %j with one line that names it', (argv, name) => {
    expect(() => flags(...argv)).toThrow(name);
    try {
      flags(...argv);
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage' });
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('name the variable that is wrong', () => {
    vi.stubEnv('TOKWATT_PROXY_PORT', 'x');
    expect(() => flags()).toThrow('TOKWATT_PROXY_PORT');
  });

  it('print help and version', () => {
    const print = (flag: string): unknown =>
      parseFlags({ argv: [flag], version: '1.2.3', program: 'tokwatt' });
    expect(print('--version')).toEqual({ kind: 'text', text: '1.2.3\n' });
    expect(print('--help')).toMatchObject({ text: expect.stringContaining('--proxy-port') });
    expect(print('--help')).toMatchObject({ text: expect.stringContaining('TOKWATT_API_TOKEN') });
  });

  it.each([
    ['INFO', 'info'],
    ['Warning', 'warn'],
    ['CRITICAL', 'error'],
    ['trace', 'debug'],
  ])('take the log level %s, as other programs write it', (given, level) => {
    vi.stubEnv('LOG_LEVEL', given);
    expect(flags().logLevel).toBe(level);
  });

  it('are explained on one screen of 80 columns and 24 lines', () => {
    const help = parseFlags({ argv: ['--help'], version: '1.2.3', program: 'tokwatt' });
    if (help.kind !== 'text') throw new Error('there is no help');
    const lines = help.text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
