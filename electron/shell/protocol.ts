import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { protocol } from 'electron';
import { CRASHED_PATH } from './crashed-page.ts';
import { filePathFor } from './page-path.ts';

/** The origin of the overview page: no network, and no access to the whole file system. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://tokwatt`;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * The page may run its own files only: no inline script, no `eval`, no network (its origin is answered
 * in this process), no frames, no forms, no markup from strings.
 */
export const CONTENT_SECURITY_POLICY = [
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

/**
 * Must run before the application is ready. `standard` gives the page an origin, `secure` makes it a
 * secure context, and `supportFetchAPI` lets it ask the API. It gets no other privilege.
 */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export interface AppFiles {
  /** May lie in an asar. */
  readonly folder: string;
  /** Answers the paths under `/api/`. */
  readonly askApi: (request: Request) => Promise<Response>;
  /** The page shown when the window's page ended too often. */
  readonly crashedPage: () => Response;
}

/** Answers requests under {@link APP_ORIGIN}: the API, and the files of the page. */
export function serveApp({ folder, askApi, crashedPage }: AppFiles): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const { method, url } = request;
    if (url.startsWith(`${APP_ORIGIN}/api/`)) return askApi(request);
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    if (url === `${APP_ORIGIN}${CRASHED_PATH}`) return crashedPage();
    const path = filePathFor(url, APP_ORIGIN);
    const type = path === null ? undefined : CONTENT_TYPES[extname(path)];
    if (path === null || type === undefined) return refuse(404);
    try {
      const body = await readFile(join(folder, path));
      return new Response(new Uint8Array(body), { headers: headers(type) });
    } catch {
      return refuse(404);
    }
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: headers('text/plain') });
}

function headers(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
