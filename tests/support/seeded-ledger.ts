/** Writes finished exchanges into the ledger of a data folder, before Tokwatt is started in it. */
import { join } from 'node:path';
import { append } from '../../electron/core/records/ledger/append.ts';
import { NameWriter } from '../../electron/core/records/ledger/names.ts';
import { openFile } from '../../electron/core/records/ledger/open-file.ts';
import { flatten } from '../../electron/core/records/ledger/rows.ts';
import type { ActivityRecord } from '../../shared/usage.ts';

/** The ids of the records must ascend. */
export function seedLedger(folder: string, records: readonly ActivityRecord[]): void {
  const { db } = openFile(join(folder, 'ledger.db'), Date.now());
  append(db, new NameWriter(db), { rows: records.map(flatten), peaks: [], gpu: [] });
  db.close();
}
