import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../../shared/wire.ts';
import {
  activityFilterSchema,
  exportSchema,
  gpuQuerySchema,
  rollupQuerySchema,
  seriesQuerySchema,
  topQuerySchema,
} from '../../records/ledger/query-schemas.ts';
import type { ExportQuery } from '../../records/ledger/query-schemas.ts';
import { BACKWARD, BACKWARD_DAYS, isForward } from '../../records/ledger/ranges.ts';
import type { Recorder } from '../../records/recorder.ts';
import { gpuPoint, percentiles, rollupRow, series, topRow } from '../schemas/ledger-schemas.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';

const NUMBERS = ['from', 'to', 'limit', 'bucket_ms', 'status_class'];
const BOOLEANS = ['inference'];

const CONTENT_TYPES: Readonly<Record<ExportQuery['format'], string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** The query of a ranking over HTTP, where the order is a wire name. */
const topWireSchema = v.pipe(
  v.strictObject({
    ...topQuerySchema.entries,
    order: v.optional(
      v.picklist(['requests', 'errors', 'input_tokens', 'output_tokens', 'total_tokens']),
      'total_tokens',
    ),
    limit: v.optional(topQuerySchema.entries.limit.wrapped, 10),
  }),
  v.check(({ fromDay, toDay }) => isForward(fromDay, toDay), BACKWARD_DAYS),
);
const ORDERS = {
  requests: 'requests',
  errors: 'errors',
  input_tokens: 'inputTokens',
  output_tokens: 'outputTokens',
  total_tokens: 'totalTokens',
} as const;
const filterSchema = v.pipe(
  v.strictObject(activityFilterSchema.entries),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
const format = v.optional(exportSchema.entries.format, 'csv');
const exportQuerySchema = v.pipe(
  v.strictObject({ format, ...activityFilterSchema.entries }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);
const { from, to } = activityFilterSchema.entries;
/**
 * Sums are not tied to single exchanges, so filters on exchanges are rejected rather than ignored.
 */
const sumsExportSchema = v.pipe(
  v.strictObject(
    { format, from, to },
    'this export takes no such filter; only from and to, and format',
  ),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
);

/**
 * Routes for charts, percentiles, rankings and exports. All data is read outside the main thread.
 */
export function historyRoutes({ ledger }: Recorder): Hono {
  const app = new Hono();
  app.get('/series', DESCRIBED.series, async (c) =>
    c.json(
      toWire(await ledger.series(checked(seriesQuerySchema, queryOf(c, { numbers: NUMBERS })))),
    ),
  );
  app.get('/gpu/history', DESCRIBED.gpu, async (c) =>
    c.json({
      points: toWire(await ledger.gpu(checked(gpuQuerySchema, queryOf(c, { numbers: NUMBERS })))),
    }),
  );
  app.get('/percentiles', DESCRIBED.percentiles, async (c) => {
    const filter = checked(filterSchema, queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }));
    return c.json(toWire(await ledger.percentiles(filter)));
  });
  app.get('/rollups', DESCRIBED.rollups, async (c) => {
    const { by, ...given } = queryOf(c);
    const dimensions = typeof by === 'string' ? { by: by.split(',') } : {};
    const rows = await ledger.rollups(checked(rollupQuerySchema, { ...given, ...dimensions }));
    return c.json({ rollups: toWire(rows) });
  });
  app.get('/top', DESCRIBED.top, async (c) => {
    const { order, ...query } = checked(topWireSchema, queryOf(c, { numbers: NUMBERS }));
    return c.json({ top: toWire(await ledger.top({ ...query, order: ORDERS[order] })) });
  });
  addExport(app, ledger);
  return app;
}

function addExport(app: Hono, ledger: Recorder['ledger']): void {
  app.get('/export/:what', DESCRIBED.export, async (c) => {
    const given = queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS });
    const { what } = checked(exportParams, { what: c.req.param('what') });
    const schema = what === 'activity' ? exportQuerySchema : sumsExportSchema;
    const { format, ...filter } = checked<v.InferOutput<typeof exportQuerySchema>>(schema, given);
    const query: ExportQuery = { what, format, filter };
    await ledger.flush();
    const pieces = ledger.exportRows(query)[Symbol.asyncIterator]();
    // Reads the first piece before sending the headers, so that a failure becomes a status, not an
    // empty file.
    const first = await pieces.next();
    c.header('Content-Type', CONTENT_TYPES[query.format]);
    c.header('Content-Disposition', `attachment; filename="tokwatt-${query.what}.${query.format}"`);
    return c.body(streamOf(first, pieces));
  });
}

const exportParams = v.object({ what: exportSchema.entries.what });
const history = { tag: 'history', problems: [503] } as const;
const DESCRIBED = {
  series: described({
    ...history,
    summary: 'Chart points by bucket',
    query: seriesQuerySchema,
    answer: series,
  }),
  gpu: described({
    ...history,
    summary: 'GPU samples by bucket',
    query: gpuQuerySchema,
    answer: v.strictObject({ points: v.array(gpuPoint) }),
  }),
  percentiles: described({
    ...history,
    summary: 'Mean, p50, p95 and p99 of latency, time to first token and output speed',
    query: filterSchema,
    answer: percentiles,
  }),
  rollups: described({
    ...history,
    summary: 'Sums by local day and by the dimensions in `by`',
    query: rollupQuerySchema,
    answer: v.strictObject({ rollups: v.array(rollupRow) }),
  }),
  top: described({
    ...history,
    summary: 'The names with the highest sums',
    query: topWireSchema,
    answer: v.strictObject({ top: v.array(topRow) }),
  }),
  export: described({
    ...history,
    summary: 'Rows as a file, streamed',
    description:
      '`activity` accepts every filter; `rollups` (by whole local days) and `series` accept only `from` and `to`.',
    params: exportParams,
    query: exportQuerySchema,
    answer: { media: Object.values(CONTENT_TYPES), description: 'The file.' },
  }),
};

/**
 * Streams pieces of text as a body. Each piece is created on demand, and none after the reader has
 * left. An error aborts the answer, so that it does not look complete.
 */
function streamOf(
  first: IteratorResult<string, unknown>,
  rest: AsyncIterator<string, unknown>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string, unknown> | null = first;
  return new ReadableStream({
    async pull(controller) {
      const piece = next ?? (await rest.next());
      next = null;
      if (piece.done === true) controller.close();
      else controller.enqueue(encoder.encode(piece.value));
    },
    async cancel() {
      await rest.return?.();
    },
  });
}
