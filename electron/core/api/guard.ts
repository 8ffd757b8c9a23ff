import type { Context, Hono, MiddlewareHandler } from 'hono';
import { hostAllowed, isOwnPage } from '../proxy/access.ts';
import type { AccessRules } from '../proxy/access.ts';
import type { AuthPolicy } from './auth-policy.ts';
import { limitBody } from './body.ts';
import { isPagePath } from './page/page-files.ts';
import { problem } from './problem.ts';
import { matchedPatterns } from './route-pattern.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Runs before every route of `app`. Rejects requests of other sites, unsupported methods and
 * upgrades, missing tokens and bodies that are too large.
 */
export function guard(app: Hono, access: AccessRules, auth: AuthPolicy): MiddlewareHandler {
  return async (c, next) => {
    const refused =
      foreign(c, access) ?? wrongMethod(c, app) ?? wrongProtocol(c) ?? auth.check(c, app);
    if (refused !== null) return refused;
    const tooLarge = await limitBody(c, next);
    // The page's files set their own caching.
    if (!isPagePath(c.req.path)) c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return tooLarge;
  };
}

/** Rejects pages of other sites, by `Host` (DNS rebinding) and by `Origin`. */
function foreign(c: Context, access: AccessRules): Response | null {
  const { host, origin } = { host: c.req.header('host') ?? '', origin: c.req.header('origin') };
  if (!hostAllowed(access, host)) {
    const message = `The Host "${host}" is not one of this machine's names; add it to allowedHosts in settings.json.`;
    return isPageVisit(c) ? readable(c, message) : problem(c, 403, 'forbidden', message);
  }
  if (isFromElsewhere(c)) {
    return problem(c, 403, 'forbidden', 'Pages of other sites may not use this API.');
  }
  if (origin === undefined || isOwnPage(access, origin, host)) return null;
  // Scripts of the own page are requested with an `Origin`, too. Without them a page behind a reverse
  // proxy would stay blank instead of saying what is missing.
  if (c.req.path.startsWith('/assets/')) return null;
  const message = `Pages of ${origin} may not use this API. If a reverse proxy shows this page there, add its name to allowedHosts in settings.json.`;
  return problem(c, 403, 'forbidden', message);
}

/** True if a person opens the page in a browser. */
function isPageVisit(c: Context): boolean {
  return isPagePath(c.req.path) && (c.req.header('accept') ?? '').includes('text/html');
}

/** A refusal as text that a browser shows. */
function readable(c: Context, message: string): Response {
  c.header('Cache-Control', 'no-store');
  c.header('X-Content-Type-Options', 'nosniff');
  return c.text(`Tokwatt: ${message}\n`, 403);
}

/**
 * True for a subresource request of another site. Images and scripts are requested without
 * `Origin`, but with `Sec-Fetch-Site`. A link to the page may come from anywhere.
 */
function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  const isLink = c.req.header('sec-fetch-mode') === 'navigate' && isPagePath(c.req.path);
  return (site === 'cross-site' || site === 'same-site') && !isLink;
}

/** Null also for an unknown path, which gets a different answer. */
function wrongMethod(c: Context, app: Hono): Response | null {
  const methods = METHODS.filter((method) => matchedPatterns(app, method, c.req.path).length > 0);
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  if (allowed.length === 0 || allowed.includes(c.req.method)) return null;
  c.header('Allow', allowed.join(', '));
  const message = `${c.req.method} is not understood here; use ${allowed.join(' or ')}.`;
  return problem(c, 405, 'method_not_allowed', message);
}

/**
 * Rejects WebSocket upgrades. Other upgrades may be ignored, such as `h2c`, which some clients send
 * with every request.
 */
function wrongProtocol(c: Context): Response | null {
  if (!/\bwebsocket\b/i.test(c.req.header('upgrade') ?? '')) return null;
  const message = 'This API does not support WebSocket; use /api/events, an event stream.';
  return problem(c, 400, 'no_websocket', message);
}
