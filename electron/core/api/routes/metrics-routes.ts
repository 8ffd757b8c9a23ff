import { Hono } from 'hono';
import type { Prometheus } from '../../exporters/prometheus/prometheus.ts';
import { described } from '../openapi/describe.ts';

const METRICS = described({
  tag: 'metrics',
  summary: 'Metrics in Prometheus’s text format',
  answer: { media: ['text/plain'], description: 'Metrics.' },
});

/**
 * The scrape targets: `/metrics` for Prometheus, `/api/metrics` with the additional names of the
 * ollama-local-serve stack.
 */
export function metricsRoutes(prometheus: Prometheus): Hono {
  const app = new Hono();
  const headers = { 'Content-Type': prometheus.contentType };
  app.get('/metrics', METRICS, async (c) =>
    c.body(await prometheus.scrape('standard'), 200, headers),
  );
  app.get('/api/metrics', METRICS, async (c) =>
    c.body(await prometheus.scrape('all'), 200, headers),
  );
  return app;
}
