type Counts = Readonly<Record<string, number>>;

/** The part of the usage payload that counts; the rest of it says who and when. */
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
 * What came since `before`. Counters only grow: one that is smaller than it was has begun anew, and
 * counts whole. Names to which nothing came are left out; fixed fields are not.
 */
export function talliesSince(now: Tallies, before: Tallies): Tallies {
  const models = Object.entries(now.models)
    .map(([name, counts]) => [name, difference(counts, own(before.models, name) ?? {})] as const)
    .filter(([, counts]) => !isZero(counts));
  return {
    totals: difference(now.totals, before.totals),
    features: difference(now.features, before.features),
    endpoints: withoutZeros(difference(now.endpoints, before.endpoints)),
    architectures: withoutZeros(difference(now.architectures, before.architectures)),
    apis: withoutZeros(difference(now.apis, before.apis)),
    models: Object.fromEntries(models),
  };
}

function difference(now: Counts, before: Counts): Counts {
  const entries = Object.entries(now).map(([name, value]) => {
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
  return Object.values(counts).every((value) => value === 0);
}

/** Checked by hand: schemas of maps leave out names such as `constructor`, which a model may have. */
export function areTallies(value: unknown): value is Tallies {
  if (!isMap(value)) return false;
  const { models, ...maps } = { ...NO_TALLIES, ...value };
  return isMap(models) && [...Object.values(maps), ...Object.values(models)].every(areCounts);
}

function areCounts(value: unknown): value is Counts {
  return isMap(value) && Object.values(value).every((count) => typeof count === 'number');
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
