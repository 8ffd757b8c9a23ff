/** The thread of `readStaticFacts`. It posts one message and ends. This file is a bundle entry. */
import { parentPort } from 'node:worker_threads';
import { graphics } from 'systeminformation';
import { staticGpus } from './static-facts.ts';

graphics().then(
  // The call resolves to null on unknown systems.
  (data: Awaited<ReturnType<typeof graphics>> | null) =>
    parentPort?.postMessage(data === null ? null : staticGpus(data.controllers, process.platform)),
  () => parentPort?.postMessage(null),
);
