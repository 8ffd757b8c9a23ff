import { join } from 'node:path';
import { test } from 'vitest';
import { temporaryFolder } from '/work/wt-sess/tests/faults/ledger-support.ts';
import { append } from '/work/wt-sess/electron/core/records/ledger/append.ts';
import { activityPage } from '/work/wt-sess/electron/core/records/ledger/activity-page.ts';
import { NameReader, NameWriter } from '/work/wt-sess/electron/core/records/ledger/names.ts';
import { openFile } from '/work/wt-sess/electron/core/records/ledger/open-file.ts';
import { flatten } from '/work/wt-sess/electron/core/records/ledger/rows.ts';
import { sessionPage } from '/work/wt-sess/electron/core/records/ledger/session-query.ts';
import { randomness, row } from '/work/wt-sess/bench/ledger-rows.mjs';
test('million', { timeout: 590_000 }, () => {
  const { folder, remove } = temporaryFolder();
  const END = Date.UTC(2026, 10, 21, 12);
  const { db } = openFile(join(folder, 'ledger.db'), END);
  db.exec('PRAGMA synchronous = OFF');
  const w = new NameWriter(db);
  const random = randomness(1);
  const N = Number(process.env.N ?? 1e6);
  const t = performance.now();
  let n = 0;
  for (; n < N && performance.now() - t < 330_000;) {
    const rows = [];
    for (let k = 0; k < 5000; k += 1) { n += 1; rows.push(flatten(row(n, random, END - 2592e6 + N * 2592, N))); }
    append(db, w, { rows, peaks: [], gpu: [] });
  }
  console.log('rows', n, 'stored in s', (performance.now() - t) / 1000, 'sessions', db.number('SELECT count(*) FROM session'));
  const last = db.number('SELECT max(completed_at) FROM activity')!;
  const names = new NameReader(db);
  const time = (label: string, f: () => unknown) => {
    const ms = [];
    for (let k = 0; k < 7; k += 1) { const a = performance.now(); f(); ms.push(performance.now() - a); }
    console.log(label, 'first', ms[0]!.toFixed(2), 'median', ms.sort((a, b) => a - b)[3]!.toFixed(2));
  };
  const H = 3_600_000;
  const id = sessionPage(db, names, { limit: 1 }).sessions[0]!.id;
  time('newest hour', () => sessionPage(db, names, { from: last - H, to: last + 1 }));
  time('hour 20 days ago', () => sessionPage(db, names, { from: last - 20 * 24 * H, to: last - 20 * 24 * H + H }));
  time('30 days', () => sessionPage(db, names, { from: last - 30 * 24 * H, to: last + 1 }));
  time('30 days, 500', () => sessionPage(db, names, { from: last - 30 * 24 * H, to: last + 1, limit: 500 }));
  time('30 days, rare filter', () => sessionPage(db, names, { minRequests: 500 }));
  time('30 days, application', () => sessionPage(db, names, { application: 'curl', minRequests: 2 }));
  time('activity of session', () => activityPage(db, names, { session: id }));
  db.close(); remove();
});
