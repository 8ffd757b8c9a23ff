// @ts-check
/** What the bench reads from a ledger, and how long that takes. */
/**
 * @typedef {import('../electron/core/records/ledger/database.ts').Db} Db
 * @typedef {import('../electron/core/records/ledger/query-schemas.ts').ActivityQuery} ActivityQuery
 * @typedef {import('./ledger-parts.mjs').Parts} Parts
 */

/**
 * Returns the median time of a page in milliseconds for both files. They are measured alternately,
 * so that other load on the machine affects both equally.
 * @param {Parts} parts @param {Db[]} files @param {ActivityQuery} query
 */
export function timePage(parts, files, query) {
  const sides = files.map((db) => ({ db, names: new parts.NameReader(db), times: [0] }));
  for (let n = 0; n < 105; n++) {
    for (const { db, names, times } of sides) {
      const before = performance.now();
      parts.activityPage(db, names, query);
      if (n >= 5) times.push(performance.now() - before);
    }
  }
  return sides.map(({ db, names, times }) => {
    times.sort((a, b) => a - b);
    return { ms: times[50] ?? 0, ...explain(parts, db, names, query) };
  });
}

/**
 * Returns SQLite's query plan for a page.
 * @param {Parts} parts @param {Db} db @param {InstanceType<Parts['NameReader']>} names
 * @param {ActivityQuery} query
 */
function explain(parts, db, names, query) {
  /** @type {Set<string>} */
  const plans = new Set();
  const watched = {
    rows: (/** @type {string} */ sql, /** @type {never[]} */ parameters = []) => {
      const lines = db.rows(`EXPLAIN QUERY PLAN ${sql}`, parameters).map((line) => String(line[3]));
      for (const line of lines) if (/activity|TEMP/.test(line)) plans.add(line);
      return db.rows(sql, parameters);
    },
    row: (/** @type {string} */ sql, /** @type {never[]} */ parameters = []) =>
      db.row(sql, parameters),
    number: (/** @type {string} */ sql, /** @type {never[]} */ parameters = []) =>
      db.number(sql, parameters),
  };
  const page = parts.activityPage(
    /** @type {Db} */ (/** @type {unknown} */ (watched)),
    names,
    query,
  );
  return { rows: page.rows.length, plans: [...plans] };
}

/** @param {number} end @returns {Record<string, ActivityQuery>} */
export function pages(end) {
  const day = 86_400_000;
  return {
    newest: {},
    'some hours ago': { to: end - day / 8, from: end - day / 4 },
    'a common model': { model: 'model-2:8b-q4_K_M' },
    'a rare model': { model: 'rare-model-3' },
    'a rare model, a day': { model: 'rare-model-3', from: end - day },
    upstream: { upstream: 'vllm' },
    application: { application: 'curl' },
    key: { key: 'key-3' },
    'unknown key': { key: null },
    'rare operation': { operation: 'rerank' },
    'rare api': { api: 'anthropic' },
    'any error': { error: 'any' },
    'rare error': { error: 'upstream_died' },
    'status 5xx': { statusClass: 5 },
    'status 2xx': { statusClass: 2 },
    inference: { inference: true },
    'text, common': { text: 'chat' },
    'text, rare': { text: 'rare-model-1' },
    'model + key + error': { model: 'model-2:8b-q4_K_M', key: 'key-3', error: 'any' },
    'application + operation': { application: 'curl', operation: 'embedding', inference: true },
  };
}

/** @param {number | undefined} value */
export function round(value) {
  return value === undefined ? null : Number(value.toPrecision(3));
}

/**
 * Measures processor time, milliseconds, because the machine may be busy with other work.
 * @param {() => unknown} work
 */
async function timed(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1_000);
}

/**
 * The questions of the history page.
 * @param {Parts} parts @param {Db} db @param {number} end
 */
export async function timeHistory(parts, db, end) {
  const names = new parts.NameReader(db);
  const hour = 3_600_000;
  const day = 24 * hour;
  const between = () => Promise.resolve();
  /** @typedef {Partial<Parameters<Parts['readHistory']>[2]>} Query */
  const history = (/** @type {number} */ span, /** @type {Query} */ query = {}) =>
    timed(() =>
      parts.readHistory(
        db,
        names,
        { from: end - span, to: end, points: 300, top: 7, prices: null, now: end, ...query },
        between,
      ),
    );
  return {
    'history, 1 hour': await history(hour),
    'history, 1 hour by key': await history(hour, { by: 'key' }),
    'history, 6 hours': await history(6 * hour, { points: 600 }),
    'history, 6 hours by model': await history(6 * hour, { points: 600, by: 'model' }),
    'history, 1 day': await history(day),
    'history, 1 day by model': await history(day, { by: 'model' }),
    'history, 1 day of an application by model': await history(day, {
      application: 'curl',
      by: 'model',
    }),
    'history, 7 days': await history(7 * day),
    'history, 7 days by application': await history(7 * day, { by: 'application' }),
    'history, 30 days': await history(30 * day),
    'history, 30 days by model': await history(30 * day, { by: 'model' }),
    'history, 30 days of an application': await history(30 * day, { application: 'curl' }),
    'history, 30 days of a key by model': await history(30 * day, { key: 'key-3', by: 'model' }),
    'history, a year': await history(365 * day),
    ...(await timeModelPage(parts, db, end)),
  };
}

/**
 * The questions of the overview and of a model's page.
 * @param {Parts} parts @param {Db} db @param {number} end
 */
async function timeModelPage(parts, db, end) {
  const names = new parts.NameReader(db);
  const day = 86_400_000;
  const between = () => Promise.resolve();
  const model = 'model-2:8b-q4_K_M';
  return {
    usual: await timed(() => parts.readUsual(db, names, end)),
    'heat map, a year': await timed(() =>
      parts.readHeatmap(db, names, { from: end - 365 * day, to: end }, end),
    ),
    'speed by context': await timed(() =>
      parts.readSpeedByContext(db, names, { model, days: 30, now: end }, between),
    ),
    'distribution of a model, 30 days': await timed(() =>
      parts.readDistribution(
        db,
        names,
        { from: end - 30 * day, to: end, model, ttftTargetMs: 500 },
        between,
      ),
    ),
  };
}

/** @param {Parts} parts @param {Db} db @param {number} end */
export async function timeOthers(parts, db, end) {
  const names = new parts.NameReader(db);
  const day = 86_400_000;
  const between = () => Promise.resolve();
  const hour = { from: end - 2 * day, to: end };
  return {
    'percentiles, 2 days': await timed(() => parts.percentiles(db, names, hour, between)),
    'percentiles, all': await timed(() => parts.percentiles(db, names, {}, between)),
    'percentiles of an application, all': await timed(() =>
      parts.percentiles(db, names, { application: 'curl' }, between),
    ),
    'series, 1 day by minute': await timed(() =>
      parts.readSeries(db, names, { from: end - day, to: end, bucketMs: 60_000 }, end, between),
    ),
    'series, 30 days by hour': await timed(() =>
      parts.readSeries(
        db,
        names,
        { from: end - 30 * day, to: end, bucketMs: 3_600_000, groupBy: 'model' },
        end,
        between,
      ),
    ),
    'top models, a year': await timed(() =>
      parts.readTop(db, names, { by: 'model', order: 'outputTokens' }),
    ),
    storageSummary: await timed(() => parts.readStorageSummary(db)),
  };
}
