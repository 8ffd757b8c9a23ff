import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { besideBundle } from '../../bundle-file.ts';

/** The page's own files, as the build names them: nothing hidden, no way out of the folder. */
const FILE = /^\/(?:assets\/)?[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The desktop's own policy, but that data comes over the network: from here and nowhere else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Names with a hash of the content in them never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Routes of the page's files. */
export const PAGE_PATTERNS: readonly string[] = ['/', '/assets/:file', '/icon.svg'];

/**
 * Whether a path is one of the page's files. There is nothing secret in them: they can be had without
 * the token, and then ask for it.
 */
export function isPagePath(path: string): boolean {
  return path === '/' || (FILE.test(path) && (path.startsWith('/assets/') || path === '/icon.svg'));
}

/** Where the built page lies, beside the running bundle; null in a run from source. */
export function pageFolder(): string | null {
  return besideBundle('renderer');
}

/** The window's page for browsers, from a folder which may lie in an asar. */
export function dashboardRoutes(folder: string | null): Hono {
  const app = new Hono();
  for (const pattern of PAGE_PATTERNS) {
    app.get(pattern, (c) => serveFile(c, folder));
  }
  return app;
}

async function serveFile(c: Context, folder: string | null): Promise<Response> {
  const { path } = c.req;
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[extname(name)];
  const body = type === undefined || !isPagePath(path) ? null : await read(folder, name);
  for (const [header, value] of Object.entries(HEADERS)) c.header(header, value);
  if (body === null) return path === '/' ? missing(c) : c.notFound();
  c.header('Content-Type', type);
  c.header('Cache-Control', path.startsWith('/assets/') ? FOR_EVER : 'no-cache');
  return c.body(new Uint8Array(body));
}

async function read(folder: string | null, name: string): Promise<Buffer | null> {
  if (folder === null) return null;
  try {
    return await readFile(join(folder, name));
  } catch {
    return null;
  }
}

function missing(c: Context): Response {
  const text =
    'The web page is missing: its folder "renderer" belongs beside the program\'s other files. Run "npm run build", or install Tokwatt anew.\nThe API works all the same; see /api/health.\n';
  return c.text(text, 503);
}
