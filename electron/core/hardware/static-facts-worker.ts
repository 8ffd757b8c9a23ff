/** The thread behind `readStaticFacts`: one message, then it is done. A bundle entry of its own. */
import { parentPort } from 'node:worker_threads';
import { graphics } from 'systeminformation';
import { staticGpus } from './static-facts.ts';

graphics().then(
  // It resolves to null on systems it does not know.
  (data: Awaited<ReturnType<typeof graphics>> | null) =>
    parentPort?.postMessage(data === null ? null : staticGpus(data.controllers, process.platform)),
  () => parentPort?.postMessage(null),
);
