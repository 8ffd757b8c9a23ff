import type { Resource } from '@opentelemetry/resources';
import type { ExporterContext } from '../exporter.ts';

/** How both exporters send. */
export interface OtlpWay {
  /** The collector's base address, without a closing slash. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** One try at sending may take this long, with all its repetitions. */
  readonly timeoutMs: number;
  /** Who sends. */
  readonly resource: Resource;
}

/** What they read. */
export type OtlpContext = Pick<
  ExporterContext,
  'version' | 'log' | 'instance' | 'snapshot' | 'onChange'
>;
