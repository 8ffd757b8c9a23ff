import type { GpuPoint } from '../../../../shared/gpu-history.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import { sumsOfModel } from './model-names.ts';
import type { NameReader } from './names.ts';
import type { ActivityFilter, GpuQuery, Series, SeriesQuery } from './query-schemas.ts';
import { asNumber, asText } from './sql-values.ts';
import { CELL, HOUR_SPAN, MINUTES_KEPT_DAYS, MINUTE_MS, MINUTE_SPAN } from './series.ts';
import { BucketLines } from './series-lines.ts';
import { SeriesSums } from './series-sums.ts';
import { SketchSum } from '../../sketch/sketch-sum.ts';

type Which = Pick<ActivityFilter, 'from' | 'to' | 'model' | 'upstream'>;

/** Awaited between two pieces of work, so that other queries can run. */
export type Between = () => Promise<void>;

/** Returns chart points by bucket, from rows of minutes or of hours. */
export async function readSeries(
  db: Db,
  names: NameReader,
  query: SeriesQuery,
  now: number,
  between: Between,
): Promise<Series> {
  const bucketMs = Math.floor(query.bucketMs / MINUTE_MS) * MINUTE_MS;
  const width = bucketMs / MINUTE_MS;
  const apart = query.groupBy !== undefined || isNarrowed(query);
  const lines = new BucketLines((id) => names.value(asNumber(id)));
  const add = (row: SqlRow): void => {
    const [at, upstream, model] = row;
    // The total row has only the peak of the line for everything, not of other lines.
    const isEverything = upstream === 0;
    if (isEverything && apart) return;
    const id = query.groupBy === undefined ? 0 : query.groupBy === 'model' ? model : upstream;
    const sums = lines.at(Math.floor(Number(at) / width) * width, id ?? null);
    const peak = sums.inFlightPeak;
    sums.addRow(row, 3);
    if (!isEverything && !apart) sums.inFlightPeak = peak;
  };
  const hoursDo = width % HOUR_SPAN === 0;
  for (const { rows } of slicesOf(db, names, query, hoursDo)) {
    rows.forEach(add);
    await between();
  }
  return { bucketMs, hourlyBefore: now - MINUTES_KEPT_DAYS * 86_400_000, points: lines.close() };
}

/** Returns the sums of a range in one cell, with the minutes that it actually covers. */
export async function readCells(
  db: Db,
  names: NameReader,
  which: Which,
  between: Between,
): Promise<{
  readonly cell: SeriesSums<SketchSum>;
  readonly from: number | null;
  readonly to: number | null;
}> {
  const cell = new SeriesSums(() => new SketchSum());
  let from: number | null = null;
  let to: number | null = null;
  for (const { span, rows } of slicesOf(db, names, which, true)) {
    for (const row of rows) {
      const [at, upstream] = row;
      if (upstream === 0) continue;
      cell.addRow(row, 3);
      from = Math.min(from ?? Infinity, Number(at));
      to = Math.max(to ?? 0, Number(at) + span);
    }
    await between();
  }
  return { cell, from, to };
}

function isNarrowed({ model, upstream }: Which): boolean {
  return model !== undefined || upstream !== undefined;
}

/** Minutes of the range that are read at once, for rows of a minute and of an hour. */
const SLICE_MINUTES = { [MINUTE_SPAN]: 1_440, [HOUR_SPAN]: 86_400 } as const;

export interface Piece {
  readonly span: typeof MINUTE_SPAN | typeof HOUR_SPAN;
  readonly begin: number;
  readonly end: number;
}

/**
 * Returns the rows that cover a range, in minutes since 1970: hours if their minutes were deleted
 * or if `hoursDo`, and minutes for the rest. Without minutes, an hour belongs to the range if it
 * starts in it.
 */
export function piecesOf(db: Db, begin: number, end: number, hoursDo: boolean): Piece[] {
  const oldest = db.number('SELECT min(at) FROM series WHERE span = ?', [MINUTE_SPAN]);
  if (oldest === null) return [{ span: HOUR_SPAN, begin, end }];
  const minutesFrom = Math.floor(oldest / HOUR_SPAN) * HOUR_SPAN;
  const old: Piece = { span: HOUR_SPAN, begin, end: Math.min(end, minutesFrom) };
  const from = Math.max(begin, minutesFrom);
  const firstHour = Math.ceil(from / HOUR_SPAN) * HOUR_SPAN;
  const lastHour = Math.floor(end / HOUR_SPAN) * HOUR_SPAN;
  const young: Piece[] =
    hoursDo && firstHour < lastHour
      ? [
          { span: MINUTE_SPAN, begin: from, end: firstHour },
          { span: HOUR_SPAN, begin: firstHour, end: lastHour },
          { span: MINUTE_SPAN, begin: lastHour, end },
        ]
      : [{ span: MINUTE_SPAN, begin: from, end }];
  return [old, ...young];
}

/** Yields the rows of a range in slices in the order of time, so that other queries can run between them. */
function* slicesOf(
  db: Db,
  names: NameReader,
  which: Which,
  hoursDo: boolean,
): Generator<{ readonly span: number; readonly rows: readonly SqlRow[] }> {
  const { model, upstream } = which;
  const ofModel = model === undefined ? '1' : sumsOfModel(db, names, model);
  const ofUpstream = upstream === undefined ? '1' : 'upstream = ?';
  const filters = upstream === undefined ? [] : [names.id('upstream', upstream) ?? -1];
  const begin = Math.ceil((which.from ?? 0) / MINUTE_MS);
  const end = Math.ceil((which.to ?? Number.MAX_SAFE_INTEGER) / MINUTE_MS);
  const first = 'SELECT min(at) FROM series WHERE span = ? AND at >= ? AND at < ?';
  const rows = `SELECT ${numbers('at', 'upstream', 'model')}, ${CELL} FROM series
    WHERE span = ? AND at >= ? AND at < ? AND ${ofModel} AND ${ofUpstream} ORDER BY at`;
  for (const piece of piecesOf(db, begin, end, hoursDo)) {
    let at = db.number(first, [piece.span, piece.begin, piece.end]);
    while (at !== null) {
      const until = Math.min(piece.end, at + SLICE_MINUTES[piece.span]);
      yield { span: piece.span, rows: db.rows(rows, [piece.span, at, until, ...filters]) };
      at = db.number(first, [piece.span, until, piece.end]);
    }
  }
}

/**
 * Returns GPU readings by bucket. A bucket's mean gives each stored row the same weight. Buckets
 * narrower than the stored rows have fewer points.
 */
export function readGpuSeries(db: Db, { from, to, bucketMs }: GpuQuery): GpuPoint[] {
  const width = Math.max(1, Math.floor(bucketMs / 1_000));
  const rows = db.rows(
    `SELECT at / ${width} * ${width} AS bucket, ${numbers('position')}, ${bytes('uid', 'name')},
       ${figure('utilization')}, ${figure('memory_used')}, ${figure('temperature')},
       ${figure('power')}, ${numbers('max(memory_total)', 'max(power_limit)')}
     FROM gpu_sample JOIN gpu ON gpu.id = gpu_sample.gpu
     WHERE span IN (1, 60, 900) AND at >= ? AND at < ?
     GROUP BY bucket, gpu.id ORDER BY bucket, position, gpu.id`,
    [Math.floor(from / 1_000), Math.ceil(to / 1_000)],
  );
  return rows.map((row) => {
    const number = (index: number): number | null => asNumber(row[index]);
    const id = asText(row[2]);
    return {
      at: (number(0) ?? 0) * 1_000,
      index: number(1) ?? 0,
      id: id === '' ? null : id,
      name: asText(row[3]) ?? '',
      utilizationPercent: number(4),
      utilizationMin: number(5),
      utilizationMax: number(6),
      memoryUsedBytes: number(7),
      memoryUsedMin: number(8),
      memoryUsedMax: number(9),
      temperatureC: number(10),
      temperatureMin: number(11),
      temperatureMax: number(12),
      powerW: number(13),
      powerMin: number(14),
      powerMax: number(15),
      memoryTotalBytes: number(16),
      powerLimitW: number(17),
    };
  });
}

/** Mean, least and greatest of a column. A stored row of one reading has no range of its own. */
function figure(column: string): string {
  const least = `min(coalesce(${column}_min, ${column}))`;
  const greatest = `max(coalesce(${column}_max, ${column}))`;
  return `avg(${column}), ${numbers(least, greatest)}`;
}
