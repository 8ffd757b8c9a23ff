import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { besideBundle } from '../../bundle-file.ts';

/** Paths of the page's files, as the build names them. Excludes hidden files and parent folders. */
const FILE = /^\/(?:assets\/)?[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** The same policy as the desktop's, except that pages may connect to their own origin. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is that of the one style that React Aria adds: it lets touches on buttons scroll.
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  "img-src 'self' data: blob:",
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

/** File names with a hash of their content never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Routes of the page's files. */
export const PAGE_PATTERNS: readonly string[] = [
  '/',
  '/assets/:file',
  ...['/icon.svg', '/licences.txt'],
];

/**
 * True for the path of one of the page's files. They contain no secrets, so they need no token; the
 * page asks for the token when it runs.
 */
export function isPagePath(path: string): boolean {
  return PAGE_PATTERNS.includes(path) || (FILE.test(path) && path.startsWith('/assets/'));
}

/** The folder of the built page, next to the running bundle; null if run from source. */
export function pageFolder(): string | null {
  return besideBundle('renderer');
}

/** Serves the window's page to browsers from a folder, which may be inside an asar archive. */
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
