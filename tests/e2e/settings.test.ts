import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const POLL = { timeout: 20_000, interval: 50 };
const reason = desktopReason();

describe.skipIf(reason !== null)(`settings on the desktop${reason ? ` (${reason})` : ''}`, () => {
  let upstream: RecordedUpstream;
  let app: DesktopApp;
  const token = (): string => readFileSync(join(app.dataDir, 'api-token'), 'utf8').trim();

  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    app = await launchDesktop({ upstreams: [upstream.url] });
  });
  afterAll(async () => {
    await app.dispose();
    await upstream.stop();
  });

  test('the token shows on demand, and a new one replaces it', async () => {
    const page = await app.overview();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'API and access' }).click();
    const api = page.getByRole('region', { name: 'API and access' });
    const before = token();
    expect(await api.textContent()).not.toContain(before);
    await api.getByRole('button', { name: 'Show' }).click();
    await api.getByText(before, { exact: true }).waitFor();
    await api.getByRole('button', { name: 'Replace…' }).click();
    await api.getByRole('button', { name: 'Replace the token' }).click();
    await api.getByText('There is a new token.').waitFor();
    expect(token()).not.toBe(before);
    await api.getByRole('button', { name: 'Show' }).click();
    await api.getByText(token(), { exact: true }).waitFor();
  });

  test('the error of an invalid change is shown in readable form', async () => {
    const page = await app.overview();
    await page.getByRole('link', { name: 'Exporters' }).click();
    const reporter = page.getByRole('region', { name: 'Reporter' });
    const address = reporter.getByRole('textbox', { name: 'Address' });
    await address.fill('somewhere');
    await address.press('Enter');
    const problem = reporter.getByRole('alert');
    await expect.poll(() => problem.textContent(), POLL).toMatch(/^must be an http/);
    await page.getByRole('link', { name: 'Updates' }).click();
    await page.getByRole('checkbox', { name: /newer version/ }).click();
    const settings = (): string => readFileSync(join(app.dataDir, 'settings.json'), 'utf8');
    await expect.poll(settings, POLL).toMatch(/"check": true/);
  });

  test('a settings file that is edited counts at once; one with an error is told in the window', async () => {
    const path = join(app.dataDir, 'settings.json');
    const { apiUrl } = (await app.snapshot()).state.app;
    const settings = async (): Promise<unknown> => {
      const headers = { authorization: `Bearer ${token()}` };
      return (await fetch(`${apiUrl ?? ''}/api/settings`, { headers })).json();
    };
    const before = readFileSync(path, 'utf8');
    const document = JSON.parse(before) as object;
    writeFileSync(`${path}.new`, JSON.stringify({ ...document, gpuIntervalMs: 700 }));
    renameSync(`${path}.new`, path);
    await expect.poll(settings, POLL).toMatchObject({ gpu_interval_ms: 700 });
    // What the application writes itself goes into the same file, and keeps what was edited.
    const page = await app.overview();
    // The box follows the saved setting, so it changes a moment after the click.
    await page.getByRole('checkbox', { name: /newer version/ }).click();
    const updates = { gpuIntervalMs: 700, updates: { check: false } };
    const written = (): object => JSON.parse(readFileSync(path, 'utf8')) as object;
    await expect.poll(written, POLL).toMatchObject(updates);
    writeFileSync(path, '{ "gpuIntervalMs": 800,\n  oops }');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('is refused: expected a double-quoted property name at line 2').waitFor();
    expect(await settings()).toMatchObject({ gpu_interval_ms: 700 });
    writeFileSync(path, before);
    await expect.poll(settings, POLL).toMatchObject({ gpu_interval_ms: 1_000 });
    await page.getByText('is refused').waitFor({ state: 'detached' });
  });

  test('browsers get the same page', async () => {
    const { apiUrl } = (await app.snapshot()).state.app;
    const answer = await fetch(`${apiUrl ?? ''}/`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<div id="root">');
    const events = await fetch(`${apiUrl ?? ''}/api/events?types=live`);
    const reader = events.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    while (!text.includes('event: snapshot')) text += decoder.decode((await reader?.read())?.value);
    await reader?.cancel();
  });
});
