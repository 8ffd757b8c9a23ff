/** A real ledger with the exporters that copy it, connected as in the core. */
import { join } from 'node:path';
import { ExporterMemories } from '../../electron/core/exporters/exporter-memory.ts';
import { openLedger } from '../../electron/core/records/ledger/open-ledger.ts';
import type { Ledger } from '../../electron/core/records/ledger/ledger.ts';
import type { Log } from '../../electron/core/log.ts';
import type { Exporter, ExporterContext } from '../../electron/core/exporters/exporter.ts';
import { createSinks } from '../../electron/core/exporters/databases/database-exporters.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { SinkSettings } from '../../shared/sinks.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { record } from '../faults/ledger-records.ts';
import { temporaryFolder, workerBundle } from '../faults/ledger-support.ts';

const PATIENCE_MS = 60_000;

export interface SinkLab {
  readonly ledger: Ledger;
  readonly instance: string;
  /** The log as text. */
  readonly logged: () => string;
  /** Adds exchanges with the next ids to the ledger. */
  add(count: number, changes?: Partial<ActivityRecord>): void;
  /** Deletes the exporters' saved state. */
  forget(): void;
  /** Starts the only exporter of these settings. It is stopped with the lab if it still runs. */
  sink(settings: SinkSettings): Exporter;
  dispose(): Promise<void>;
}

export async function openSinkLab(): Promise<SinkLab> {
  const { folder, remove } = temporaryFolder();
  const ledger = openLedger({
    file: join(folder, 'ledger.db'),
    log: SILENT_LOG,
    workerPath: await workerBundle(),
  });
  await ledger.ready;
  let document: Record<string, unknown> = {};
  const memories = new ExporterMemories(
    { read: () => document, write: (value) => (document = { ...value }) },
    SILENT_LOG,
  );
  let logged = '';
  const exporters: Exporter[] = [];
  let lastId = 0;
  const keep = (fields: object, message: string): void => {
    logged += `${JSON.stringify(fields)} ${message}\n`;
  };
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  const unused = (): never => {
    throw new Error('a sink reads the ledger alone');
  };
  const context: ExporterContext = {
    version: '0.0.0',
    log,
    instance: memories.instance,
    snapshot: unused,
    stats: unused,
    books: unused,
    ledger,
    memory: (name) => memories.of(name),
    onChange: () => undefined,
  };
  return {
    ledger,
    instance: memories.instance,
    logged: () => logged,
    add(count, changes) {
      for (let added = 0; added < count; added += 1) ledger.append(record((lastId += 1), changes));
    },
    forget() {
      for (const name of ['postgres', 'clickhouse']) memories.of(name).write({});
    },
    sink(settings) {
      const [exporter] = createSinks(context, settings);
      if (exporter === undefined) throw new Error('no sink is set');
      exporters.push(exporter);
      exporter.start();
      return exporter;
    },
    async dispose() {
      await Promise.all(exporters.map((exporter) => exporter.stop(1_000, 'quit')));
      await ledger.close();
      remove();
    },
  };
}

/** Waits until a condition holds. If it never does, the error has the last value. */
export async function until<T>(
  look: () => T | Promise<T>,
  isRight: (seen: T) => boolean,
): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > end) throw new Error(`In vain; the last was ${JSON.stringify(seen)}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
