// @ts-check
/**
 * What the ledger costs and how it scales: rows a second, bytes a row, and the time of every kind
 * of page at 10,000 and at 1,000,000 rows, which must stay alike.
 *
 *   node bench/ledger.mjs [--small 10000] [--large 1000000] [--out bench-ledger.json]
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

/**
 * @typedef {import('../electron/core/records/ledger/database.ts').Db} Db
 * @typedef {import('../electron/core/records/ledger/query-schemas.ts').ActivityQuery} ActivityQuery
 * @typedef {import('../shared/usage.ts').ActivityRecord} ActivityRecord
 * @typedef {typeof import('../electron/core/records/ledger/open-ledger.ts')
 *   & typeof import('../electron/core/records/ledger/database.ts')
 *   & typeof import('../electron/core/records/ledger/names.ts')
 *   & typeof import('../electron/core/records/ledger/activity-page.ts')
 *   & typeof import('../electron/core/records/ledger/percentiles.ts')
 *   & typeof import('../electron/core/records/ledger/series-query.ts')
 *   & typeof import('../electron/core/records/ledger/rollup-query.ts')
 *   & typeof import('../electron/core/records/ledger/storage-summary.ts')
 *   & typeof import('../electron/core/records/ledger/rows.ts')
 *   & typeof import('../electron/core/records/ledger/open-file.ts')} Parts
 */

const PARTS = [
  ...['open-ledger', 'database', 'names', 'activity-page', 'percentiles', 'series-query'],
  ...['rollup-query', 'storage-summary', 'rows', 'open-file'],
];
const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    out: { type: 'string', default: 'node_modules/.cache/ledger-bench/result.json' },
  },
});

/** @returns {Promise<{ parts: Parts, worker: string }>} */
async function bundle() {
  const base = join(root, 'node_modules/.cache/ledger-bench');
  mkdirSync(base, { recursive: true });
  const entry = (/** @type {string} */ name) =>
    join(root, `electron/core/records/ledger/${name}.ts`);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['libsql'] },
    build: {
      ssr: true,
      target: 'node20.18',
      outDir: base,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries([...PARTS, 'worker'].map((name) => [name, entry(name)])),
        external: ['libsql', /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  const require = createRequire(import.meta.url);
  const parts = /** @type {Parts} */ ({});
  for (const name of PARTS) {
    /** @type {unknown} */
    const part = require(join(base, `${name}.cjs`));
    Object.assign(parts, part);
  }
  return { parts, worker: join(base, 'worker.cjs') };
}

/** @param {number} seed */
function randomness(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    // mulberry32: small, and unlike simpler ones its low bits are as good as its high ones.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/**
 * Rows as a busy machine makes them: a few models with most of the traffic, rare ones, errors.
 * @param {number} id
 * @param {(below: number) => number} random
 * @param {number} end
 * @param {number} count
 * @returns {ActivityRecord}
 */
function row(id, random, end, count) {
  // 23 exchanges a minute: a million of them in 30 days.
  const completedAt = end - (count - id) * 2_592 + random(1_000);
  const model = random(100) < 3 ? `rare-model-${random(4)}` : `model-${random(6)}:8b-q4_K_M`;
  const failed = random(40) === 0;
  const output = 50 + random(800);
  const rate = 20 + random(6_000) / 100;
  return {
    id,
    startedAt: completedAt - 4_000,
    completedAt,
    upstream: random(20) === 0 ? 'vllm' : 'ollama',
    api: random(150) === 0 ? 'anthropic' : random(3) === 0 ? 'openai' : 'ollama',
    operation: random(150) === 0 ? 'rerank' : random(10) === 0 ? 'embedding' : 'chat',
    inference: random(20) !== 0,
    method: 'POST',
    endpoint: random(3) === 0 ? '/v1/chat/completions' : '/api/chat',
    model,
    countedModel: model,
    responseModel: model,
    architecture: 'llama',
    stream: true,
    status: failed ? 500 : 200,
    completed: !failed,
    finishReason: failed ? null : 'stop',
    error: failed ? (random(3) === 0 ? 'upstream_died' : 'http_error') : null,
    usage: {
      inputTokens: 100 + random(4_000),
      cachedInputTokens: random(2) === 0 ? null : random(100),
      outputTokens: output,
      reasoningTokens: null,
      provenance: { input: 'reported', cachedInput: null, output: 'reported', reasoning: null },
    },
    rates: {
      promptTokensPerSecond: 200 + random(100_000) / 100,
      outputTokensPerSecond: rate,
      provenance: { prompt: 'reported', output: 'reported' },
    },
    timing: {
      durationMs: (output / rate) * 1_000 + random(1_000) / 1_000,
      timeToFirstTokenMs: 100 + random(900_000) / 1_000,
      timeToFirstTextMs: null,
      queueMs: null,
      loadMs: random(100) / 7,
      prefillMs: 100 + random(1_000) / 7,
      decodeMs: (output / rate) * 1_000,
      interTokenP50Ms: 1_000 / rate,
      interTokenMaxMs: 5_000 / rate,
    },
    bytesIn: 400 + random(20_000),
    bytesOut: output * 100,
    contentChunks: output,
    energyJoules: random(100_000) / 100,
    readable: true,
    refusals: [],
    meterVersion: 1,
    features: { tools: false, structuredOutput: false, images: false, thinking: null },
    client: {
      application: ['Open WebUI', 'curl', 'LangChain', null][random(4)] ?? null,
      address: '127.0.0.1',
      key: random(4) === 0 ? `key-${random(5)}` : null,
      origin: null,
      tag: null,
      claimsHop: false,
    },
  };
}

/** @param {Parts} parts @param {string} worker @param {string} file @param {number} count */
async function fill(parts, worker, file, count) {
  const random = randomness(7);
  const end = Date.now();
  const quiet = () => undefined;
  const ledger = parts.openLedger({
    file,
    workerPath: worker,
    log: { debug: quiet, info: quiet, warn: console.warn, error: console.error },
    // Nothing is to age away under the measurement.
    retention: {
      ...{ activityDays: 1e5, maxBytes: 1e13, seriesDays: 1e5, rollupDays: 1e5 },
      ...{ gpuDays: 1e5, captureDays: 1e5, captureMaxBytes: 1e13 },
    },
  });
  await ledger.ready;
  let mainThreadMs = 0;
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  for (let id = 1; id <= count;) {
    const rows = [];
    for (; rows.length < 10_000 && id <= count; id++) rows.push(row(id, random, end, count));
    const before = performance.now();
    for (const one of rows) ledger.append(one);
    mainThreadMs += performance.now() - before;
    while (ledger.state.waiting > 0) await ledger.flush();
  }
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = user + system;
  await ledger.close(60_000);
  const bytes = statSync(file).size;
  return {
    rows: count,
    rowsPerSecond: Math.round(count / seconds),
    cpuUsPerRow: round(cpu / count),
    bytesPerRow: Math.round(bytes / count),
    appendUsPerRow: round((mainThreadMs * 1_000) / count),
  };
}

/**
 * What the main loop feels of 2,000 exchanges a second being stored: the delay of its turns with the
 * ledger minus without, the same rows being made both times, in turns.
 * @param {Parts} parts @param {string} worker @param {string} file
 */
async function loopDelay(parts, worker, file) {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: console.warn, error: console.error };
  const ledger = parts.openLedger({ file, workerPath: worker, log });
  await ledger.ready;
  const random = randomness(11);
  let id = 0;
  const phase = async (/** @type {boolean} */ stores) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (const until = performance.now() + 3_000; performance.now() < until;) {
      for (let n = 0; n < 20; n++) {
        id += 1;
        const made = row(id, random, Date.now(), id);
        if (stores) ledger.append(made);
      }
      await sleep(10);
    }
    delay.disable();
    return { mean: delay.mean / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
  };
  const turns = [];
  for (let turn = 0; turn < 3; turn++) {
    const [without, stored] = [await phase(false), await phase(true)];
    turns.push({
      withoutP99Ms: round(without.p99),
      withP99Ms: round(stored.p99),
      meanDifferenceMs: round(stored.mean - without.mean),
      p99DifferenceMs: round(stored.p99 - without.p99),
      maxDifferenceMs: round(stored.max - without.max),
    });
  }
  await ledger.close(60_000);
  return turns;
}

/**
 * The median time of a page in milliseconds over both files, taken in turns so that what else the
 * machine does meets both alike.
 * @param {Parts} parts @param {Db[]} files @param {ActivityQuery} query
 */
function timePage(parts, files, query) {
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
 * How SQLite goes about a page.
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
function pages(end) {
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
function round(value) {
  return value === undefined ? null : Number(value.toPrecision(3));
}

/**
 * Processor milliseconds: the machine may be busy with other things.
 * @param {() => unknown} work
 */
async function timed(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1_000);
}

/** @param {Parts} parts @param {Db} db @param {number} end */
async function timeOthers(parts, db, end) {
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

const { parts, worker } = await bundle();
const folder = mkdtempSync(join(tmpdir(), 'tokwatt-bench-'));
try {
  const counts = [Number(flags.small), Number(flags.large)];
  const files = counts.map((count) => join(folder, `ledger-${count}.db`));
  const filled = [];
  for (const [index, count] of counts.entries()) {
    filled.push(await fill(parts, worker, files[index] ?? '', count));
  }
  console.table(filled);
  const delays = await loopDelay(parts, worker, join(folder, 'delay.db'));
  console.table(delays);
  const dbs = files.map((file) => parts.openForReading(file));
  const end = Date.now();
  const pageTimes = Object.entries(pages(end)).map(([page, query]) => {
    const [small, large] = timePage(parts, dbs, query);
    return {
      page,
      smallMs: round(small?.ms),
      largeMs: round(large?.ms),
      ratio: round((large?.ms ?? 0) / (small?.ms ?? 1)),
      rows: `${small?.rows}/${large?.rows}`,
      plan: large?.plans.join('; '),
    };
  });
  console.table(pageTimes, ['page', 'smallMs', 'largeMs', 'ratio', 'rows']);
  for (const { page, plan } of pageTimes) console.log(`${page}: ${plan}`);
  const others = [];
  for (const db of dbs) others.push(await timeOthers(parts, db, end));
  console.table(others);
  const storageSummary = dbs.map((db) => parts.readStorageSummary(db));
  for (const db of dbs) db.close();
  writeFileSync(
    join(root, flags.out),
    JSON.stringify({ counts, filled, delays, pages: pageTimes, others, storageSummary }, null, 2),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
