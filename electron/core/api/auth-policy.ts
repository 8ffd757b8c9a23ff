import type { Context } from 'hono';
import type { ApiToken } from '../startup/api-token.ts';
import { isPagePath } from './page/page-files.ts';
import { problem } from './problem.ts';

export interface AuthPolicyOptions {
  readonly token: ApiToken;
  /** The API listens beyond loopback: then every route takes the token. */
  readonly isPublic: boolean;
}

/** Decides which requests need the API token. Only the page's own files never do. */
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

  /** A 401 if the request needs the token and does not carry it; null if it may go on. */
  check(c: Context): Response | null {
    if (!this.#needsToken(c) || this.hasToken(c)) return null;
    c.header('WWW-Authenticate', 'Bearer');
    return problem(
      c,
      401,
      'token_required',
      'This takes the API token: send "Authorization: Bearer TOKEN" with what the file api-token in the data folder holds, or TOKWATT_API_TOKEN.',
    );
  }

  #needsToken(c: Context): boolean {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    return !isRead || (this.#options.isPublic && !isPagePath(c.req.path));
  }
}
