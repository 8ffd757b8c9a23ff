import type { Hono } from 'hono';

/** A route's pattern in OpenAPI notation: `/api/jobs/:name` becomes `/api/jobs/{name}`. */
export function documentPath(pattern: string): string {
  return pattern.replace(/:(\w+)(\{.*?\})?(?=\/|$)/g, '{$1}');
}

/**
 * Patterns of the routes that handle a method on a path; empty if there are none. Middleware for
 * all methods is not included.
 */
export function matchedPatterns(app: Hono, method: string, path: string): readonly string[] {
  const [handlers] = app.router.match(method, path);
  return handlers.flatMap(([[, route]]) => (route.method === 'ALL' ? [] : [route.path]));
}
