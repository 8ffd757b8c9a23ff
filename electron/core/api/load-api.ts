import type { Hono } from 'hono';
import type { ApiOptions } from './api.ts';

/**
 * Loads the routes of the API, which take some megabytes, and makes the API. `isPublic`: it can be reached from other
 * machines.
 */
export async function loadApi(options: Omit<ApiOptions, 'auth'>, isPublic: boolean): Promise<Hono> {
  const [{ createApi }, { AuthPolicy }] = await Promise.all([
    import('./api.ts'),
    import('./auth-policy.ts'),
  ]);
  const auth = new AuthPolicy({ token: options.token, isPublic });
  return createApi({ ...options, auth });
}
