/**
 * A real HTTP receiver for OTLP protobuf. It keeps the latest point of each series and all spans.
 */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { Message } from './protobuf.ts';

export type Attributes = Readonly<Record<string, string | number | boolean | string[]>>;

/** The latest point of a series. */
export interface Point {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly monotonic: boolean;
  /** 2 means cumulative; null for a gauge. */
  readonly temporality: number | null;
  readonly attributes: Attributes;
  /** The value of a gauge or sum; the sum of a histogram. */
  readonly value: number;
  /** The count of a histogram; otherwise 0. */
  readonly count: number;
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly startedAt: number;
  readonly at: number;
}

export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly parentId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly status: { readonly code: number; readonly message: string };
}

export interface OtlpCollector {
  readonly url: string;
  readonly port: number;
  /** The resource of the latest message. */
  readonly resource: () => Attributes;
  readonly spans: readonly CollectedSpan[];
  readonly requests: readonly {
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** The series with this name and these attributes. */
  points(name: string, attributes?: Attributes): Point[];
  /** All names seen. */
  names(): string[];
  /** Everything received, as text, to search for forbidden content. */
  text(): string;
  /** Sets the status of all later answers; 0 sends no answer. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

export async function startOtlpCollector(port = 0): Promise<OtlpCollector> {
  const points = new Map<string, Point>();
  const spans: CollectedSpan[] = [];
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const bodies: Buffer[] = [];
  let resource: Attributes = {};
  let status = 200;
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const path = request.url ?? '';
      requests.push({ path, headers: request.headers });
      if (status === 0) return;
      if (status !== 200) return void response.writeHead(status).end('{"message":"no"}');
      bodies.push(body);
      for (const group of new Message(body).messages(1)) {
        resource = attributesOf(group.message(1) ?? EMPTY, 1);
        const items = group.messages(2).flatMap((scope) => scope.messages(2));
        if (path.endsWith('/v1/traces')) spans.push(...items.map(spanOf));
        else for (const point of items.flatMap(pointsOf)) points.set(keyOf(point), point);
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    resource: () => resource,
    spans,
    requests,
    points: (name, attributes = {}) =>
      [...points.values()].filter((point) => point.name === name && contains(point, attributes)),
    names: () => [...new Set([...points.values()].map(({ name }) => name))].sort(),
    text: () => Buffer.concat(bodies).toString('latin1'),
    answerWith: (next) => (status = next),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const EMPTY = new Message(Buffer.alloc(0));

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function keyOf({ name, attributes }: Point): string {
  return JSON.stringify([name, Object.entries(attributes).sort()]);
}

function contains({ attributes }: Point, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([key, value]) => attributes[key] === value);
}

/** Field numbers are those of opentelemetry-proto's metrics.proto. */
function pointsOf(metric: Message): Point[] {
  const [gauge, sum, histogram] = [metric.message(5), metric.message(7), metric.message(9)];
  const data = gauge ?? sum ?? histogram;
  if (data === null) throw new Error(`${metric.text(1)} has no data of a known kind`);
  const common = {
    name: metric.text(1),
    description: metric.text(2),
    unit: metric.text(3),
    kind: gauge !== null ? 'gauge' : sum !== null ? 'sum' : 'histogram',
    monotonic: sum?.integer(3) === 1n,
    temporality: gauge === null ? Number(data.integer(2)) : null,
  } as const;
  return data.messages(1).map((point) => ({
    ...common,
    startedAt: millis(point.integer(2)),
    at: millis(point.integer(3)),
    ...(histogram === null ? numberOf(point) : distributionOf(point)),
  }));
}

type Figures = Pick<Point, 'attributes' | 'value' | 'count' | 'bounds' | 'buckets'>;

function numberOf(point: Message): Figures {
  return {
    attributes: attributesOf(point, 7),
    value: point.has(6) ? Number(BigInt.asIntN(64, point.integer(6))) : point.double(4),
    count: 0,
    bounds: [],
    buckets: [],
  };
}

function distributionOf(point: Message): Figures {
  return {
    attributes: attributesOf(point, 9),
    value: point.double(5),
    count: Number(point.integer(4)),
    bounds: point.doubles(7),
    buckets: point.fixed64s(6).map(Number),
  };
}

/** Field numbers are those of opentelemetry-proto's trace.proto. */
function spanOf(span: Message): CollectedSpan {
  const status = span.message(15) ?? EMPTY;
  return {
    name: span.text(5),
    kind: Number(span.integer(6)),
    traceId: span.bytes(1).toString('hex'),
    parentId: span.bytes(4).toString('hex'),
    startedAt: millis(span.integer(7)),
    endedAt: millis(span.integer(8)),
    attributes: attributesOf(span, 9),
    status: { code: Number(status.integer(3)), message: status.text(2) },
  };
}

function attributesOf(message: Message, field: number): Attributes {
  return Object.fromEntries(
    message.messages(field).map((pair) => [pair.text(1), valueOf(pair.message(2) ?? EMPTY)]),
  );
}

function valueOf(value: Message): Attributes[string] {
  if (value.has(1)) return value.text(1);
  if (value.has(2)) return value.integer(2) === 1n;
  if (value.has(3)) return Number(BigInt.asIntN(64, value.integer(3)));
  if (value.has(4)) return value.double(4);
  return value
    .messages(5)
    .flatMap((list) => list.messages(1))
    .map((item) => item.text(1));
}

function millis(nanos: bigint): number {
  return Number(nanos / 1_000n) / 1_000;
}
