/** The gallery of the chart kit in a real browser, under a policy as strict as the desktop's. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from './browser.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const FOLDER = 'charts/gallery';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
/** Saving a chart as a picture needs `img-src blob:`, the empty icon `data:`. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

export interface GalleryOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

export interface ChartGallery {
  readonly open: (options?: GalleryOptions) => Promise<Page>;
  /** The errors and warnings of the pages since the last call. */
  readonly complaints: () => string[];
  readonly dispose: () => Promise<void>;
}

/** Builds the gallery into a temporary folder and starts a browser. */
export async function startChartGallery(browserPath: string): Promise<ChartGallery> {
  const folder = await mkdtemp(join(tmpdir(), 'tokwatt-charts-'));
  const root = join(REPOSITORY, 'renderer');
  await build({
    root,
    configFile: join(REPOSITORY, 'vite.config.ts'),
    logLevel: 'error',
    build: {
      ...{ outDir: folder, emptyOutDir: true, sourcemap: false },
      rolldownOptions: { input: join(root, FOLDER, 'index.html') },
    },
  });
  const server = await serve(folder);
  const browser = await launchBrowser(browserPath);
  const complaints: string[] = [];
  return {
    open: async ({ width = 1280, height = 900, scheme = 'light' } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: scheme,
        timezoneId: Intl.DateTimeFormat().resolvedOptions().timeZone,
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      await page.goto(`${server.url}${FOLDER}/index.html`);
      await page.locator('.recharts-surface').first().waitFor();
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

async function serve(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    readFile(join(folder, new URL(request.url ?? '/', 'http://x').pathname)).then(
      (body) =>
        response
          .writeHead(200, {
            'content-type': TYPES[extname(request.url ?? '')] ?? 'application/octet-stream',
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
