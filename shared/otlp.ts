/**
 * The destination of OpenTelemetry data: the section `otlp` of the settings. Off until an address
 * is set.
 */
import * as v from 'valibot';
import { httpUrl, secretHeaders } from './addresses.ts';

export const otlpSchema = v.object({
  /** A collector's base address, such as `http://127.0.0.1:4318`; null sends nothing. */
  url: v.optional(v.nullable(httpUrl), null),
  /** Sent with every export, for example a key for the collector. */
  headers: v.optional(secretHeaders, {}),
  intervalMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000)), 60_000),
  /**
   * Sends a span for each exchange in addition to the metrics. It names models and clients but
   * contains no prompts.
   */
  spans: v.optional(v.boolean(), false),
});

export type OtlpSettings = v.InferOutput<typeof otlpSchema>;
