import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Disposable, Page } from 'playwright-core';
import { build } from 'vite';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import { apiAnswer } from './api-answers.ts';
import { installFakeBridge } from './fake-bridge.ts';
import type { FakeMainMode } from './fake-bridge.ts';
import { scenario, settingsScenario } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** As strict as the desktop's own policy, so that tests notice what it blocks. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/** The browser for tests: `TOKWATT_CHROMIUM`, or one in a usual place; null if there is none. */
export function findChromium(): string | null {
  const named = process.env.TOKWATT_CHROMIUM;
  return [...(named === undefined ? [] : [named]), ...BROWSERS].find(existsSync) ?? null;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly mode?: FakeMainMode;
  readonly platform?: string;
  /** The address within the page, such as `#/settings`; the overview by default. */
  readonly view?: string;
}

/** The real renderer in a real browser, with a scripted main process. */
export interface RendererPages {
  /** Opens the window in a scenario and closes the previous one. Its clock is fixed at `now`. */
  readonly open: (name: ScenarioName, options?: PageOptions) => Promise<Page>;
  /** The errors and warnings of the pages since the last call. */
  readonly complaints: () => string[];
  readonly dispose: () => Promise<void>;
}

/** Builds the renderer into a temporary folder and starts a browser. */
export async function startRendererPages(now: number, browserPath: string): Promise<RendererPages> {
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-renderer-'));
  await build({
    root: join(REPOSITORY, 'renderer'),
    configFile: join(REPOSITORY, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, sourcemap: false },
  });
  let shown: ScenarioName = 'empty';
  const server = await serve(folder, (path) => apiAnswer(path, scenario(shown, now).state, now));
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  const complaints: string[] = [];
  const page = await newPage(browser, complaints);
  await page.clock.setFixedTime(now);
  let bridge: Disposable | null = null;
  return {
    open: async (name, options = {}) => {
      // A new process for each page would cost a second of CPU time; a new document is sufficient.
      await page.goto('about:blank');
      await page.mouse.move(-1, -1);
      await bridge?.dispose();
      shown = name;
      bridge = await page.addInitScript(installFakeBridge, {
        key: BRIDGE_KEY,
        snapshot: scenario(name, now),
        settings: settingsScenario(name),
        mode: options.mode ?? 'answer',
        platform: options.platform ?? 'linux',
      });
      await page.setViewportSize({ width: options.width ?? 1080, height: options.height ?? 760 });
      await page.emulateMedia({ colorScheme: options.scheme ?? 'light' });
      await page.goto(`${server.url}${options.view ?? '#/'}`);
      // The code of a page is loaded after the frame.
      if ((options.mode ?? 'answer') === 'answer') await page.locator('[data-page]').waitFor();
      return page;
    },
    complaints: () => complaints.splice(0),
    dispose: async () => {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function newPage(browser: Browser, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({
    timezoneId: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return page;
}

/** Serves a folder of built files like the desktop's own protocol, and answers of the API. */
async function serve(
  folder: string,
  answerTo: (path: string) => unknown,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    const answer = answerTo(path);
    if (answer !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    readFile(join(folder, path)).then(
      (body) =>
        response
          .writeHead(200, {
            'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
            'content-security-policy': POLICY,
          })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
