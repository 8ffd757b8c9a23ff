/** Stores an exchange at each given time and prints the days in which they were counted. */
import { openLedger } from '../../electron/core/records/ledger/open-ledger.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { record } from './ledger-records.ts';

const [file = '', workerPath = '', ...moments] = process.argv.slice(2);
const ledger = openLedger({ file, workerPath, log: SILENT_LOG });

async function run(): Promise<void> {
  await ledger.ready;
  moments.forEach((moment, index) =>
    ledger.append(record(index + 1, { completedAt: Date.parse(moment) })),
  );
  await ledger.flush();
  const days = await ledger.rollups({});
  const { rows } = await ledger.page({});
  if (rows.length !== moments.length) throw new Error(`${rows.length} rows`);
  process.stdout.write(JSON.stringify(days.map(({ day, requests }) => [day, requests])));
  await ledger.close();
}

void run();
