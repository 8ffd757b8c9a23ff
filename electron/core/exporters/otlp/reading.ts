import type { Attributes } from '@opentelemetry/api';

/**
 * A metric. The conventions define each as a gauge or a non-monotonic sum. Only a sum may be added up;
 * a counter only grows.
 */
export interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'counter';
  readonly description: string;
}

export interface ReadingPoint {
  readonly attributes: Attributes;
  readonly value: number;
}
