import type { Hono } from 'hono';

/** A route's pattern as the OpenAPI document writes it: `/api/jobs/:name` is `/api/jobs/{name}`. */
export function documentPath(pattern: string): string {
  return pattern.replace(/:(\w+)(\{.*?\})?(?=\/|$)/g, '{$1}');
}

/**
 * Patterns of the routes that answer a method on a path; empty if none does. Middleware that is
 * registered for all methods is left out.
 */
export function matchedPatterns(app: Hono, method: string, path: string): readonly string[] {
  const [handlers] = app.router.match(method, path);
  return handlers.flatMap(([[, route]]) => (route.method === 'ALL' ? [] : [route.path]));
}
