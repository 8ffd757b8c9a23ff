import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder, workerBundle } from '../../../../tests/faults/ledger-support.ts';
import { SILENT_LOG } from '../../log.ts';
import { openLedger } from './open-ledger.ts';
import { ReaderConnection } from './reader-connection.ts';
import { startWorker } from './worker-rpc.ts';

describe('the reader thread', () => {
  const { folder, remove } = temporaryFolder();
  const file = join(folder, 'ledger.db');
  let workerPath: string;

  beforeAll(async () => {
    workerPath = await workerBundle();
    const ledger = openLedger({ file, log: SILENT_LOG, workerPath });
    await ledger.ready;
    await ledger.close();
  });
  afterAll(remove);

  /** A connection, and how many threads it has started and lost. */
  function watched(idleMs: number): {
    readonly reader: ReaderConnection;
    readonly threads: { started: number; ended: number };
  } {
    const threads = { started: 0, ended: 0 };
    const start: typeof startWorker = (path, data) => {
      const worker = startWorker(path, data);
      threads.started += 1;
      worker.once('exit', () => (threads.ended += 1));
      return worker;
    };
    return {
      reader: new ReaderConnection({ file, workerPath, startWorker: start }, idleMs),
      threads,
    };
  }

  it('ends when nobody asks, and the next query starts another one', async () => {
    const { reader, threads } = watched(50);
    const first = await reader.call('storageSummary', undefined);
    await vi.waitFor(() => expect(threads.ended).toBe(1), { timeout: 10_000 });
    expect(await reader.call('storageSummary', undefined)).toEqual(first);
    expect(threads.started).toBe(2);
    await reader.close(10_000);
    expect(threads.ended).toBe(2);
  });

  it('answers every query, also those that come while it ends', async () => {
    const { reader, threads } = watched(0);
    for (let round = 0; round < 5; round += 1) {
      const asked = [1, 2, 3].map(() => reader.call('storageSummary', undefined));
      expect(await Promise.all(asked)).toHaveLength(3);
      await new Promise((resolve) => setTimeout(resolve, round));
    }
    expect(threads.started).toBeGreaterThan(1);
    await reader.close(10_000);
  });
});
