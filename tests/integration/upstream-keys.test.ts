import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';

const KEY = 'sk-of-the-upstream-0123456789abcdef';
const NOBODY = 'http://127.0.0.1:9';

let folder: string;
let tokwatt: Headless | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-keys-'));
});
afterEach(async () => {
  await tokwatt?.stop();
  tokwatt = null;
  rmSync(folder, { recursive: true, force: true });
});

const keysFile = (): string => join(folder, 'api-keys.json');
const settingsFile = (): string => join(folder, 'settings.json');

async function start(settings: object): Promise<Headless> {
  writeFileSync(settingsFile(), JSON.stringify(settings));
  tokwatt = await startHeadless({ dataDir: folder, env: { LOG_LEVEL: 'debug' } });
  return tokwatt;
}

/** Names of the files in the data folder that hold the key. */
function filesWithKey(): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .filter((file) => readFileSync(join(file.parentPath, file.name)).includes(KEY))
    .map(({ name }) => name);
}

interface Upstream {
  readonly name: string;
  readonly url: string;
  readonly api_key: string | null;
}
const upstreamsOf = async (app: Headless): Promise<readonly Upstream[]> =>
  (await ask<{ upstreams: readonly Upstream[] }>(app, 'GET', '/api/settings')).upstreams;

describe('the API key of an upstream', () => {
  it('is kept in a file of its own that only its owner can read, and shown to nobody', async () => {
    const app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    const changed = await call(app, 'PATCH', '/api/settings', { upstreams });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ settings: { upstreams: [{ api_key: '(hidden)' }] } });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'lite', api_key: '(hidden)' }]);
    expect(statSync(keysFile()).mode & 0o777).toBe(0o600);
    expect(filesWithKey()).toEqual(['api-keys.json']);
    const page = await call(app, 'GET', '/api/bridge/getSettings');
    expect([page.status, page.text.includes('"apiKey":"(hidden)"')]).toEqual([200, true]);
    for (const { text } of [changed, page]) expect(text).not.toContain(KEY);
    expect(app.stderr()).not.toContain(KEY);
  });

  it('is there after a restart, stays when it is sent back hidden, and goes when it is null', async () => {
    let app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    await ask(app, 'PATCH', '/api/settings', { upstreams });
    await app.stop();
    app = tokwatt = await startHeadless({ dataDir: folder });
    expect(await upstreamsOf(app)).toMatchObject([{ api_key: '(hidden)' }]);
    expect(await ask(app, 'GET', '/api/upstreams/lite')).toMatchObject({ key_storage: 'file' });

    await ask(app, 'PATCH', '/api/settings', await ask(app, 'GET', '/api/settings'));
    expect(filesWithKey()).toEqual(['api-keys.json']);
    const renamed = [{ name: 'other', url: NOBODY, api_key: '(hidden)' }];
    await ask(app, 'PATCH', '/api/settings', { upstreams: renamed });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'other', api_key: '(hidden)' }]);

    const none = [{ name: 'other', url: NOBODY, api_key: null }];
    await ask(app, 'PATCH', '/api/settings', { upstreams: none });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'other', api_key: null }]);
    expect(filesWithKey()).toEqual([]);
  });

  it('does not follow an upstream to another address', async () => {
    const app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    await ask(app, 'PATCH', '/api/settings', { upstreams });
    const moved = [{ name: 'lite', url: 'http://127.0.0.1:10', api_key: '(hidden)' }];
    const refused = await call(app, 'PATCH', '/api/settings', { upstreams: moved });
    expect([refused.status, refused.body.code]).toEqual([400, 'bad_request']);
    expect(refused.body.detail).toContain('upstreams.0.api_key: there is no key');
    expect(await upstreamsOf(app)).toMatchObject([{ url: NOBODY, api_key: '(hidden)' }]);
  });

  it('is taken out of a settings.json that somebody wrote', async () => {
    const upstream = { name: 'lite', url: NOBODY, exactUsage: true };
    const app = await start({ notOurs: 1, upstreams: [{ ...upstream, apiKey: KEY }] });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'lite', api_key: '(hidden)' }]);
    await expect.poll(filesWithKey).toEqual(['api-keys.json']);
    expect(JSON.parse(readFileSync(settingsFile(), 'utf8'))).toEqual({
      notOurs: 1,
      upstreams: [upstream],
    });
    await expect.poll(() => app.stderr()).toContain('taken out of settings.json');
    expect(app.stderr()).not.toContain(KEY);
  });

  it('is set aside with a file that nobody can read, and that is said', async () => {
    writeFileSync(keysFile(), `{"keys": [{"upstream": "lite", "key": "${KEY}"`, { mode: 0o600 });
    const app = await start({ upstreams: [{ name: 'lite', url: NOBODY }] });
    expect(existsSync(keysFile())).toBe(false);
    const { warnings } = await ask<{ warnings: string[] }>(app, 'GET', '/api/health');
    const [warning] = warnings;
    expect(warning).toContain('api-keys.json could not be read');
    expect(warning).toContain('Set them again');
    expect(app.stderr()).not.toContain(KEY);
  });
});
