import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../shared/wire.ts';
import {
  activityFilterSchema,
  exportSchema,
  gpuQuerySchema,
  rollupQuerySchema,
  seriesQuerySchema,
  topQuerySchema,
} from '../ledger/queries.ts';
import type { ExportQuery } from '../ledger/queries.ts';
import type { Recorder } from '../recorder.ts';
import { checked, queryOf } from './problem.ts';

const NUMBERS = ['from', 'to', 'limit', 'bucket_ms', 'status_class'];
const BOOLEANS = ['inference'];

const CONTENT_TYPES: Readonly<Record<ExportQuery['format'], string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

/** What was: charts, percentiles, rankings, exports. All of it is read off the main thread. */
export function historyRoutes({ ledger }: Recorder): Hono {
  const app = new Hono();
  app.get('/series', async (c) =>
    c.json(
      toWire(await ledger.series(checked(seriesQuerySchema, queryOf(c, { numbers: NUMBERS })))),
    ),
  );
  app.get('/gpu/history', async (c) =>
    c.json({
      points: toWire(await ledger.gpu(checked(gpuQuerySchema, queryOf(c, { numbers: NUMBERS })))),
    }),
  );
  app.get('/percentiles', async (c) => {
    const filter = checked(
      v.strictObject(activityFilterSchema.entries),
      queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS }),
    );
    return c.json(toWire(await ledger.percentiles(filter)));
  });
  app.get('/rollups', async (c) => {
    const { by, ...given } = queryOf(c);
    const dimensions = typeof by === 'string' ? { by: by.split(',') } : {};
    const rows = await ledger.rollups(checked(rollupQuerySchema, { ...given, ...dimensions }));
    return c.json({ rollups: toWire(rows) });
  });
  app.get('/top', async (c) => {
    const { order = 'total_tokens', ...given } = queryOf(c, { numbers: NUMBERS });
    const camel = String(order).replace(/_([a-z])/g, (_, l: string) => l.toUpperCase());
    const rows = await ledger.top(checked(topQuerySchema, { ...given, order: camel }));
    return c.json({ top: toWire(rows) });
  });
  app.get('/export/:what', async (c) => {
    const { format = 'csv', ...filter } = queryOf(c, { numbers: NUMBERS, booleans: BOOLEANS });
    const query = checked(exportSchema, {
      what: c.req.param('what'),
      format,
      filter: checked(v.strictObject(activityFilterSchema.entries), filter),
    });
    await ledger.flush();
    const pieces = ledger.exportRows(query)[Symbol.asyncIterator]();
    // What cannot be read at all is an error with a status, and no empty file.
    const first = await pieces.next();
    c.header('Content-Type', CONTENT_TYPES[query.format]);
    c.header('Content-Disposition', `attachment; filename="tokwatt-${query.what}.${query.format}"`);
    return c.body(streamOf(first, pieces));
  });
  return app;
}

/**
 * Pieces of text as a body: the next is made when the reader wants it, none once the reader is
 * gone, and an error on the way breaks the answer off in place of ending it as if it were whole.
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
