import type { Context, Hono } from 'hono';
import { calls } from '../../../shared/ipc.ts';
import { TokwattError } from '../errors.ts';
import type { ApiToken } from '../startup/api-token.ts';
import { PAGE_PATTERNS, isPagePath } from './page/page-files.ts';
import { problem } from './problem.ts';
import { documentPath, matchedPatterns } from './route-pattern.ts';

/**
 * The access class of a route:
 * - `figures`: counts, times, rates, states, and the names of models, servers, clients and keys'
 *   fingerprints. Needs no token on loopback.
 * - `content`: prompts and answers, headers, client addresses, users' texts, settings. Always needs
 *   the token.
 * - `change`: changes or triggers something. Always needs the token.
 */
export type Access = 'figures' | 'content' | 'change';

/** All routes of the API by method and path, in OpenAPI notation. */
export const ACCESS_TABLE: Readonly<Record<string, Access>> = {
  'GET /metrics': 'figures',
  'GET /api/metrics': 'figures',
  'GET /api/openapi.json': 'figures',
  'GET /api/health': 'figures',
  'GET /api/live': 'figures',
  'POST /api/live/{id}/cancel': 'change',
  'GET /api/usage': 'figures',
  'GET /api/takeovers': 'content',
  'POST /api/takeovers': 'change',
  'POST /api/takeovers/end': 'change',
  'GET /api/upstreams': 'figures',
  'GET /api/upstreams/{name}': 'figures',
  // Both send requests to servers.
  'POST /api/upstreams/find': 'change',
  'POST /api/upstreams/test': 'change',
  // Rows contain the client's address, Origin and tag only for a reader with the token.
  'GET /api/events': 'figures',

  // Rows contain the client's address, Origin and the header X-Tokwatt-Tag.
  'GET /api/activity': 'content',
  'GET /api/activity/positions': 'content',
  'GET /api/activity/sorted': 'content',
  'GET /api/activity/names': 'content',
  'GET /api/activity/{id}': 'content',
  'GET /api/activity/{id}/capture': 'content',
  'GET /api/export/{what}': 'content',
  // The ids come from the requests.
  'GET /api/sessions': 'content',
  'GET /api/series': 'figures',
  'GET /api/history': 'figures',
  'GET /api/history/usual': 'figures',
  'GET /api/history/heatmap': 'figures',
  'GET /api/history/speed-by-context': 'figures',
  'GET /api/history/distribution': 'figures',
  'GET /api/gpu/history': 'figures',
  'GET /api/gpu/devices': 'figures',
  'GET /api/energy': 'figures',
  'GET /api/energy/days': 'figures',
  'GET /api/energy/idle': 'figures',
  'GET /api/percentiles': 'figures',
  'GET /api/rollups': 'figures',
  'GET /api/top': 'figures',

  'GET /api/stats/current': 'figures',
  'GET /api/stats/history': 'figures',
  // Contains prompts and answers of captures, and addresses.
  'GET /api/stats/logs': 'content',
  'GET /api/models': 'figures',
  'GET /api/gpu': 'figures',
  'GET /api/machine': 'figures',
  'GET /api/footprint': 'figures',

  'GET /api/cost': 'figures',
  'GET /api/budgets': 'figures',
  'GET /api/prices': 'figures',
  'POST /api/prices/import': 'change',
  'DELETE /api/prices': 'change',

  // Labels and colours, which the user gave, are only for a reader with the token.
  'GET /api/clients': 'figures',
  'PUT /api/clients/{by}/{name}': 'change',
  'DELETE /api/clients/{by}/{name}': 'change',

  'GET /api/counters': 'figures',
  'POST /api/counters/snapshot': 'change',
  'GET /api/jobs': 'figures',
  'POST /api/jobs': 'change',
  'GET /api/jobs/{name}': 'figures',
  'DELETE /api/jobs/{name}': 'change',
  'POST /api/jobs/{name}/stop': 'change',
  'POST /api/jobs/{name}/resume': 'change',

  'POST /api/chat': 'change',
  'GET /api/chat/{request_id}': 'figures',
  'GET /api/ollama/models': 'figures',
  'GET /api/ollama/library': 'figures',
  'POST /api/ollama/pull': 'change',
  'POST /api/ollama/models/{name}/load': 'change',
  'POST /api/ollama/models/{name}/unload': 'change',
  'POST /api/ollama/models/{name}/copy': 'change',
  'DELETE /api/ollama/models/{name}': 'change',
  'GET /api/models/overview': 'figures',
  'GET /api/models/best': 'figures',
  // Contains the system prompt and the template that the user may have written.
  'GET /api/models/overview/{name}': 'content',
  'GET /api/models/pulls': 'figures',
  'POST /api/models/pulls': 'change',
  'DELETE /api/models/pulls/{id}': 'change',
  'POST /api/models/pulls/{id}/pause': 'change',
  'POST /api/models/pulls/{id}/resume': 'change',
  'POST /api/models/pulls/{id}/cancel': 'change',
  // Notes, descriptions and tags are written by the user.
  'GET /api/models/repository': 'content',
  'POST /api/models/repository': 'change',
  'POST /api/models/repository/sync': 'change',
  'GET /api/models/repository/{name}': 'content',
  'PUT /api/models/repository/{name}': 'change',
  'DELETE /api/models/repository/{name}': 'change',
  'POST /api/models/repository/{name}/favorite': 'change',
  'POST /api/models/repository/{name}/default': 'change',

  'GET /api/data/summary': 'figures',
  'DELETE /api/data/{what}': 'change',
  'POST /api/data/backup': 'change',
  'POST /api/data/import': 'change',

  'GET /api/alerts': 'figures',
  'GET /api/alerts/figures': 'figures',
  'GET /api/alerts/examples': 'figures',
  'GET /api/alerts/history': 'figures',
  'PUT /api/alerts/rules': 'change',
  // It only reads, but a POST needs the token.
  'POST /api/alerts/preview': 'change',
  'POST /api/alerts/test': 'change',
  'GET /api/alerts/prometheus-rules': 'figures',

  // Figures and names of models, programs and GPUs.
  'GET /api/insights': 'figures',
  'GET /api/insights/history': 'figures',
  'GET /api/insights/dismissed': 'figures',
  'POST /api/insights/dismiss': 'change',

  'GET /api/exporters': 'figures',
  'GET /api/outlets': 'figures',
  // The payload of /api/usage: models, no clients and no keys.
  'GET /api/reporter/preview': 'figures',
  'GET /api/updates': 'figures',
  'POST /api/updates/check': 'change',

  // With its key, requests can pass uncounted.
  'GET /api/hop': 'content',

  // Secrets are hidden; hosts, users, header names and allowed origins are not.
  'GET /api/settings': 'content',
  'PATCH /api/settings': 'change',
  'POST /api/token/rotate': 'change',

  ...pageCalls(),
  'POST /api/bridge/token': 'change',
};

/** The access class of a route. A route that is not in the table needs the token. */
export function accessOf(method: string, path: string): Access {
  return ACCESS_TABLE[`${method} ${path}`] ?? 'change';
}

/** The page's calls. Their contract defines the access class, because the page needs it too. */
function pageCalls(): Readonly<Record<string, Access>> {
  const routes = Object.entries(calls).flatMap(([name, { reach }]): [string, Access][] =>
    reach === 'desktop'
      ? []
      : [[`${reach === 'change' ? 'POST' : 'GET'} /api/bridge/${name}`, reach]],
  );
  return Object.fromEntries(routes);
}

export interface AuthPolicyOptions {
  readonly token: Pick<ApiToken, 'matches'>;
  /** True if the API listens beyond loopback. `figures` then need the token too. */
  readonly isPublic: boolean;
}

const TOKEN_REQUIRED =
  'This takes the API token: send "Authorization: Bearer TOKEN" with what the file api-token in the data folder holds, or TOKWATT_API_TOKEN.';

/** Decides which requests need the API token. The page's own files never do. */
export class AuthPolicy {
  readonly #options: AuthPolicyOptions;

  constructor(options: AuthPolicyOptions) {
    this.#options = options;
  }

  /** True if the request carries the API token as `Authorization: Bearer TOKEN`. */
  hasToken(c: Context): boolean {
    const given = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    return given !== undefined && this.#options.token.matches(given);
  }

  /** A 401 answer if the request needs the token but has no valid one, else null. */
  check(c: Context, app: Hono): Response | null {
    if (!this.#needsToken(c, app) || this.hasToken(c)) return null;
    c.header('WWW-Authenticate', 'Bearer');
    return problem(c, 401, 'token_required', TOKEN_REQUIRED);
  }

  /** For a part of a route's answers that is content. Throws a 401 problem without the token. */
  demand(c: Context): void {
    if (this.hasToken(c)) return;
    c.header('WWW-Authenticate', 'Bearer');
    throw new TokwattError('token_required', TOKEN_REQUIRED, { status: 401 });
  }

  #needsToken(c: Context, app: Hono): boolean {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (isRead && isPagePath(c.req.path)) return false;
    if (this.#options.isPublic || !isRead) return true;
    // A path without a route gets a 404, which reveals nothing.
    return matchedPatterns(app, 'GET', c.req.path)
      .filter((pattern) => !PAGE_PATTERNS.includes(pattern))
      .some((pattern) => accessOf('GET', documentPath(pattern)) !== 'figures');
  }
}
