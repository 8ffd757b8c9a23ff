import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { version } from '../../package.json';
import { makeNpmPackage } from '../../scripts/package/npm.mjs';
import { installNpmPackage } from '../../scripts/package/npm-check.mjs';
import { capture } from '../../scripts/setup/command.mjs';
import { startHeadless } from '../support/headless.ts';
import { MODEL, OUTPUT_TOKENS, startRecordedUpstream } from '../support/recorded-upstream.ts';

/** What npm says if a package is neither in its cache nor to be had. */
const NO_REGISTRY = /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/;

let folder: string;
let packed: Awaited<ReturnType<typeof makeNpmPackage>>;
let installed: Awaited<ReturnType<typeof installNpmPackage>> | null = null;
let noRegistry: string | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-npm-'));
  packed = await makeNpmPackage(folder);
  // Without a network, npm would wait between its attempts.
  vi.stubEnv('npm_config_fetch_retries', '0');
  const empty = mkdtempSync(join(folder, 'empty-'));
  installed = await installNpmPackage(packed.tarball, empty).catch((error: unknown) => {
    if (!NO_REGISTRY.test(String(error))) throw error;
    noRegistry = String(error);
    return null;
  });
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was installed; skips the test if npm could not reach its registry. */
function installation(skip: (reason: string) => never): NonNullable<typeof installed> {
  return installed ?? skip(noRegistry ?? 'npm installed nothing');
}

describe('the package for npm', () => {
  it('holds the headless Tokwatt and its page, and nothing of the desktop', () => {
    const names = packed.files.map(({ path }) => path);
    const isPage = (path: string): boolean => path.startsWith('dist/renderer/');
    expect(names.filter((path) => !isPage(path) && !path.endsWith('.chunk.cjs'))).toEqual([
      'LICENSE',
      'README.md',
      ...['gpu-facts-worker', 'guard', 'ledger-worker', 'nvml-helper', 'tokwatt'].map(
        (name) => `dist/${name}.cjs`,
      ),
      'package.json',
    ]);
    expect(names.filter(isPage)).toContain('dist/renderer/index.html');
    expect(names.filter((path) => /\.map$|mini\.html$/.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(1_250_000);
  });

  it.skipIf(process.platform === 'win32')('gives the command tokwatt', async ({ skip }) => {
    const bin = join(installation(skip).script, '../../../.bin/tokwatt');
    expect(await capture(bin, ['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await capture(bin, ['--help']);
    expect(help.stdout).toContain('Usage: tokwatt [options]');
    expect(await capture(bin, ['--upsteam', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('See tokwatt --help.'),
    });
  });

  it('meters a request, stores it, serves its page, and ends with status 0 on SIGTERM', async ({
    skip,
  }) => {
    const { script } = installation(skip);
    const upstream = await startRecordedUpstream();
    const tokwatt = await startHeadless({ script, args: ['--upstream', upstream.url] });
    const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
    await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body })).text();
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({ model: MODEL, usage: { output_tokens: OUTPUT_TOKENS } });
    // The ledger's thread loads the native SQLite.
    const metrics = async (): Promise<string> => (await fetch(`${tokwatt.api}/metrics`)).text();
    await expect.poll(metrics).toMatch(/^tokwatt_ledger_waiting_rows 0$/m);
    expect(await statusesOfPage(tokwatt.api)).toEqual([]);
    expect(await tokwatt.stop()).toBe(0);
    await upstream.stop();
  });
});

/** The parts of the page that are not served, with their status. */
async function statusesOfPage(api: string): Promise<string[]> {
  const page = await fetch(`${api}/`);
  const html = await page.text();
  const parts = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, part = '']) => part);
  expect(parts.length).toBeGreaterThan(1);
  const answers = await Promise.all(parts.map((part) => fetch(`${api}/${part}`)));
  return answers.filter(({ ok }) => !ok).map(({ status, url }) => `${url}: ${status}`);
}
