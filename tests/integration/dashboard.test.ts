import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { dashboardRoutes } from '../../electron/core/api/page/page-files.ts';
import { calls } from '../../shared/ipc.ts';
import { launchBrowser } from '../support/browser.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { chat, chats } from '../support/chats.ts';
import { ask, call, raw, tokenOf } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { startReverseProxy } from '../support/reverse-proxy.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const POLL = { timeout: 20_000, interval: 50 };
/** A name of this machine that no browser trusts as it trusts localhost. */
const ELSEWHERE = 'meter.local';
/** A name that is none of this machine's. */
const OUTSIDE = 'watts.example';
/** What Chromium itself logs for each answer that is no success. */
const OF_THE_NETWORK = 'Failed to load resource';
/** What it logs of a header that it heeds for HTTPS and this machine alone. */
const OF_PLAIN_HTTP = 'The Cross-Origin-Opener-Policy header has been ignored';

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-dashboard-'));
  tokwatt = await start('main');
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(name: string, args: readonly string[] = []): Promise<Headless> {
  return startHeadless({
    args: ['--upstream', upstream.url, '--log-level', 'error', ...args],
    dataDir: join(folder, name),
  });
}

describe('the page over HTTP', () => {
  it('has its policy, is cached only under hashed names, and connects only to its origin', async () => {
    const page = await call(tokwatt, 'GET', '/', undefined, {});
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.text)?.[1] ?? '';
    const asset = await call(tokwatt, 'GET', script, undefined, {});
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const { headers } of [page, asset]) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "connect-src 'self'",
          "frame-ancestors 'none'",
          "form-action 'none'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
    const head = await call(tokwatt, 'HEAD', '/', undefined, {});
    expect([head.status, head.text]).toEqual([200, '']);
    expect((await call(tokwatt, 'POST', '/', {}, {})).status).toBe(405);
  });

  it.each([
    '/../package.json',
    '/assets/../../headless.cjs',
    '/assets/%2e%2e/index.html',
    '/assets/..%2f..%2fheadless.cjs',
    '/assets/..%5c..%5cheadless.cjs',
    '/assets/%00.js',
    '/assets/.hidden.js',
    '/assets/nothing.js',
    '/assets/',
    '/headless.cjs',
    '/index.html/../../headless.cjs',
    '//etc/passwd',
  ])('has nothing at %s', async (path) => {
    const answer = await rawGet(tokwatt.api, path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toMatch(/require\(|root:|<script/);
  });

  it('is refused to other sites and under other names', async () => {
    const { port } = new URL(tokwatt.api);
    for (const path of ['/', '/api/bridge/getSnapshot', '/api/events']) {
      const rebound = await raw(
        tokwatt.api,
        `GET ${path} HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`,
      );
      expect(rebound).toMatch(/^HTTP\/1\.1 403 /);
      const headers = { origin: 'https://evil.example' };
      expect((await call(tokwatt, 'GET', path, undefined, headers)).status).toBe(403);
    }
    const authorization = `Bearer ${tokenOf(tokwatt)}`;
    const headers = { authorization, origin: 'null' };
    const paused = await call(tokwatt, 'POST', '/api/bridge/setPaused', { input: true }, headers);
    expect(paused.status).toBe(403);
    expect(await tokwatt.get('/api/health')).toMatchObject({ paused: false });
  });

  it.each([null, '/nowhere/renderer'])('reports missing files: %s', async (place) => {
    const answer = await dashboardRoutes(place).request('/');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      503,
      'text/plain; charset=UTF-8',
    ]);
    expect(await answer.text()).toContain('npm run build');
  });
});

describe('calls over HTTP', () => {
  it('return figures without the token on this machine, and nothing else', async () => {
    const snapshot = await call(tokwatt, 'GET', '/api/bridge/getSnapshot', undefined, {});
    expect(snapshot.body).toMatchObject({ seq: expect.any(Number), state: { app: {} } });
    for (const [name, { reach }] of Object.entries(calls)) {
      const path = `/api/bridge/${name}`;
      const without = await call(tokwatt, 'POST', path, { input: true }, {});
      expect([name, without.status]).toEqual([
        name,
        { figures: 405, content: 405, change: 401, desktop: 401 }[reach],
      ]);
      const got = await call(tokwatt, 'GET', path, undefined, {});
      expect([name, got.status]).toEqual([
        name,
        { figures: 200, content: 401, change: 405, desktop: 404 }[reach],
      ]);
    }
  });

  it('never return the token', async () => {
    for (const path of ['getApiToken', 'copyText', 'setStartAtLogin', 'nothing', 'toString']) {
      const answer = await call(tokwatt, 'POST', `/api/bridge/${path}`, {});
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain(tokenOf(tokwatt));
    }
  });

  it('pause for a time, and resume', async () => {
    const before = Date.now();
    const input = 15 * 60_000;
    await call(tokwatt, 'POST', '/api/bridge/pauseFor', { input });
    const paused = (await tokwatt.get('/api/health')) as { paused: boolean; paused_until: number };
    expect(paused).toMatchObject({ paused: true });
    expect(paused.paused_until).toBeGreaterThanOrEqual(before + input);
    await call(tokwatt, 'POST', '/api/bridge/setPaused', { input: false });
    expect(await tokwatt.get('/api/health')).toMatchObject({ paused: false, paused_until: null });
  });

  it('are validated by the contract, with errors in one line', async () => {
    const wrong = [
      ['setPaused', { input: 'yes' }],
      ['setPaused', {}],
      ['setPaused', '[true]'],
      ['pauseFor', { input: 0 }],
      ['pauseFor', { input: 1e12 }],
      ['updateSettings', { input: { apiPort: 'none' } }],
      ['updateSettings', { input: { prompts: true } }],
      ['updateSettings', { input: null }],
    ] as const;
    for (const [name, body] of wrong) {
      const answer = await call(tokwatt, 'POST', `/api/bridge/${name}`, body);
      expect([name, answer.status]).toEqual([name, 400]);
      expect(answer.body).toMatchObject({ detail: expect.stringMatching(/^[^\n]{5,}$/) });
    }
  });

  it('show settings without their secrets, and change settings', async () => {
    const reporter = { url: 'http://127.0.0.1:9/in', headers: { 'X-Key': 'a-secret' } };
    const changed = await call(tokwatt, 'POST', '/api/bridge/updateSettings', {
      input: {
        reporter,
        sinks: { postgres: { password: 'another-secret', port: 9 } },
        bind: 'localhost',
      },
    });
    const read = await call(tokwatt, 'GET', '/api/bridge/getSettings');
    for (const answer of [changed, read]) {
      expect(answer.text).toContain('X-Key');
      expect(answer.text).not.toContain('secret"');
      expect(answer.body).toMatchObject({ settings: { reporter: { url: reporter.url } } });
    }
    for (const answer of [changed, read]) {
      expect(answer.body).toMatchObject({
        restartNeeded: [{ setting: 'bind', reason: expect.stringContaining('The API keeps') }],
      });
    }
    expect(read.body).toMatchObject({ tokenSource: 'file' });
    const back = { reporter: null, sinks: null, bind: null };
    await ask(tokwatt, 'POST', '/api/bridge/updateSettings', { input: back });
  });
});

describe.skipIf(browserPath === null)(`in a browser${why}`, () => {
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser(browserPath!, {
      args: [`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1, MAP ${OUTSIDE} 127.0.0.1`],
    });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());

  async function open(
    { api }: Pick<Headless, 'api'>,
    path = '/',
    options: BrowserContextOptions = {},
  ): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1080, height: 760 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const isBad = ['error', 'warning'].includes(message.type());
      const isOurs = ![OF_THE_NETWORK, OF_PLAIN_HTTP].some((start) =>
        message.text().startsWith(start),
      );
      if (isBad && isOurs) complaints.push(message.text());
    });
    await page.goto(`${api}${path}`);
    return page;
  }

  test('traffic shows as it comes', async () => {
    const page = await open(tokwatt);
    await page.getByText('Connect a client').waitFor();
    await chats(tokwatt, 3);
    const rows = page.getByRole('region', { name: 'Recent activity' }).locator('tbody tr');
    await expect.poll(() => rows.count(), POLL).toBe(3);
    await chat(tokwatt);
    await expect.poll(() => rows.count(), POLL).toBe(4);
    const requests = page.getByTestId('totals-row').locator('[data-col="requests"]');
    await expect.poll(() => requests.getAttribute('data-value'), POLL).toBe('4');
  });

  test('axe finds nothing, in either view and in the dialog', { timeout: 240_000 }, async () => {
    for (const [colorScheme, rules] of [['light'], ['dark', SCHEME_RULES]] as const) {
      const page = await open(tokwatt, '/', { colorScheme });
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await giveToken(page, 'wrong');
      await page.getByRole('dialog').getByRole('alert').waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await giveToken(page, tokenOf(tokwatt));
      await page.getByRole('link', { name: 'Exporters' }).click();
      const reporter = page.getByRole('region', { name: 'Reporter' });
      await reporter.waitFor();
      expect(await violations(page, rules)).toEqual([]);
      await reporter.getByRole('button', { name: 'Show what would be sent' }).click();
      await reporter.getByText('"cpu_cores"').waitFor();
      await reporter.getByRole('textbox', { name: 'Address' }).fill('somewhere');
      await reporter.getByRole('textbox', { name: 'Address' }).press('Enter');
      await reporter.getByRole('alert').waitFor();
      expect(await violations(page, rules)).toEqual([]);
    }
  });

  test('text that is smuggled in does not run', async () => {
    const page = await open(tokwatt);
    await page.getByRole('region', { name: 'GPU' }).waitFor();
    const outcome = await page.evaluate(async () => {
      const results: string[] = [];
      const attempt = async (name: string, act: () => unknown): Promise<void> => {
        try {
          await act();
        } catch {
          results.push(name);
        }
      };
      const script = document.createElement('script');
      const hack = 'globalThis.hacked = 1';
      await attempt('inline', () => (script.text = hack));
      await attempt('markup', () => (document.body.innerHTML += `<img src=x onerror="${hack}">`));
      await attempt('handler', () => document.body.setAttribute('onclick', hack));
      await attempt('network', () => fetch('http://127.0.0.1:9/'));
      script.append(hack);
      await attempt('text', () => document.head.append(script));
      document.body.click();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { results, hacked: Reflect.has(globalThis, 'hacked') };
    });
    expect(outcome.results).toEqual(['inline', 'markup', 'handler', 'network']);
    expect(outcome.hacked).toBe(false);
    expect(complaints.splice(0).join('\n')).toMatch(/Content Security Policy/);
  });

  test('a change asks for the token once; a wrong one is rejected, a right one works', async () => {
    const page = await open(tokwatt);
    await page.getByRole('button', { name: 'Pause metering' }).click();
    const dialog = page.getByRole('dialog', { name: 'API token' });
    expect(await dialog.textContent()).toContain(join(tokwatt.dataDir, 'api-token'));

    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Pause metering');
    expect(await page.getByText('Pausing failed').count()).toBe(0);
    await page.getByRole('button', { name: 'Pause metering' }).click();

    await giveToken(page, 'x'.repeat(43));
    await dialog.getByRole('alert').getByText('That is not the token').waitFor();
    expect(await tokwatt.get('/api/health')).toMatchObject({ paused: false });

    await giveToken(page, ` ${tokenOf(tokwatt)}\n`);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause metering' }).waitFor();
    expect(await dialog.count()).toBe(0);
    expect(await tokwatt.get('/api/health')).toMatchObject({ paused: false });

    await page.reload();
    await page.getByRole('button', { name: 'Pause metering' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause metering' }).waitFor();
  });

  test('a restart of Tokwatt is shown without an alarm, and the page reconnects', async () => {
    const port = String(await freePort());
    let other = await start('restart', ['--api-port', port]);
    const page = await open(other);
    await chats(other, 2);
    const rows = page.getByRole('region', { name: 'Recent activity' }).locator('tbody tr');
    await expect.poll(() => rows.count(), POLL).toBe(2);
    await other.stop();
    await page.getByText('connecting again').waitFor();
    expect(await rows.count()).toBe(2);

    other = await start('restart', ['--api-port', port]);
    await page.getByText('connecting again').waitFor({ state: 'detached' });
    await chats(other, 2);
    await expect.poll(() => rows.count(), POLL).toBe(4);
    await other.stop();
  });

  test('a hidden page gets no events, and catches up when visible', async () => {
    const other = await start('hidden');
    const page = await open(other);
    await chats(other, 2);
    const rows = page.getByRole('region', { name: 'Recent activity' }).locator('tbody tr');
    await expect.poll(() => rows.count(), POLL).toBe(2);
    const show = (isHidden: boolean): Promise<void> =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await show(true);
    await chats(other, 1);
    await other.activity(3);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await rows.count()).toBe(2);
    expect(await page.getByText('connecting again').count()).toBe(0);
    await show(false);
    await expect.poll(() => rows.count(), POLL).toBe(3);
    await other.stop();
  });

  test('beyond loopback the page asks for the token first', async () => {
    const given = await start('public', ['--bind', '0.0.0.0']);
    const open0 = { ...given, api: given.api.replace('0.0.0.0', '127.0.0.1') };
    expect((await call(open0, 'GET', '/api/bridge/getSnapshot', undefined, {})).status).toBe(401);
    expect((await call(open0, 'GET', '/', undefined, {})).status).toBe(200);

    const page = await open(open0);
    const dialog = page.getByRole('dialog', { name: 'API token' });
    await dialog.waitFor();
    expect(await page.getByRole('region').count()).toBe(0);
    expect(await dialog.textContent()).not.toContain(given.dataDir);
    await giveToken(page, 'wrong');
    await dialog.getByRole('alert').getByText('That is not the token').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await giveToken(page, tokenOf(given));
    await page.getByRole('region', { name: 'GPU' }).waitFor();
    expect(await dialog.count()).toBe(0);
    for (const name of ['getSettings', 'getReportPreview']) {
      const path = `/api/bridge/${name}`;
      expect((await call(open0, 'GET', path, undefined, {})).status).toBe(401);
    }
    // Where it is missed it is asked for, and then what was wanted goes on.
    await page.evaluate(() => sessionStorage.clear());
    await page.getByRole('link', { name: 'Settings' }).click();
    await giveToken(page, tokenOf(given));
    await page.getByRole('region', { name: 'Ports and library' }).waitFor();
    await given.stop();
  });

  test('copying works without a clipboard API, as on a page from another machine', async () => {
    const page = await open(
      { api: tokwatt.api.replace('127.0.0.1', ELSEWHERE) },
      '/#/settings/api',
    );
    await giveToken(page, tokenOf(tokwatt));
    // Nothing behind the open dialog can take the focus.
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    const copy = page.getByRole('button', { name: 'Copy the address of the API' });
    await copy.press('Enter');
    await expect.poll(() => page.getByRole('status').allTextContents(), POLL).toContain('Copied');
    expect(await copy.evaluate((button) => button === document.activeElement)).toBe(true);
    const address = page.getByRole('textbox', { name: 'Further names of this machine' });
    await address.press('ControlOrMeta+V');
    expect(await address.inputValue()).toBe(tokwatt.api);
  });

  test('copying uses the clipboard of the browser', async () => {
    const page = await open(tokwatt);
    await page.getByRole('button', { name: /^Copy the proxy address/ }).click();
    await expect.poll(() => page.getByRole('status').allTextContents(), POLL).toContain('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(tokwatt.proxy);
  });

  test('the page works under a path of a reverse proxy with https', async () => {
    const proxy = await startReverseProxy(tokwatt.api, '/meter');
    const place = { api: `https://${OUTSIDE}:${proxy.port}` };
    const page = await open(place, '/meter/#/settings', { ignoreHTTPSErrors: true });
    await giveToken(page, tokenOf(tokwatt));
    const refusal = page.getByRole('dialog').getByRole('alert');
    await refusal.getByText('add its name to allowedHosts').waitFor();
    await ask(tokwatt, 'PATCH', '/api/settings', { allowed_hosts: [OUTSIDE] });
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('region', { name: 'GPU' }).waitFor();
    await chat(tokwatt);
    await page.getByRole('region', { name: 'Recent activity' }).waitFor();
    await ask(tokwatt, 'PATCH', '/api/settings', { allowed_hosts: null });
    await proxy.stop();
  });

  test('a name that is not allowed is refused in words', async () => {
    const page = await open({ api: tokwatt.api.replace('127.0.0.1', OUTSIDE) });
    await page.getByText(`The Host "${OUTSIDE}:`).waitFor();
    expect(await page.textContent('body')).toContain('allowedHosts');
  });

  describe('the settings', () => {
    async function openSettings(options: BrowserContextOptions = {}): Promise<Page> {
      const page = await open(tokwatt, '/#/settings/exporters', options);
      await giveToken(page, tokenOf(tokwatt));
      await page.getByRole('region', { name: 'Reporter' }).waitFor();
      return page;
    }

    test('an invalid address is rejected with the reason, a valid one is saved', async () => {
      const page = await openSettings();
      const reporter = page.getByRole('region', { name: 'Reporter' });
      const address = reporter.getByRole('textbox', { name: 'Address' });
      await address.fill('somewhere');
      await address.press('Enter');
      await reporter.getByRole('alert').getByText('must be an http').waitFor();
      expect(await address.getAttribute('aria-invalid')).toBe('true');

      await address.fill('http://127.0.0.1:9/usage');
      expect(await reporter.getByRole('alert').count()).toBe(0);
      await address.press('Enter');
      await page.getByText('Address: changed.').waitFor();
      const every = reporter.getByRole('textbox', { name: 'Every' });
      await every.fill('none');
      await every.press('Enter');
      await reporter.getByRole('alert').waitFor();
      await every.fill('30');
      await every.press('Enter');
      await page.getByText('Every: changed.').waitFor();
      const saved = (): Promise<unknown> => ask(tokwatt, 'GET', '/api/bridge/getSettings');
      const reporterNow = { url: 'http://127.0.0.1:9/usage', intervalMinutes: 30 };
      await expect.poll(saved, POLL).toMatchObject({ settings: { reporter: reporterNow } });
      await address.fill('');
      await address.press('Enter');
      await expect.poll(saved, POLL).toMatchObject({ settings: { reporter: { url: null } } });
      await reporter.getByRole('button', { name: 'Show what would be sent' }).click();
      await reporter.getByText('"cpu_cores"').waitFor();
    });

    test('are shown only with the token; figures are shown without it', async () => {
      const page = await open(tokwatt, '/#/settings');
      const dialog = page.getByRole('dialog', { name: 'API token' });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('alert').getByText('The settings could not be read').waitFor();
      expect(await page.getByRole('region', { name: 'Ports and library' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      expect(await dialog.count()).toBe(0);
      await page.getByRole('link', { name: 'Settings' }).click();
      await giveToken(page, tokenOf(tokwatt));
      await page.getByRole('region', { name: 'Ports and library' }).waitFor();
    });

    test('change nothing if the token is not entered', async () => {
      const page = await openSettings();
      await page.evaluate(() => sessionStorage.clear());
      const reporter = page.getByRole('region', { name: 'Reporter' });
      const every = reporter.getByRole('textbox', { name: 'Every' });
      await every.fill('7');
      await every.press('Enter');
      await page.getByRole('dialog', { name: 'API token' }).waitFor();
      await page.keyboard.press('Escape');
      const hasFocus = (): Promise<boolean> =>
        every.evaluate((field) => field === document.activeElement);
      await expect.poll(hasFocus, POLL).toBe(true);
      expect(await reporter.getByRole('alert').count()).toBe(0);
      expect(await ask(tokwatt, 'GET', '/api/bridge/getSettings')).not.toMatchObject({
        settings: { reporter: { intervalMinutes: 7 } },
      });
    });

    test('updates are off until they are turned on', async () => {
      const page = await openSettings();
      await page.getByRole('link', { name: 'Updates' }).click();
      const toggle = page.getByRole('checkbox', { name: /newer version/ });
      expect(await toggle.isChecked()).toBe(false);
      await toggle.click();
      await expect.poll(() => toggle.isChecked(), POLL).toBe(true);
      await page.reload();
      await expect.poll(() => toggle.isChecked(), POLL).toBe(true);
      await toggle.click();
      await expect.poll(() => toggle.isChecked(), POLL).toBe(false);
    });

    test('a replaced token must be entered again', async () => {
      const other = await start('rotation');
      const page = await open(other, '/#/settings/api');
      const before = tokenOf(other);
      await giveToken(page, before);
      await page.getByRole('button', { name: 'Replace…' }).click();
      await page.getByRole('button', { name: 'Keep it' }).click();
      expect(tokenOf(other)).toBe(before);
      await page.getByRole('button', { name: 'Replace…' }).click();
      await page.getByRole('button', { name: 'Replace the token' }).click();
      await page.getByText('There is a new token.').waitFor();
      expect(tokenOf(other)).not.toBe(before);
      expect(await page.textContent('body')).not.toContain(tokenOf(other));

      await page.getByRole('button', { name: 'Pause metering' }).click();
      await giveToken(page, before);
      await page.getByRole('alert').getByText('That is not the token').waitFor();
      await giveToken(page, tokenOf(other));
      await expect.poll(() => other.get('/api/health'), POLL).toMatchObject({ paused: true });
      await other.stop();
    });
  });
});

/** What has the focus, by its text. */
function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
}

/** A target as it is, which `fetch` would make another one of. */
function rawGet(
  api: string,
  path: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { hostname, port } = new URL(api);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
    });
    asked.once('error', reject);
    asked.end();
  });
}
