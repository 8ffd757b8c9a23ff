import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { ask } from '../support/control-api.ts';
import { startLlmServer } from '../support/management-servers.ts';
import type { LlmServer } from '../support/management-servers.ts';
import { spawnDesktop } from '../support/spawned-app.ts';
import type { SpawnedApp } from '../support/spawned-app.ts';

const KEY = 'sk-of-the-upstream-0123456789abcdef';
const reason = desktopReason();

interface Upstream {
  readonly kind: string | null;
  readonly key_storage: string | null;
}

describe.skipIf(reason !== null)(`API keys on the desktop${reason ? ` (${reason})` : ''}`, () => {
  let server: LlmServer;
  let dataDir: string;
  let app: SpawnedApp | null = null;

  beforeAll(async () => {
    server = await startLlmServer('vllm', { key: KEY });
    dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-keys-'));
  });
  afterAll(async () => {
    await app?.dispose();
    await server.stop();
    await removeFolder(dataDir);
  });

  async function start(): Promise<{ readonly api: string; readonly dataDir: string }> {
    app = spawnDesktop(['--hidden', '--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir]);
    const { api } = await app.ready();
    return { api, dataDir };
  }
  const stored = (): string => readFileSync(join(dataDir, 'api-keys.json'), 'utf8');

  test('are encrypted if there is a keyring, else plain text readable only by the owner', async () => {
    const first = await start();
    const upstreams = [{ name: 'vllm', url: server.url, api_key: KEY }];
    await ask(first, 'PATCH', '/api/settings', { upstreams });
    expect(statSync(join(dataDir, 'api-keys.json')).mode & 0o777).toBe(0o600);
    app?.process.kill('SIGTERM');
    await app?.exited;
    const log = app?.stderr() ?? '';
    expect(log).not.toContain(KEY);

    const again = await start();
    const upstream = (): Promise<Upstream> => ask<Upstream>(again, 'GET', '/api/upstreams/vllm');
    await expect.poll(async () => (await upstream()).kind, { timeout: 10_000 }).toBe('vllm');
    const { key_storage: storage } = await upstream();
    if (storage === 'keychain') {
      expect(Object.keys(JSON.parse(stored()) as object)).toEqual(['encrypted']);
      expect(stored()).not.toContain(KEY);
    } else {
      expect(storage).toBe('file');
      expect(stored()).toContain(KEY);
      expect(log).toContain('API keys are stored as text');
    }
  });
});
