import { hostname } from 'node:os';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import type { OtlpSettings } from '../../../../shared/otlp.ts';
import type { Exporter } from '../exporter.ts';
import { OtlpMetrics } from './metrics.ts';
import { OtlpSpans } from './spans.ts';
import type { OtlpContext, OtlpWay } from './otlp-options.ts';

/**
 * Longest time for the collector to answer, milliseconds. The interval is the limit if it is
 * shorter.
 */
const TIMEOUT_MS = 10_000;

/**
 * Creates the exporters to an OpenTelemetry collector: metrics and, if enabled, spans. They are
 * separate because some collectors accept only one of them. Empty without an address.
 */
export function createOtlp(
  context: OtlpContext,
  { url, headers, intervalMs, spans }: OtlpSettings,
): readonly Exporter[] {
  if (url === null) return [];
  const way: OtlpWay = {
    url: url.replace(/\/+$/, ''),
    headers,
    intervalMs,
    timeoutMs: Math.min(TIMEOUT_MS, intervalMs),
    resource: resourceOf(context),
  };
  const metrics = new OtlpMetrics(context, way);
  return spans ? [metrics, new OtlpSpans(context, way)] : [metrics];
}

function resourceOf({ version, instance }: OtlpContext): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      'service.name': 'tokwatt',
      'service.version': version,
      'service.instance.id': instance,
      'host.name': hostname(),
    }),
  );
}
