import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Disposable, Page } from 'playwright-core';
import { ensureBuild } from '../../scripts/setup/project.mjs';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { AppUpdateState } from '../../shared/app-update.ts';
import type { Locale } from '../../shared/messages/messages.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { launchBrowser } from './browser.ts';
import { apiAnswer } from './api-answers.ts';
import { installFakeBridge } from './fake-bridge.ts';
import type { FakeMainMode } from './fake-bridge.ts';
import { scenario, settingsScenario } from './scenarios.ts';
import type { ScenarioName } from './scenarios.ts';

const BUILT = join(import.meta.dirname, '../../dist/renderer');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** As strict as the desktop's own policy, so that tests notice what it blocks. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

export { findBrowser as findChromium } from '../../scripts/setup/browser.mjs';

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly mode?: FakeMainMode;
  readonly platform?: string;
  /** The address within the page, such as `#/settings`; the overview by default. */
  readonly view?: string;
  readonly language?: Locale;
  readonly appUpdate?: AppUpdateState | null;
}

/** A running Tokwatt that answers the questions which the scripted one does not. */
export interface ApiSource {
  readonly url: string;
  readonly token: string;
}

export interface RendererPagesOptions {
  /** The Tokwatt to ask in a scenario; null for none, which is the default. */
  readonly source?: (name: ScenarioName) => ApiSource | null;
  readonly timeZone?: string;
  /** Variables of the browser's environment besides those of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The real renderer in a real browser, with a scripted main process. */
export interface RendererPages {
  /** Opens the window in a scenario and closes the previous one. Its clock is fixed at `now`. */
  readonly open: (name: ScenarioName, options?: PageOptions) => Promise<Page>;
  /** The errors and warnings of the pages since the last call. */
  readonly complaints: () => string[];
  readonly dispose: () => Promise<void>;
}

/** Builds the renderer if its sources are newer than it, and starts a browser. */
export async function startRendererPages(
  now: number,
  browserPath: string,
  { source = () => null, timeZone = LOCAL_ZONE, env = {} }: RendererPagesOptions = {},
): Promise<RendererPages> {
  await ensureBuild(() => undefined);
  let shown: ScenarioName = 'empty';
  const server = await serve(BUILT, (path) => {
    const from = source(shown);
    // A search would find the servers of other tests.
    if (from !== null && path !== '/api/upstreams/find') return ask(from, path);
    return Promise.resolve(apiAnswer(path, scenario(shown, now).state, now));
  });
  const browser = await launchBrowser(browserPath, { env });
  const complaints: string[] = [];
  const page = await newPage(browser, timeZone, complaints);
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
        snapshot: inPlace(scenario(name, now), timeZone, options.language),
        settings: settingsScenario(name),
        mode: options.mode ?? 'answer',
        platform: options.platform ?? 'linux',
        appUpdate: options.appUpdate ?? null,
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
    },
  };
}

function inPlace({ seq, state }: Snapshot, timeZone: string, language: Locale = 'en'): Snapshot {
  const appearance = { ...state.app.appearance, language };
  return { seq, state: { ...state, app: { ...state.app, appearance, timeZone } } };
}

async function newPage(browser: Browser, timezoneId: string, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ timezoneId });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return page;
}

/** The answer of a running Tokwatt; undefined for what is not of its API. */
async function ask({ url, token }: ApiSource, path: string): Promise<unknown> {
  if (!path.startsWith('/api/')) return undefined;
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.ok ? answer.json() : undefined;
}

/** Serves a folder of built files like the desktop's own protocol, and answers of the API. */
async function serve(
  folder: string,
  answerTo: (path: string) => Promise<unknown>,
): Promise<{ url: string; close: () => Promise<void> }> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const content = await answerTo(path).catch(() => undefined);
    if (content !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
      return;
    }
    const body = await readFile(join(folder, path)).catch(() => null);
    if (body === null) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      // The browser compiles what it has in its cache only once.
      'cache-control': 'max-age=3600',
    });
    response.end(body);
  };
  const server = createServer((request, response) => {
    void answer(request.url === '/' ? '/index.html' : (request.url ?? ''), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
