import { canonicalModelName } from '../../../../shared/model-names.ts';

/** Joules; null if no counted exchange has a known energy. */
type Counts = Readonly<Record<string, number | null>>;

/** The counters of the usage payload. */
export interface Tallies {
  readonly totals: Counts;
  readonly features: Counts;
  readonly endpoints: Counts;
  readonly architectures: Counts;
  readonly apis: Counts;
  readonly models: Readonly<Record<string, Counts>>;
}

/** Nothing yet. */
export const NO_TALLIES: Tallies = {
  totals: {},
  features: {},
  endpoints: {},
  architectures: {},
  apis: {},
  models: {},
};

/**
 * The difference since `before`. A counter that became smaller was reset, so its whole value counts.
 * Names without a change are left out; fixed fields stay.
 */
export function talliesSince(now: Tallies, before: Tallies): Tallies {
  const reported = namedAs(before.models, now.models);
  const models = Object.entries(now.models)
    .map(([name, counts]) => [name, sumsSince(counts, reported.get(name) ?? {})] as const)
    .filter(([, counts]) => !isZero(counts));
  return {
    totals: sumsSince(now.totals, before.totals),
    features: difference(now.features, before.features),
    endpoints: withoutZeros(difference(now.endpoints, before.endpoints)),
    architectures: withoutZeros(difference(now.architectures, before.architectures)),
    apis: withoutZeros(difference(now.apis, before.apis)),
    models: Object.fromEntries(models),
  };
}

/** Earlier counts by the present names. Several names of a model may have become one since then. */
function namedAs(before: Tallies['models'], now: Tallies['models']): Map<string, Counts> {
  const sums = new Map<string, Counts>();
  for (const [name, counts] of Object.entries(before)) {
    const canonical = canonicalModelName('ollama', name);
    const isOne = !Object.hasOwn(now, name) && Object.hasOwn(now, canonical);
    const target = isOne ? canonical : name;
    sums.set(target, together(sums.get(target) ?? {}, counts));
  }
  return sums;
}

function together(one: Counts, other: Counts): Counts {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const sums = names.map((name) => {
    const [first, second] = [own(one, name) ?? null, own(other, name) ?? null];
    return [name, first === null && second === null ? null : (first ?? 0) + (second ?? 0)] as const;
  });
  return Object.fromEntries(sums);
}

/** Energy that did not grow is null, because a measured energy is hardly ever 0. */
function sumsSince(now: Counts, before: Counts): Counts {
  const sums = difference(now, before);
  const entries = Object.entries(sums).map(([name, value]) => {
    const isNothing = value === 0 && isEnergySum(name);
    return [name, isNothing ? null : value] as const;
  });
  return Object.fromEntries(entries);
}

function isEnergySum(name: string): boolean {
  return name.endsWith('_joules') || name.startsWith('rated_');
}

function difference(now: Counts, before: Counts): Counts {
  const entries = Object.entries(now).map(([name, value]) => {
    if (value === null) return [name, null] as const;
    const earlier = own(before, name) ?? 0;
    return [name, earlier <= value ? value - earlier : value] as const;
  });
  return Object.fromEntries(entries);
}

/** A model may be called `constructor`. */
function own<Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

function isZero(counts: Counts): boolean {
  return Object.values(counts).every((value) => value === 0 || value === null);
}

/** Checked by hand, because map schemas drop names such as `constructor`, which a model may have. */
export function areTallies(value: unknown): value is Tallies {
  if (!isMap(value)) return false;
  const { models, ...maps } = { ...NO_TALLIES, ...value };
  return isMap(models) && [...Object.values(maps), ...Object.values(models)].every(areCounts);
}

function areCounts(value: unknown): value is Counts {
  return (
    isMap(value) &&
    Object.values(value).every((count) => count === null || typeof count === 'number')
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
