import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, call, tokenOf } from '../support/control-api.ts';
import type { Answer } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';

type Settings = Readonly<Record<string, unknown>>;
interface Change {
  readonly settings: Settings;
  readonly restart_needed: readonly string[];
  readonly restart_reasons: readonly { readonly setting: string; readonly reason: string }[];
  readonly overrides: readonly object[];
}

const HIDDEN = '(hidden)';
const SECRET = 'Bearer of-a-collector-0123456789';

let folder: string;
let tokwatt: Headless;

/** What is shown: the settings, and beside them what waits for the next start and what is overridden. */
const shown = (): Promise<Settings> => ask(tokwatt, 'GET', '/api/settings');
const read = async (): Promise<Settings> => {
  const settings = { ...(await shown()) };
  for (const name of ['restart_needed', 'restart_reasons', 'overrides']) {
    Reflect.deleteProperty(settings, name);
  }
  return settings;
};
const change = (patch: object): Promise<Change> => ask(tokwatt, 'PATCH', '/api/settings', patch);
const file = (): Settings =>
  JSON.parse(readFileSync(join(tokwatt.dataDir, 'settings.json'), 'utf8')) as Settings;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-settings-'));
  const dataDir = join(folder, 'data');
  const settings = {
    notOurs: { kept: true },
    otlp: { headers: { 'x-api_key': SECRET, 'X-Camel': SECRET } },
    retention: { activityDays: 30 },
  };
  tokwatt = await startHeadless({ args: ['--upstream', 'http://127.0.0.1:9'], dataDir });
  await tokwatt.stop();
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
  tokwatt = await startHeadless({ args: ['--upstream', 'http://127.0.0.1:9'], dataDir });
});
afterAll(async () => {
  await tokwatt.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('settings', () => {
  it('are shown in snake_case with defaults and without secrets', async () => {
    expect(await read()).toMatchObject({
      proxy_port: 11_435,
      retention: { activity_days: 30, max_bytes: 2_000_000_000 },
      otlp: { headers: { 'x-api_key': HIDDEN, 'X-Camel': HIDDEN } },
      sinks: { postgres: null },
    });
    expect(JSON.stringify(await read())).not.toContain(SECRET);
  });

  it('change by a merge patch, deep, with free names left alone', async () => {
    const answer = await change({
      retention: { activity_days: 10, series_days: 20 },
      otlp: { interval_ms: 5_000, headers: { 'x_new-name': 'value', 'X-Camel': null } },
      sinks: { postgres: { username: 'somebody', password: 'hush' } },
    });
    expect(answer.restart_needed).toEqual([]);
    expect(answer.settings).toEqual(await read());
    expect(answer.settings).toMatchObject({
      retention: { activity_days: 10, series_days: 20, rollup_days: 400 },
      sinks: { postgres: { username: 'somebody', password: HIDDEN, database: 'tokwatt' } },
    });
    expect(file()).toMatchObject({
      notOurs: { kept: true },
      retention: { activityDays: 10, seriesDays: 20 },
      otlp: { intervalMs: 5_000, headers: { 'x-api_key': SECRET, 'x_new-name': 'value' } },
      sinks: { postgres: { username: 'somebody', password: 'hush' } },
    });
    expect(file().otlp).not.toHaveProperty(['headers', 'X-Camel']);
    await change({ retention: { series_days: null }, sinks: { postgres: null } });
    expect(file().retention).toEqual({ activityDays: 10 });
    expect((await read()).sinks).toMatchObject({ postgres: null });
  });

  it('do not change when the shown values are sent back, secrets included', async () => {
    await change({ sinks: { postgres: { password: 'hush' } } });
    const before = [await read(), file().otlp] as const;
    const answer = await change(await shown());
    expect(answer).toMatchObject({ settings: before[0], restart_needed: [] });
    expect(file()).toMatchObject({ otlp: before[1], sinks: { postgres: { password: 'hush' } } });
    await change({ sinks: { postgres: null } });
  });

  it('name the flag or variable that overrides the file, and the value in use', async () => {
    const other = await startHeadless({
      args: ['--bind', '127.0.0.1', '--upstream', 'ollama=http://127.0.0.1:9'],
      dataDir: join(folder, 'overridden'),
    });
    const patch = { upstreams: [{ name: 'mine', url: 'http://127.0.0.1:8' }], api_port: 8 };
    const changed = await ask<Change>(other, 'PATCH', '/api/settings', patch);
    const { settings, overrides } = changed;
    // A restart with the same flags would not change it.
    expect(changed.restart_needed).toEqual([]);
    expect(settings).toMatchObject({ proxy_port: 11_435, upstreams: [{ name: 'mine' }] });
    expect(overrides).toEqual([
      {
        setting: 'upstreams',
        source: '--upstream',
        value: [{ name: 'ollama', url: 'http://127.0.0.1:9/' }],
      },
      { setting: 'bind', source: '--bind', value: '127.0.0.1' },
      { setting: 'proxy_port', source: '--proxy-port', value: 0 },
      { setting: 'api_port', source: '--api-port', value: 0 },
    ]);
    const seen = (await other.get('/api/settings')) as Change;
    expect(seen.overrides).toEqual(overrides);
    await other.stop();
  });

  it('say which of them wait for the next start, and why', async () => {
    const { restart_needed: waiting, restart_reasons: reasons } = await change({
      bind: 'localhost',
      captures: { redact_fields: ['secretField'] },
      library_url: 'http://127.0.0.1:9',
    });
    expect(waiting).toEqual(['bind']);
    expect(reasons).toMatchObject([
      { setting: 'bind', reason: expect.stringContaining('The API keeps its own until then') },
    ]);
    expect(await shown()).toMatchObject({ restart_reasons: reasons });
    expect(file()).toMatchObject({ captures: { redactFields: ['secretField'] } });
    // They wait until the restart, whatever else changes, or until they are as at the start.
    const later = await change({ retention: { gpu_days: 10 }, captures: null });
    expect(later.restart_needed).toEqual(['bind']);
    expect((await shown()).restart_needed).toEqual(['bind']);
    expect((await change({ bind: null })).restart_needed).toEqual([]);
  });

  it.each<[object, string]>([
    [{ unknown_thing: 1 }, 'unknown_thing'],
    [{ retention: { unknown_days: 1 } }, 'retention.unknown_days'],
    [{ proxyPort: 1 }, 'proxyPort'],
    [{ retention: { activityDays: 5 } }, 'activityDays'],
    [{ retention: { activity_days: 0 } }, 'retention.activity_days'],
    [{ retention: 'for ever' }, 'retention'],
    [{ retention: [] }, 'retention'],
    [{ otlp: { headers: ['x'] } }, 'otlp.headers'],
    [{ proxy_port: 70_000 }, 'proxy_port'],
    [{ otlp: { url: 'ftp://x' } }, 'otlp.url'],
    [{ otlp: { url: 'http://user:secret@x' } }, 'otlp.url'],
    [{ otlp: { headers: { 'bad name': 'x' } } }, 'otlp.headers'],
    [{ otlp: { headers: { name: 'two\r\nlines' } } }, 'otlp.headers'],
    [{ upstreams: [{ name: '' }] }, 'upstreams'],
    [
      { upstreams: [{ name: 'a', url: 'http://127.0.0.1:9', exact_usages: true }] },
      'upstreams.0.exact_usages',
    ],
    [{ __proto__x: 1 }, '__proto__x'],
  ])('refuse %j, by name, and are as they were', async (patch, name) => {
    const before = [await read(), file()];
    const answer = await call(tokwatt, 'PATCH', '/api/settings', patch);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_request']);
    expect(answer.body.detail).toContain(name);
    expect([await read(), file()]).toEqual(before);
  });

  it('cannot change the prototype of objects', async () => {
    const patch = '{"__proto__": {"proxy_port": 1}, "constructor": {"prototype": {"bind": "x"}}}';
    expect((await call(tokwatt, 'PATCH', '/api/settings', patch)).status).toBe(400);
    expect(await read()).toMatchObject({ proxy_port: 11_435, bind: '127.0.0.1' });
  });
});

describe('the token', () => {
  const snapshot = (token: string): Promise<Answer> =>
    call(tokwatt, 'POST', '/api/counters/snapshot', undefined, {
      authorization: `Bearer ${token}`,
    });

  it('is replaced at once and permanently', async () => {
    const old = tokenOf(tokwatt);
    const { token } = await ask<{ token: string }>(tokwatt, 'POST', '/api/token/rotate');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(token).not.toBe(old);
    expect(tokenOf(tokwatt)).toBe(token);
    expect(statSync(join(tokwatt.dataDir, 'api-token')).mode & 0o777).toBe(0o600);
    expect((await snapshot(old)).status).toBe(401);
    expect((await snapshot(token)).status).toBe(200);
    expect(tokwatt.stderr()).not.toContain(token);
    const { dataDir } = tokwatt;
    await tokwatt.stop();
    tokwatt = await startHeadless({ args: ['--upstream', 'http://127.0.0.1:9'], dataDir });
    expect((await snapshot(old)).status).toBe(401);
    expect((await snapshot(token)).status).toBe(200);
  });

  it.skipIf(process.getuid?.() === 0)('stays the old one if saving fails', async () => {
    const old = tokenOf(tokwatt);
    chmodSync(tokwatt.dataDir, 0o500);
    try {
      const answer = await call(tokwatt, 'POST', '/api/token/rotate');
      expect([answer.status, answer.body.code]).toEqual([500, 'token']);
    } finally {
      chmodSync(tokwatt.dataDir, 0o700);
    }
    expect((await snapshot(old)).status).toBe(200);
  });

  it('of the environment is not replaced, and the answer names its source', async () => {
    const given = 'a-token-that-somebody-chose-for-it-0123456789';
    const other = await startHeadless({
      args: ['--upstream', 'http://127.0.0.1:9'],
      dataDir: join(folder, 'given'),
      env: { TOKWATT_API_TOKEN: given },
    });
    const headers = { authorization: `Bearer ${given}` };
    const answer = await call(other, 'POST', '/api/token/rotate', undefined, headers);
    expect([answer.status, answer.body.code]).toEqual([409, 'token']);
    expect(answer.body.detail).toContain('TOKWATT_API_TOKEN');
    expect((await call(other, 'POST', '/api/counters/snapshot', undefined, headers)).status).toBe(
      200,
    );
    await other.stop();
  });
});
