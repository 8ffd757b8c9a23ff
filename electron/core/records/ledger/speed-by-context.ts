import type {
  ContextBin,
  ContextPoint,
  Deciles,
  SpeedByContext,
} from '../../../../shared/history.ts';
import { both, planActivity, timeRange } from './activity-filter.ts';
import type { Driver } from './activity-filter.ts';
import { numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import type { ContextQuery } from './history-query.ts';
import type { NameReader } from './names.ts';
import { isEstimated } from './packed-values.ts';
import type { Between } from './series-query.ts';
import { asNumber } from './sql-values.ts';

const DAY_MS = 86_400_000;
/** The range is cut into slices, and of each the newest exchanges are read: a bounded sample of all of it. */
const SLICES = 40;
const ROWS_A_SLICE = 200;
const MAX_POINTS = 500;
const COLUMNS = ['id', 'completed_at', 'input_tokens', 'output_rate', 'prompt_rate', 'provenance'];

/**
 * Returns speeds of a model against the length of the prompt, of at most 8,000 exchanges. Estimated speeds are left
 * out.
 */
export async function readSpeedByContext(
  db: Db,
  names: NameReader,
  { model, days, now }: ContextQuery & { readonly now: number },
  between: Between,
): Promise<SpeedByContext> {
  const to = now + 1;
  const from = to - days * DAY_MS;
  const drivers = planActivity(db, names, { model }, 'apart')?.drivers ?? [];
  const points: ContextPoint[] = [];
  let isSample = false;
  for (let slice = 0; slice < SLICES; slice++) {
    const width = (to - from) / SLICES;
    const bounds = {
      from: Math.round(from + slice * width),
      to: Math.round(from + (slice + 1) * width),
    };
    for (const driver of drivers) {
      const rows = newestOf(db, driver, bounds);
      isSample ||= rows.length === ROWS_A_SLICE;
      points.push(...rows.flatMap(pointOf));
    }
    if (slice % 8 === 7) await between();
  }
  points.sort((a, b) => a.contextTokens - b.contextTokens || a.id - b.id);
  const exchanges = points.length;
  return { from, to, model, exchanges, isSample, points: thinned(points), bins: binsOf(points) };
}

function newestOf(
  db: Db,
  driver: Driver,
  bounds: { readonly from: number; readonly to: number },
): SqlRow[] {
  const { sql, parameters } = both([driver.condition, timeRange(bounds)]);
  return db.rows(
    `SELECT ${numbers(...COLUMNS)} FROM activity INDEXED BY ${driver.index}
     WHERE ${sql} AND inference = 1 AND input_tokens > 0
     ORDER BY completed_at DESC LIMIT ${ROWS_A_SLICE}`,
    parameters,
  );
}

function pointOf(row: SqlRow): ContextPoint[] {
  const [id, at, context, output, prompt, packed] = row.map(asNumber);
  const provenance = packed ?? 0;
  const outputTokensPerSecond = isEstimated(provenance, 'outputRate') ? null : (output ?? null);
  const promptTokensPerSecond = isEstimated(provenance, 'promptRate') ? null : (prompt ?? null);
  if (outputTokensPerSecond === null && promptTokensPerSecond === null) return [];
  const speeds = { outputTokensPerSecond, promptTokensPerSecond };
  return [{ id: id ?? 0, at: at ?? 0, contextTokens: context ?? 0, ...speeds }];
}

/** Takes points at equal distances in the order of their contexts, always with the first and the last. */
function thinned(points: readonly ContextPoint[]): ContextPoint[] {
  if (points.length <= MAX_POINTS) return [...points];
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}

/** One bin for each power of two. */
function binsOf(points: readonly ContextPoint[]): ContextBin[] {
  const bins = new Map<number, ContextPoint[]>();
  for (const point of points) {
    const power = Math.ceil(Math.log2(Math.max(1, point.contextTokens)));
    bins.set(power, [...(bins.get(power) ?? []), point]);
  }
  return [...bins].map(([power, inBin]) => ({
    from: power === 0 ? 0 : 2 ** (power - 1),
    to: 2 ** power,
    outputTokensPerSecond: decilesOf(inBin.map((point) => point.outputTokensPerSecond)),
    promptTokensPerSecond: decilesOf(inBin.map((point) => point.promptTokensPerSecond)),
  }));
}

/** By nearest rank. */
function decilesOf(values: readonly (number | null)[]): Deciles {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (rank: number): number | null =>
    sorted[Math.max(1, Math.ceil(rank * sorted.length)) - 1] ?? null;
  return { count: sorted.length, p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
