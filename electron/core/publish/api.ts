import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { isToken } from '../config/api-token.ts';
import type { Log } from '../log.ts';
import { hostAllowed } from '../proxy/access.ts';
import type { AccessRules } from '../proxy/access.ts';
import type { Recorder } from '../recorder.ts';
import { activityRoutes } from './activity-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { manageRoutes } from './manage-routes.ts';
import { problem, problemOf } from './problem.ts';
import type { Prometheus } from './prometheus.ts';
import { stateRoutes } from './state-routes.ts';

/** What the API reads and changes; it computes nothing that another reader would need too. */
export interface ApiOptions {
  readonly snapshot: () => Snapshot;
  readonly recorder: Recorder;
  readonly prometheus: Prometheus;
  readonly access: AccessRules;
  readonly gate: Gate;
  readonly log: Log;
}

/** Who may do more than read. */
export interface Gate {
  readonly token: string;
  /** The API listens beyond loopback: then reading takes the token too. */
  readonly isPublic: boolean;
}

/** The control API: JSON in snake_case, a problem body (RFC 9457) for every error. */
export function createApi(options: ApiOptions): Hono {
  const { snapshot, recorder, prometheus, access, gate, log } = options;
  const app = new Hono();
  app.use(async (c, next) => {
    const { host, origin } = { host: c.req.header('host') ?? '', origin: c.req.header('origin') };
    const refused = foreign(access, host, origin);
    if (refused !== null) return problem(c, 403, 'forbidden', refused);
    const methods = allowedMethods(app, c.req.path);
    if (methods.length > 0 && !methods.includes(c.req.method)) return wrongMethod(c, methods);
    if (needsToken(c, gate) && !hasToken(c, gate)) {
      c.header('WWW-Authenticate', 'Bearer');
      return problem(
        c,
        401,
        'token_required',
        'This takes the API token: send "Authorization: Bearer TOKEN" with what the file api-token in the data folder holds, or TOKWATT_API_TOKEN.',
      );
    }
    await next();
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
    return undefined;
  });
  app.route('/api', stateRoutes(snapshot));
  app.route('/api/activity', activityRoutes(recorder));
  app.route('/api', historyRoutes(recorder));
  app.route('/api', manageRoutes(recorder));
  app.on('GET', ['/metrics', '/api/metrics'], async (c) =>
    c.body(await prometheus.scrape(), 200, { 'Content-Type': prometheus.contentType }),
  );
  app.notFound((c) => {
    const message = `There is nothing at ${c.req.path}; /api/health is a good place to begin.`;
    return problem(c, 404, 'not_found', message);
  });
  app.onError((error, c) => {
    const known = problemOf(c, error);
    if (known !== null) return known;
    log.error({ error: String(error), path: c.req.path }, 'an API call failed');
    return problem(c, 500, 'internal', 'This call failed inside Tokwatt; its log says why.');
  });
  return app;
}

function needsToken(c: Context, { isPublic }: Gate): boolean {
  return isPublic || (c.req.method !== 'GET' && c.req.method !== 'HEAD');
}

function hasToken(c: Context, { token }: Gate): boolean {
  const given = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return given !== undefined && isToken(given, token);
}

/** Other sites' pages are kept out: by name (DNS rebinding) and by origin. */
function foreign(access: AccessRules, host: string, origin: string | undefined): string | null {
  if (!hostAllowed(access, host)) {
    return `The Host "${host}" is not one of this machine's names; add it to allowedHosts in settings.json.`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Pages of ${origin} may not use this API.`;
  }
  return null;
}

/** The methods that a path understands; none for a path that does not exist. */
function allowedMethods(app: Hono, path: string): string[] {
  const methods = app.routes
    .filter(({ method, path: pattern }) => method !== 'ALL' && matches(pattern, path))
    .map(({ method }) => method);
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)];
}

function wrongMethod(c: Context, methods: readonly string[]): Response {
  c.header('Allow', methods.join(', '));
  const message = `${c.req.method} is not understood here; use ${methods.join(' or ')}.`;
  return problem(c, 405, 'method_not_allowed', message);
}

function matches(pattern: string, path: string): boolean {
  const source = pattern.replace(/:[a-z]+(\{[^/]*\})?/g, '[^/]+');
  return new RegExp(`^${source}/?$`).test(path);
}
