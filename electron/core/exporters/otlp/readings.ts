import { ValueType } from '@opentelemetry/api';
import type { Attributes, HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { CollectionResult, MetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { Snapshot, State } from '../../../../shared/snapshot.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import { serverAttributes } from './attributes.ts';
import type { Servers } from './attributes.ts';
import { energyReadings } from './energy-readings.ts';
import type { Reading, ReadingPoint } from './reading.ts';

interface GpuFigure extends Reading {
  readonly figure: (gpu: GpuReading) => number | null;
  /** Attributes of this metric, in addition to those of the GPU. */
  readonly attributes?: Attributes;
}

const GPU: readonly GpuFigure[] = [
  {
    name: 'hw.gpu.utilization',
    unit: '1',
    kind: 'gauge',
    description: 'Share of time the GPU was busy.',
    figure: ({ utilizationPercent }) =>
      utilizationPercent === null ? null : utilizationPercent / 100,
    attributes: { 'hw.gpu.task': 'general' },
  },
  {
    name: 'hw.gpu.memory.usage',
    unit: 'By',
    kind: 'sum',
    description: 'GPU memory in use.',
    figure: ({ memoryUsedBytes }) => memoryUsedBytes,
  },
  {
    name: 'hw.gpu.memory.limit',
    unit: 'By',
    kind: 'sum',
    description: 'GPU memory there is.',
    figure: ({ memoryTotalBytes }) => memoryTotalBytes,
  },
  {
    name: 'hw.gpu.memory.utilization',
    unit: '1',
    kind: 'gauge',
    description: 'Share of the GPU memory in use.',
    figure: ({ memoryUsedBytes: used, memoryTotalBytes: total }) =>
      used === null || total === null || total === 0 ? null : used / total,
  },
  {
    name: 'hw.power',
    unit: 'W',
    kind: 'gauge',
    description: 'Power the GPU draws.',
    figure: ({ powerW }) => powerW,
    attributes: { 'hw.type': 'gpu' },
  },
  {
    name: 'hw.temperature',
    unit: 'Cel',
    kind: 'gauge',
    description: 'Temperature of the GPU.',
    figure: ({ temperatureC }) => temperatureC,
  },
  {
    name: 'tokwatt.gpu.power.limit',
    unit: 'W',
    kind: 'gauge',
    description: 'Power the GPU may draw.',
    figure: ({ powerLimitW }) => powerLimitW,
  },
];

const ACTIVE: Reading = {
  name: 'tokwatt.requests.active',
  unit: '{request}',
  kind: 'sum',
  description: 'Requests in flight: waiting for the first content, or generating.',
};

interface ReadingsOptions {
  readonly snapshot: () => Snapshot;
  readonly books: () => readonly DeviceBooks[];
  readonly servers: Servers;
  readonly resource: Resource;
  readonly version: string;
}

/**
 * The current values of GPUs and of requests in flight. This is a custom producer because the SDK's
 * observable instruments repeat the last value of an attribute set that is no longer observed, but
 * a lost GPU must have no value.
 */
export class Readings implements MetricProducer {
  readonly #options: ReadingsOptions;
  readonly #startTime = hrTime(Date.now());

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  collect(): Promise<CollectionResult> {
    const { snapshot, books, servers, resource, version } = this.#options;
    const { state } = snapshot();
    servers.learn(state.upstreams);
    const energy = energyReadings(books(), state)
      .filter(({ points }) => points.length > 0)
      .map(({ points, ...metric }) => this.#metric(metric, points));
    const metrics = [this.#active(state), ...this.#gpus(state), ...energy];
    const scopeMetrics = [{ scope: { name: 'tokwatt', version }, metrics }];
    return Promise.resolve({ resourceMetrics: { resource, scopeMetrics }, errors: [] });
  }

  /** Includes zeros, because some readers repeat the last value of a series that ends. */
  #active({ upstreams, inFlight }: State): MetricData {
    const points = upstreams.flatMap(({ name }) =>
      (['waiting', 'generating'] as const).map((phase) => ({
        attributes: {
          ...serverAttributes(this.#options.servers.of(name)),
          'tokwatt.upstream': name,
          'tokwatt.phase': phase,
        },
        value: inFlight.filter((each) => each.upstream === name && each.phase === phase).length,
      })),
    );
    return this.#metric(ACTIVE, points);
  }

  #gpus({ gpu: { status, gpus } }: State): MetricData[] {
    if (status !== 'live') return [];
    return GPU.map((metric) => {
      const points = gpus.flatMap((gpu) => {
        const value = metric.figure(gpu);
        return value === null
          ? []
          : [{ value, attributes: { ...gpuAttributes(gpu), ...metric.attributes } }];
      });
      return this.#metric(metric, points);
    }).filter(({ dataPoints }) => dataPoints.length > 0);
  }

  #metric({ name, unit, kind, description }: Reading, points: readonly ReadingPoint[]): MetricData {
    const endTime = hrTime(Date.now());
    return {
      descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: points.map((point) => ({ ...point, startTime: this.#startTime, endTime })),
      ...(kind === 'gauge'
        ? { dataPointType: DataPointType.GAUGE }
        : { dataPointType: DataPointType.SUM, isMonotonic: kind === 'counter' }),
    };
  }
}

function gpuAttributes({ id, index, name, vendor }: GpuReading): Attributes {
  return {
    'hw.id': id ?? `${index}`,
    'hw.name': `GPU ${index}`,
    'hw.model': name,
    'hw.vendor': vendor,
  };
}

/** Converts Unix milliseconds to seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];
}
