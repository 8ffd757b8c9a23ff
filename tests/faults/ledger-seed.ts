/** Small real ledgers with rows in every table. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../electron/core/records/ledger/open-ledger.ts';
import type { Ledger } from '../../electron/core/records/ledger/ledger.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { NOON, record } from './ledger-records.ts';
import { workerBundle } from './ledger-support.ts';

const ROWS = 60;

/**
 * Two folders: in `clean`, `ledger.db` as a program that ended well left it; in `killed`, one whose
 * newest rows are in `ledger.db-wal` alone.
 */
export async function seedLedgers(
  folder: string,
): Promise<{ readonly clean: string; readonly killed: string }> {
  const [clean, killed] = [join(folder, 'clean'), join(folder, 'killed')];
  mkdirSync(clean);
  const first = await open(clean);
  await fill(first, 1);
  await first.close();
  const second = await open(clean);
  await fill(second, ROWS + 1);
  // Another process copies: this one would lose its locks by closing the file.
  execFileSync('cp', ['-r', clean, killed]);
  await second.close();
  return { clean, killed };
}

async function open(folder: string): Promise<Ledger> {
  const ledger = openLedger({
    file: join(folder, 'ledger.db'),
    log: SILENT_LOG,
    workerPath: await workerBundle(),
  });
  await ledger.ready;
  return ledger;
}

async function fill(ledger: Ledger, firstId: number): Promise<void> {
  for (let id = firstId; id < firstId + ROWS; id++) {
    ledger.append(
      record(id, {
        model: [null, 'llama3.2:3b', 'modèle-été', '模型'][id % 4] ?? null,
        completedAt: NOON + id * 61_000,
        error: id % 7 === 0 ? 'upstream_died' : null,
        inference: id % 11 !== 0,
      }),
    );
    ledger.appendGpu(gpuState(NOON + id * 1_000));
    if (id % 20 !== 0) continue;
    ledger.noteInFlight([], true);
    await ledger.saveCapture(id, NOON + id, {
      request: message(`{"prompt":"Grüße ${id}"}`),
      response: message('hello '.repeat(400 * (id % 3))),
    });
  }
  await ledger.flush();
}

function message(text: string) {
  const body = Buffer.from(text);
  return { headers: [['content-type', 'text/plain']] as const, body, bodyBytes: body.length };
}

function gpuState(at: number) {
  return {
    status: 'live' as const,
    source: 'nvidia-smi' as const,
    note: null,
    noteSentence: null,
    at,
    gpus: [
      {
        index: 0,
        id: 'GPU-1',
        name: 'A card',
        vendor: 'nvidia' as const,
        utilizationPercent: 40,
        memoryUsedBytes: 1_000,
        memoryTotalBytes: 4_000,
        temperatureC: 55,
        powerW: 100,
        powerLimitW: null,
      },
    ],
  };
}
