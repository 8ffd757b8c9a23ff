// @ts-check
/**
 * Measures the cost of the ledger and how it scales: rows per second, bytes per row, and the time
 * of every kind of page at 10,000 and at 1,000,000 rows. Both page times should be about the same.
 *
 *   node bench/ledger.mjs [--small 10000] [--large 1000000] [--out bench-ledger.json]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './ledger-parts.mjs';
import { pages, round, timeHistory, timeOthers, timePage } from './ledger-reads.mjs';
import { randomness, row } from './ledger-rows.mjs';

/** @typedef {import('./ledger-parts.mjs').Parts} Parts */

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    out: { type: 'string', default: 'node_modules/.cache/ledger-bench/result.json' },
  },
});

/** @param {Parts} parts @param {string} worker @param {string} file @param {number} count */
async function fill(parts, worker, file, count) {
  const random = randomness(7);
  const end = Date.now();
  const quiet = () => undefined;
  const ledger = parts.openLedger({
    file,
    workerPath: worker,
    log: { debug: quiet, info: quiet, warn: console.warn, error: console.error },
    // No row may expire during the measurement.
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
 * Measures how much storing 2,000 exchanges a second delays the main loop: the delay with the
 * ledger minus the delay without. Both create the same rows, alternately.
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
  for (const db of dbs) {
    others.push({
      ...(await timeOthers(parts, db, end)),
      ...(await timeHistory(parts, db, end)),
    });
  }
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
