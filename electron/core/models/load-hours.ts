import * as v from 'valibot';
import type { ModelLoads } from '../../../shared/models-view.ts';

const HOUR_MS = 3_600_000;
/** Hours older than that are forgotten, days. */
const KEPT_DAYS = 90;
/** Most lines kept; the oldest are forgotten. */
const MAX_LINES = 10_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The loads of one model at one upstream in one hour. */
const lineSchema = v.object({
  /** Hours since 1970. */
  hour: count,
  upstream: v.string(),
  model: v.string(),
  loads: count,
  swaps: count,
  timedLoads: count,
  waitedMs: v.pipe(v.number(), v.minValue(0)),
  /** The models that left for it; a name comes as often as it left. */
  displaced: v.array(v.string()),
});
type Line = v.InferOutput<typeof lineSchema>;

export interface CountedLoad {
  readonly upstream: string;
  readonly model: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly displaced: readonly string[];
}

/** Loads and swaps by hour. */
export class LoadHours {
  #lines: Line[];

  /** @param stored the lines of earlier runs; invalid ones are left out */
  constructor(stored: unknown) {
    this.#lines = Array.isArray(stored)
      ? stored.flatMap((each: unknown) => {
          const result = v.safeParse(lineSchema, each);
          return result.success ? result.output : [];
        })
      : [];
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  add({ displaced, ...load }: CountedLoad): void {
    const line = this.#lineOf(load);
    line.loads += 1;
    if (displaced.length > 0) line.swaps += 1;
    line.displaced.push(...displaced);
  }

  /** Adds the duration of a load that was or will be counted. */
  addWait(load: Omit<CountedLoad, 'displaced'>, waitedMs: number): void {
    const line = this.#lineOf(load);
    line.timedLoads += 1;
    line.waitedMs += waitedMs;
  }

  /** Hours count if they begin in the range. */
  of(model: string, from: number, to: number): ModelLoads {
    const range = this.#lines.filter(({ hour }) => hour * HOUR_MS >= from && hour * HOUR_MS < to);
    const own = range.filter((line) => line.model === model);
    const sum = (of: (line: Line) => number): number =>
      own.reduce((all, line) => all + of(line), 0);
    const timedLoads = sum((line) => line.timedLoads);
    return {
      ...{ from, to, loads: sum(({ loads }) => loads), swaps: sum(({ swaps }) => swaps) },
      ...{ timedLoads, waitedMs: timedLoads === 0 ? null : sum(({ waitedMs }) => waitedMs) },
      displaced: counted(own.flatMap(({ displaced }) => displaced)),
      timesDisplaced: range
        .flatMap(({ displaced }) => displaced)
        .filter((displaced) => displaced === model).length,
    };
  }

  #lineOf({ upstream, model, at }: Omit<CountedLoad, 'displaced'>): Line {
    const hour = Math.floor(at / HOUR_MS);
    const known = this.#lines.find(
      (line) => line.hour === hour && line.upstream === upstream && line.model === model,
    );
    if (known !== undefined) return known;
    const sums = { loads: 0, swaps: 0, timedLoads: 0, waitedMs: 0 };
    const line: Line = { hour, upstream, model, ...sums, displaced: [] };
    const oldest = hour - KEPT_DAYS * 24;
    this.#lines = [...this.#lines.filter((each) => each.hour >= oldest), line].slice(-MAX_LINES);
    return line;
  }
}

function counted(names: readonly string[]): ModelLoads['displaced'] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times]
    .map(([model, each]) => ({ model, times: each }))
    .sort((a, b) => b.times - a.times || a.model.localeCompare(b.model));
}
