/**
 * Preloaded into a Tokwatt under test (`node --import`): on SIGUSR2 it writes to the file that
 * RESOURCE_PROBE names how many listeners, sockets, timers, watches and child processes exist. Unlike
 * `process.getActiveResourcesInfo()` it also counts those that do not keep the event loop alive.
 */
import { createHook } from 'node:async_hooks';
import { renameSync, writeFileSync } from 'node:fs';

const COUNTED = new Set([
  'TCPSERVERWRAP',
  'TCPWRAP',
  'PIPESERVERWRAP',
  'PIPEWRAP',
  'Timeout',
  'FSEVENTWRAP',
  'STATWATCHER',
  'PROCESSWRAP',
]);
/** @type {Map<number, string>} */
const live = new Map();

createHook({
  init: (id, type) => {
    if (COUNTED.has(type)) live.set(id, type);
  },
  destroy: (id) => {
    live.delete(id);
  },
}).enable();

let written = 0;
process.on('SIGUSR2', () => {
  const file = process.env.RESOURCE_PROBE ?? '';
  const types = [...live.values()];
  const counts = Object.fromEntries(
    [...COUNTED].map((type) => [type, types.filter((each) => each === type).length]),
  );
  written += 1;
  writeFileSync(`${file}.part`, JSON.stringify({ written, counts }));
  renameSync(`${file}.part`, file);
});
