import type { Context, Hono, MiddlewareHandler } from 'hono';
import { hostAllowed } from '../proxy/access.ts';
import type { AccessRules } from '../proxy/access.ts';
import type { AuthPolicy } from './auth-policy.ts';
import { limitBody } from './body.ts';
import { isPagePath } from './page/page-files.ts';
import { problem } from './problem.ts';
import { matchedPatterns } from './route-pattern.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Stands before every route of `app`: other sites, methods and upgrades that are not understood,
 * callers without the token and bodies that are too large come no further.
 */
export function guard(app: Hono, access: AccessRules, auth: AuthPolicy): MiddlewareHandler {
  return async (c, next) => {
    const refused =
      foreign(c, access) ?? wrongMethod(c, app) ?? wrongProtocol(c) ?? auth.check(c, app);
    if (refused !== null) return refused;
    const tooLarge = await limitBody(c, next);
    // The page's files say themselves how long they are good.
    if (!isPagePath(c.req.path)) c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return tooLarge;
  };
}

/** Other sites' pages are kept out: by name (DNS rebinding) and by origin. */
function foreign(c: Context, access: AccessRules): Response | null {
  const { host, origin } = { host: c.req.header('host') ?? '', origin: c.req.header('origin') };
  if (!hostAllowed(access, host)) {
    const message = `The Host "${host}" is not one of this machine's names; add it to allowedHosts in settings.json.`;
    return problem(c, 403, 'forbidden', message);
  }
  if (isFromElsewhere(c)) {
    return problem(c, 403, 'forbidden', 'Pages of other sites may not use this API.');
  }
  if (origin === undefined || origin === `http://${host}`) return null;
  return problem(c, 403, 'forbidden', `Pages of ${origin} may not use this API.`);
}

/**
 * Images and scripts of other pages come without an Origin, but browsers say whose they are. A link
 * to the page may be followed from anywhere.
 */
function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  const isLink = c.req.header('sec-fetch-mode') === 'navigate' && isPagePath(c.req.path);
  return (site === 'cross-site' || site === 'same-site') && !isLink;
}

/** Null for a path that does not exist too: that is another answer. */
function wrongMethod(c: Context, app: Hono): Response | null {
  const methods = METHODS.filter((method) => matchedPatterns(app, method, c.req.path).length > 0);
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  if (allowed.length === 0 || allowed.includes(c.req.method)) return null;
  c.header('Allow', allowed.join(', '));
  const message = `${c.req.method} is not understood here; use ${allowed.join(' or ')}.`;
  return problem(c, 405, 'method_not_allowed', message);
}

/** Other upgrades (`h2c`, which some clients offer with every request) may be ignored; this one not. */
function wrongProtocol(c: Context): Response | null {
  if (!/\bwebsocket\b/i.test(c.req.header('upgrade') ?? '')) return null;
  const message = 'This API speaks no WebSocket; /api/events tells what happens as it happens.';
  return problem(c, 400, 'no_websocket', message);
}
