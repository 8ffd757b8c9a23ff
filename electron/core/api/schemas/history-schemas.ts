/** Schemas of the answers for the history page, for the OpenAPI document. */
import * as v from 'valibot';
import type {
  ContextBin,
  ContextPoint,
  Deciles,
  Heatmap,
  HeatmapDay,
  Histogram,
  HistogramBar,
  History,
  HistoryDistribution,
  HistoryGpu,
  HistoryLine,
  HistoryRange,
  HistorySums,
  Interval,
  Quartiles,
  SpeedByContext,
  Usual,
  UsualFigure,
  UsualHour,
} from '../../../../shared/history.ts';
import { amount, count, flag, integer, moment, shape, text } from './state-schemas.ts';

const known = v.nullable(amount);
/** One value for each bucket. */
const column = v.array(known);
const day = v.pipe(text, v.isoDate());

const interval = shape<Interval>()({ from: moment, to: moment });
const sums = shape<HistorySums>()({
  requests: known,
  errors: known,
  inputTokens: known,
  cachedInputTokens: known,
  outputTokens: known,
  energyJoules: known,
  cost: v.nullable(v.number()),
  outputTokensPerSecond: v.strictObject({ p5: known, p50: known, p95: known }),
  timeToFirstTokenMs: v.strictObject({ p50: known, p95: known }),
});
const line = shape<HistoryLine>()({
  name: v.nullable(text),
  isOthers: flag,
  sums: v.pipe(sums, v.description('Over the whole range; null is unknown')),
  requests: column,
  errors: column,
  inputTokens: column,
  cachedInputTokens: column,
  outputTokens: column,
  energyJoules: column,
  cost: v.pipe(
    v.array(v.nullable(v.number())),
    v.description('Null if a part of the energy has no price'),
  ),
  outputTokensPerSecond: v.strictObject({ p5: column, p50: column, p95: column }),
  timeToFirstTokenMs: v.strictObject({ p50: column, p95: column }),
});
const range = shape<HistoryRange>()({ min: column, mean: column, max: column });

export const history = shape<History>()({
  from: moment,
  to: moment,
  bucketMs: integer,
  at: v.pipe(v.array(moment), v.description('The start of each bucket')),
  total: line,
  lines: v.array(line),
  gpu: shape<HistoryGpu>()({ powerW: range, utilizationPercent: range, memoryUsedBytes: range }),
  currency: v.nullable(text),
  off: v.pipe(v.array(interval), v.description('Times in which metering was off')),
  coveredFrom: v.pipe(
    v.nullable(moment),
    v.description('Figures before this time are unknown; null if the whole range is covered'),
  ),
  source: v.picklist(['sums', 'rows']),
});

const quartiles = v.nullable(shape<Quartiles>()({ p25: amount, p50: amount, p75: amount }));
const usualFigure = shape<UsualFigure>()({
  today: known,
  todaySoFar: known,
  usual: quartiles,
  usualSoFar: quartiles,
});
export const usual = shape<Usual>()({
  day,
  days: count,
  neededDays: count,
  hours: v.array(
    shape<UsualHour>()({
      hour: count,
      requests: usualFigure,
      tokens: usualFigure,
      energyJoules: usualFigure,
    }),
  ),
});

export const heatmap = shape<Heatmap>()({
  from: moment,
  to: moment,
  days: v.array(
    shape<HeatmapDay>()({ day, requests: column, tokens: column, energyJoules: column }),
  ),
});

const deciles = shape<Deciles>()({ count, p10: known, p50: known, p90: known });
export const speedByContext = shape<SpeedByContext>()({
  from: moment,
  to: moment,
  model: text,
  exchanges: count,
  isSample: flag,
  points: v.array(
    shape<ContextPoint>()({
      id: count,
      at: moment,
      contextTokens: amount,
      outputTokensPerSecond: known,
      promptTokensPerSecond: known,
    }),
  ),
  bins: v.array(
    shape<ContextBin>()({
      from: amount,
      to: amount,
      outputTokensPerSecond: deciles,
      promptTokensPerSecond: deciles,
    }),
  ),
});

const histogram = shape<Histogram>()({
  count,
  mean: known,
  p5: known,
  p50: known,
  p95: known,
  bars: v.array(shape<HistogramBar>()({ from: amount, to: amount, count })),
});
export const historyDistribution = shape<HistoryDistribution>()({
  from: moment,
  to: moment,
  outputTokensPerSecond: histogram,
  timeToFirstTokenMs: histogram,
  underTarget: known,
  ttftTargetMs: known,
  coveredFrom: v.nullable(moment),
});
