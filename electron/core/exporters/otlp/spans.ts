import { ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ExporterState } from '../../../../shared/slices.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { within } from '../../time-limit.ts';
import type { Exporter } from '../exporter.ts';
import { labelText } from '../prometheus/labels.ts';
import {
  Servers,
  errorAttributes,
  fullNames,
  genAiAttributes,
  operationName,
} from './attributes.ts';
import { Delivery } from './delivery.ts';
import type { OtlpContext, OtlpWay } from './otlp-options.ts';
import { WatchedExporter, sendingTo } from './watched-exporter.ts';

/** Most spans waiting to be sent. Further ones are dropped. */
const QUEUE = 2_048;
const BATCH = 256;
const DELAY_MS = 5_000;

/**
 * Sends one span for each finished inference exchange. Each span is a trace of its own, because the
 * client's trace is not known. A span has names, counts and times, but no prompt.
 */
export class OtlpSpans implements Exporter {
  readonly #delivery: Delivery;
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  readonly #servers: Servers;

  constructor({ log, onChange, snapshot, version }: OtlpContext, way: OtlpWay) {
    this.#delivery = new Delivery({ name: 'otlp-spans', url: way.url, log, onChange });
    this.#servers = new Servers(snapshot);
    this.#provider = new BasicTracerProvider({
      resource: way.resource,
      // Set here so that no environment variable changes it.
      sampler: new AlwaysOnSampler(),
      spanProcessors: [
        new BatchSpanProcessor(
          new WatchedExporter(new OTLPTraceExporter(sendingTo(way, 'traces')), this.#delivery),
          {
            maxQueueSize: QUEUE,
            maxExportBatchSize: BATCH,
            scheduledDelayMillis: Math.min(DELAY_MS, way.intervalMs),
            exportTimeoutMillis: way.timeoutMs,
          },
        ),
      ],
    });
    this.#tracer = this.#provider.getTracer('tokwatt', version);
  }

  get state(): ExporterState {
    return this.#delivery.state;
  }

  observe(record: ActivityRecord): void {
    if (!record.inference) return;
    const { request } = fullNames(record);
    const name = operationName(record.operation);
    const span = this.#tracer.startSpan(
      request === null ? name : `${name} ${request}`,
      {
        kind: SpanKind.CLIENT,
        root: true,
        startTime: record.startedAt,
        attributes: this.#attributes(record),
      },
      ROOT_CONTEXT,
    );
    if (record.error !== null) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: record.error });
    }
    // Uses the monotonic duration, because the system clock may have been changed in between.
    span.end(record.startedAt + record.timing.durationMs);
  }

  start(): void {
    // Nothing to send before the first exchange.
  }

  async stop(limitMs: number): Promise<void> {
    await within(
      limitMs,
      this.#provider.shutdown().catch(() => undefined),
    );
  }

  #attributes(record: ActivityRecord): Attributes {
    const server = this.#servers.of(record.upstream);
    return {
      ...genAiAttributes(record, server, fullNames(record)),
      ...errorAttributes(record),
      ...usageAttributes(record),
      ...answerAttributes(record),
      ...ownAttributes(record),
    };
  }
}

function usageAttributes({ usage }: ActivityRecord): Attributes {
  const { provenance } = usage;
  return {
    ...known('gen_ai.usage.input_tokens', usage.inputTokens),
    ...known('gen_ai.usage.output_tokens', usage.outputTokens),
    ...known('gen_ai.usage.cache_read.input_tokens', usage.cachedInputTokens),
    ...known('gen_ai.usage.reasoning.output_tokens', usage.reasoningTokens),
    ...(Object.values(provenance).includes('estimated') ? { 'tokwatt.estimated': true } : {}),
  };
}

function answerAttributes({ stream, status, finishReason, timing }: ActivityRecord): Attributes {
  const { timeToFirstTokenMs } = timing;
  const firstToken = timeToFirstTokenMs === null ? null : timeToFirstTokenMs / 1_000;
  return {
    ...(stream === true ? { 'gen_ai.request.stream': true } : {}),
    ...known('http.response.status_code', status),
    ...(finishReason === null
      ? {}
      : { 'gen_ai.response.finish_reasons': [labelText(finishReason)] }),
    ...known('tokwatt.time_to_first_token', firstToken),
  };
}

function ownAttributes(record: ActivityRecord): Attributes {
  const { upstream, api, client, energyJoules, energyParts } = record;
  const { application, process, tag } = client;
  return {
    'tokwatt.upstream': upstream,
    'tokwatt.api': api,
    ...(application === null ? {} : { 'tokwatt.client.application': labelText(application) }),
    ...(process === null ? {} : { 'tokwatt.client.process': labelText(process) }),
    ...(tag === null ? {} : { 'tokwatt.client.tag': labelText(tag) }),
    ...known('tokwatt.energy', energyJoules),
    ...known('tokwatt.energy.net', energyParts?.netJoules ?? null),
    ...known('tokwatt.energy.prefill', energyParts?.prefillJoules ?? null),
    ...known('tokwatt.energy.decode', energyParts?.decodeJoules ?? null),
    ...known('tokwatt.energy.measured_share', energyParts?.measuredShare ?? null),
    ...known('tokwatt.energy.other_work', energyParts?.hasOtherWork ?? null),
  };
}

function known(name: string, value: number | boolean | null): Attributes {
  return value === null ? {} : { [name]: value };
}
