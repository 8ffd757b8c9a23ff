import type {
  Figure,
  Split,
  StateFigure,
  TodayFigure,
} from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import { localDate } from '../../../shared/format.ts';
import { meansModel } from '../../../shared/model-names.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { Tally } from '../../../shared/tally.ts';
import { EMPTY_PERIOD } from '../records/totals/period.ts';
import { heldDay } from '../records/totals/stats.ts';
import type { Stats } from '../records/totals/stats.ts';
import { EMPTY_TALLY, sumTallies } from '../records/totals/tally.ts';
import type { Clock } from './clock.ts';
import { MAX_SUBJECTS, isMeant } from './figure-reader.ts';
import type { FigureReader, Subject } from './figure-reader.ts';
import { WindowFigureReader } from './window-reader.ts';

/** The data that figures are read from. */
export interface AlertSources {
  readonly state: () => State;
  readonly stats: () => Stats;
}

/** Creates the reader of a rule's figure. */
export function createFigureReader(
  rule: AlertRule,
  sources: AlertSources,
  clock: Clock,
): FigureReader {
  const figure: Figure = figureOf(rule.figure);
  switch (figure.kind) {
    case 'window':
      return new WindowFigureReader(rule, figure, clock(), () => sources.stats().ollamaUpstreams);
    case 'today':
      return {
        observe: () => undefined,
        read: (at) => readToday(rule, figure, sources.stats(), at.wall),
        // A new day has begun, and this name has no exchange in it yet.
        absent: figure.absent,
      };
    case 'state':
      return {
        observe: () => undefined,
        read: (at) => readState(rule, figure, sources, at.wall),
        absent: figure.fold === 'sum' ? 0 : null,
      };
  }
}

/** Totals are kept by one dimension at a time, and the schema refuses rules that need two. */
function readToday(
  { by, where }: AlertRule,
  { sum }: TodayFigure,
  stats: Stats,
  wall: number,
): Map<Subject, number | null> {
  const day = heldDay(stats, localDate(wall)) ?? EMPTY_PERIOD;
  const lines = (split: Split): readonly (Tally & { readonly name: string })[] =>
    isOfTotals(split) ? day.by[split] : [];
  const [filter] = Object.entries(where) as [Split, string][];
  if (filter === undefined) {
    if (by === null) return new Map([[null, sum(day.all)]]);
    return new Map(lines(by).map((line) => [line.name, sum(line)] as const));
  }
  const [split, name] = filter;
  const own = lines(split).filter((line) =>
    split === 'model' ? meansLine(stats, name, line.name) : line.name === name,
  );
  const tally = own.reduce<Tally>(sumTallies, EMPTY_TALLY);
  return new Map([[by === null ? null : name, sum(tally)]]);
}

/** Lines by model do not say whose they are, but `series` do. */
function meansLine({ series, ollamaUpstreams }: Stats, wanted: string, line: string): boolean {
  const isOllama = series.some(
    ({ model, upstream }) => model === line && ollamaUpstreams.includes(upstream),
  );
  return meansModel(wanted, line, isOllama);
}

function readState(
  { by, where, op }: AlertRule,
  { fold, readings }: StateFigure,
  { state, stats }: AlertSources,
  wall: number,
): Map<Subject, number | null> {
  const values = new Map<Subject, number | null>();
  if (by === null && fold === 'sum') values.set(null, 0);
  for (const { names, value } of readings(state(), wall)) {
    const subject = by === null ? null : (names[by] ?? null);
    if (!isMeant(names, where, stats().ollamaUpstreams) || (by !== null && subject === null))
      continue;
    const before = values.get(subject);
    if (before === undefined && values.size >= MAX_SUBJECTS) continue;
    values.set(subject, together(before ?? null, value, fold, op));
  }
  return values;
}

function together(
  a: number | null,
  b: number | null,
  fold: StateFigure['fold'],
  op: AlertRule['op'],
): number | null {
  if (a === null || b === null) return a ?? b;
  if (fold === 'sum') return a + b;
  return op === 'above' ? Math.max(a, b) : Math.min(a, b);
}

function isOfTotals(split: Split): split is Split & keyof typeof EMPTY_PERIOD.by {
  return split in EMPTY_PERIOD.by;
}
