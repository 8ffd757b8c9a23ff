import type { Resource } from '@opentelemetry/resources';
import type { ExporterContext } from '../exporter.ts';

/** The options that both exporters share. */
export interface OtlpWay {
  /** The collector's base address, without a final slash. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** Time limit for one export, including its retries. */
  readonly timeoutMs: number;
  /** The resource that identifies the sender. */
  readonly resource: Resource;
}

/** The parts of the core that both exporters read. */
export type OtlpContext = Pick<
  ExporterContext,
  'version' | 'log' | 'instance' | 'snapshot' | 'books' | 'onChange'
>;
