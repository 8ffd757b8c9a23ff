import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Db } from '../../electron/core/records/ledger/database.ts';
import { bundle, temporaryFolder, workerBundle } from './ledger-support.ts';

/** More for a long run: `TOKWATT_KILLS=1000`. */
const KILLS = Number(process.env.TOKWATT_KILLS ?? 60);
const LANES = 2;
const KILLS_PER_FILE = 50;

/** Runs the writer until some time after its first acknowledgement; returns what it acknowledged. */
function runAndKill(
  child: string,
  worker: string,
  file: string,
  afterMs: number,
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, file, worker]);
    let printed = '';
    let errors = '';
    let timer: NodeJS.Timeout | undefined;
    process_.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    process_.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
      timer ??= setTimeout(() => process_.kill('SIGKILL'), afterMs);
    });
    process_.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== 'SIGKILL' || errors !== '') reject(new Error(`${code}: ${errors}`));
      // A line cut off by the kill does not count: its end was never printed.
      const lines = printed.slice(0, printed.lastIndexOf('\n') + 1);
      resolve(lines.split(/\s+/).filter(Boolean).map(Number));
    });
  });
}

/** What is in the file, read beside the product's code. */
function inspect(file: string): {
  readonly ids: number[];
  readonly sums: number;
  readonly series: number;
  readonly kept: number | null;
  readonly sound: unknown;
} {
  const db = new Db(file, 5_000);
  try {
    return {
      ids: db.rows('SELECT id FROM activity ORDER BY id').map(([id]) => Number(id)),
      sums: db.number('SELECT sum(requests) FROM rollup') ?? 0,
      series: db.number('SELECT sum(requests) FROM series WHERE span = 1') ?? 0,
      kept: db.number(`SELECT value FROM meta WHERE key = 'activity_rows'`),
      sound: db.row('PRAGMA integrity_check')?.[0],
    };
  } finally {
    db.close();
  }
}

test(
  `${KILLS} kills at any moment: every acknowledged row is there once, and in every sum`,
  { timeout: 60_000 + KILLS * 2_000 },
  async () => {
    const { folder, remove } = temporaryFolder();
    const [child, worker] = await Promise.all([
      bundle('tests/faults/ledger-child.ts'),
      workerBundle(),
    ]);
    /** One file, killed a number of times; how many rows were acknowledged. */
    const killed = async (file: string, kills: number): Promise<number> => {
      const acknowledged = new Set<number>();
      for (let kill = 0; kill < kills; kill++) {
        const ids = await runAndKill(child, worker, file, Math.random() * 120);
        for (const id of ids) {
          expect(acknowledged.has(id), `row ${id} was acknowledged twice`).toBe(false);
          acknowledged.add(id);
        }
        const found = inspect(file);
        expect(found.sound).toBe('ok');
        const stored = new Set(found.ids);
        expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
        expect(stored.size).toBe(found.ids.length);
        expect(found.sums).toBe(found.ids.length);
        expect(found.series).toBe(found.ids.length);
        expect(found.kept).toBe(found.ids.length);
      }
      return acknowledged.size;
    };
    // All of a file is looked at after each kill, so a long run takes several.
    const lane = async (number: number): Promise<number> => {
      let rows = 0;
      for (let left = KILLS / LANES; left > 0; left -= KILLS_PER_FILE) {
        const file = join(folder, `ledger-${number}-${left}.db`);
        rows += await killed(file, Math.min(left, KILLS_PER_FILE));
        rmSync(file, { force: true });
      }
      return rows;
    };
    try {
      const rows = await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
      expect(Math.min(...rows)).toBeGreaterThan(KILLS);
    } finally {
      remove();
    }
  },
);
