/**
 * The process that the test kills. It writes rows as fast as it can, and prints the acknowledged
 * ids at once.
 */
import { writeSync } from 'node:fs';
import { openLedger } from '../../electron/core/records/ledger/open-ledger.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { record } from './ledger-records.ts';

const [file = '', workerPath = ''] = process.argv.slice(2);
const ledger = openLedger({
  file,
  workerPath,
  log: SILENT_LOG,
  queue: { flushMs: 1, batchRows: 20 },
  onCommitted: (records) => {
    // Synchronous: what is printed was printed, whatever happens next.
    writeSync(1, `${records.map(({ id }) => id).join(' ')}\n`);
  },
  onDropped: () => writeSync(2, 'dropped\n'),
});

/** Enough that batches never wait for rows, and so few that the queue never drops one. */
const MAX_WAITING = 1_000;
let next = 0;
setInterval(() => {
  const last = ledger.lastId();
  // Ids go on from the file's, which is known once it is open.
  if (last === null) return;
  if (next === 0) next = last + 1;
  for (let n = 0; n < 40 && ledger.state.waiting < MAX_WAITING; n++) {
    ledger.append(record(next++, { model: `model ${next % 7}` }));
  }
}, 2);
