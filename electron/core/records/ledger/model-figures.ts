import { Sketch } from '../../sketch/sketch.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import type { NameReader } from './names.ts';
import type { Between } from './series-query.ts';
import { HOUR_SPAN, MINUTE_MS } from './series.ts';
import { asBytes, asNumber } from './sql-values.ts';

export interface ModelFiguresQuery {
  /** Beginnings of days, ascending, Unix milliseconds. The last day has no end. */
  readonly days: readonly number[];
  /** The number of the newest days that count as recent. */
  readonly recentDays: number;
}

/** A median, and how many measurements it comes from. */
export interface Median {
  readonly count: number;
  /** Null without measurements. */
  readonly p50: number | null;
}

/** Speeds of one model over some days, without estimated ones. An hour belongs to its beginning. */
export interface ModelFigures {
  readonly model: string;
  /** Output tokens per second. */
  readonly rate: Median;
  readonly recentRate: Median;
  readonly earlierRate: Median;
  readonly ttftMs: Median;
  /** One for each day. */
  readonly daily: readonly (number | null)[];
  readonly places: readonly { readonly upstream: string; readonly rate: Median }[];
}

interface Cells {
  readonly days: Map<number, Sketch>;
  readonly upstreams: Map<number, Sketch>;
  readonly ttft: Sketch;
}

const ROWS = `SELECT ${numbers('at', 'upstream', 'model')}, ${bytes('rate', 'ttft')} FROM series
  WHERE span = ${HOUR_SPAN} AND at >= ? AND at < ? AND model <> 0`;

/** Returns the figures of all models with measurements in these days, from the sums by hour. */
export async function readModelFigures(
  db: Db,
  names: NameReader,
  { days, recentDays }: ModelFiguresQuery,
  between: Between,
): Promise<ModelFigures[]> {
  const models = new Map<number, Cells>();
  for (const [day, from] of days.entries()) {
    const to = days[day + 1] ?? Number.MAX_SAFE_INTEGER;
    const range = [from, to].map((at) => Math.ceil(at / MINUTE_MS));
    for (const row of db.rows(ROWS, range)) addRow(models, day, row);
    await between();
  }
  return [...models].flatMap(([id, cells]) => {
    const model = names.value(id);
    return model === null ? [] : figuresOf(model, cells, names, days.length, recentDays);
  });
}

function addRow(models: Map<number, Cells>, day: number, row: SqlRow): void {
  const [upstream, model] = [asNumber(row[1]) ?? 0, asNumber(row[2]) ?? 0];
  const cells = models.get(model) ?? { days: new Map(), upstreams: new Map(), ttft: new Sketch() };
  models.set(model, cells);
  const rate = new Sketch();
  rate.mergeEncoded(asBytes(row[3]));
  sketchAt(cells.days, day).merge(rate);
  sketchAt(cells.upstreams, upstream).merge(rate);
  cells.ttft.mergeEncoded(asBytes(row[4]));
}

function sketchAt(sketches: Map<number, Sketch>, key: number): Sketch {
  const sketch = sketches.get(key) ?? new Sketch();
  sketches.set(key, sketch);
  return sketch;
}

function figuresOf(
  model: string,
  { days, upstreams, ttft }: Cells,
  names: NameReader,
  count: number,
  recentDays: number,
): ModelFigures {
  const all = new Sketch();
  const recent = new Sketch();
  const earlier = new Sketch();
  for (const [day, sketch] of days) {
    all.merge(sketch);
    (day >= count - recentDays ? recent : earlier).merge(sketch);
  }
  return {
    model,
    ...{ rate: median(all), recentRate: median(recent), earlierRate: median(earlier) },
    ttftMs: median(ttft),
    daily: Array.from({ length: count }, (_, day) => {
      const sketch = days.get(day);
      return sketch === undefined ? null : median(sketch).p50;
    }),
    places: [...upstreams].flatMap(([id, sketch]) => {
      const upstream = names.value(id);
      return upstream === null ? [] : [{ upstream, rate: median(sketch) }];
    }),
  };
}

function median(sketch: Sketch): Median {
  const [p50 = null] = sketch.quantiles([0.5]);
  return { count: sketch.count, p50 };
}
