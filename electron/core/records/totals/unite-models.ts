import { canonicalModelName } from '../../../../shared/model-names.ts';
import type { Series } from './series.ts';
import type { Period } from './period.ts';
import type { Stats } from './stats.ts';
import { sumTallies } from './tally.ts';
import type { Line } from './tally.ts';

/** The recognised kind of an upstream; null while unknown. */
export interface UpstreamKind {
  readonly name: string;
  readonly kind: string | null;
}

/**
 * Records which upstreams are Ollama, and merges the lines of each of their models into one. A
 * model has several lines if it was counted before its upstream was recognised, or by an earlier
 * version. All sums stay the same. Returns the same object if nothing changed. `upstreams` are
 * those of the settings.
 */
export function uniteModels(stats: Stats, upstreams: readonly UpstreamKind[]): Stats {
  const ollama = ollamaUpstreams(stats.ollamaUpstreams, upstreams);
  const nameOf = renaming(stats, ollama, upstreams);
  const isNoted = ollama.join('\n') === stats.ollamaUpstreams.join('\n');
  if (isNoted && !hasSeveralNames(stats, ollama, nameOf)) return stats;
  const { ever, today, otherDay, period } = stats;
  return {
    ...stats,
    ollamaUpstreams: ollama,
    ever: { ...ever, by: united(ever.by, nameOf) },
    series: unitedSeries(stats.series, ollama),
    today: { ...today, by: united(today.by, nameOf) },
    otherDay: otherDay === null ? null : { ...otherDay, by: united(otherDay.by, nameOf) },
    period: { ...period, by: united(period.by, nameOf) },
  };
}

/** An upstream stays recorded while its server is down, until it is recognised as another kind. */
function ollamaUpstreams(noted: readonly string[], upstreams: readonly UpstreamKind[]): string[] {
  const others = upstreams.filter(({ kind }) => kind !== null && kind !== 'ollama');
  const now = upstreams.filter(({ kind }) => kind === 'ollama').map(({ name }) => name);
  const gone = new Set(others.map(({ name }) => name));
  return [...new Set([...noted, ...now])].filter((name) => !gone.has(name));
}

type Rename = (name: string) => string;

/**
 * Lines by model do not contain the upstream, but `series` do. A line is not merged if another
 * upstream of the settings has used the model, because its parts cannot be separated. A line that
 * is in no series is merged only if all requests came from Ollama.
 */
function renaming(
  { ever, series }: Stats,
  ollama: readonly string[],
  upstreams: readonly UpstreamKind[],
): Rename {
  const modelsOf = (isMeant: (upstream: string) => boolean): ReadonlySet<string> =>
    new Set(series.filter((line) => isMeant(line.upstream)).map(({ model }) => model));
  const others = upstreams.map(({ name }) => name).filter((name) => !ollama.includes(name));
  const theirs = modelsOf((name) => ollama.includes(name));
  const shared = modelsOf((name) => others.includes(name));
  const isAllTheirs = ever.by.upstream.every(({ name }) => ollama.includes(name));
  return (name) => {
    const isTheirs = isAllTheirs || (theirs.has(name) && !shared.has(name));
    return isTheirs ? canonicalModelName('ollama', name) : name;
  };
}

function hasSeveralNames(stats: Stats, ollama: readonly string[], nameOf: Rename): boolean {
  const { ever, today, otherDay, period, series } = stats;
  const periods = [ever, today, period, ...(otherDay === null ? [] : [otherDay])];
  return (
    periods.some(({ by }) => by.model.some(({ name }) => nameOf(name) !== name)) ||
    series.some((line) => seriesModel(line, ollama) !== line.model)
  );
}

function united(by: Period['by'], nameOf: Rename): Period['by'] {
  const lines = new Map<string, Line>();
  for (const line of by.model) {
    const name = nameOf(line.name);
    const before = lines.get(name);
    lines.set(name, before === undefined ? { ...line, name } : addLines(before, line));
  }
  return { ...by, model: [...lines.values()] };
}

function addLines(one: Line, other: Line): Line {
  return {
    name: one.name,
    ...sumTallies(one, other),
    timedTokens: one.timedTokens + other.timedTokens,
    timedSeconds: one.timedSeconds + other.timedSeconds,
    lastUsedAt: Math.max(one.lastUsedAt, other.lastUsedAt),
  };
}

function unitedSeries(all: readonly Series[], ollama: readonly string[]): Series[] {
  const lines = new Map<string, Series>();
  for (const line of all) {
    const model = seriesModel(line, ollama);
    const key = JSON.stringify([line.upstream, model, line.operation]);
    const before = lines.get(key);
    lines.set(key, before === undefined ? { ...line, model } : addSeries(before, line));
  }
  return [...lines.values()];
}

function seriesModel({ upstream, model }: Series, ollama: readonly string[]): string {
  return canonicalModelName(ollama.includes(upstream) ? 'ollama' : null, model);
}

function addSeries(one: Series, other: Series): Series {
  return {
    ...one,
    outcomes: addCounts(one.outcomes, other.outcomes),
    tokens: addCounts(one.tokens, other.tokens),
    estimatedTokens: addCounts(one.estimatedTokens, other.estimatedTokens),
  };
}

type Counts = Readonly<Record<string, number | undefined>>;

/** A count that is missing in both stays missing. */
function addCounts(one: Counts, other: Counts): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of [...Object.entries(one), ...Object.entries(other)]) {
    if (count !== undefined) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
