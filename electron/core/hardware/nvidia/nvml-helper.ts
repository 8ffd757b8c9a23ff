/**
 * The process that calls NVIDIA's library. It posts the answers of all GPUs at a pace that it is
 * told, until it is ended. This file is a bundle entry.
 */
import { helperPort } from '../child-process/helper-port.ts';
import { NvmlError } from './nvml-calls.ts';
import { NvmlLibrary } from './nvml-library.ts';
import { nvmlPaths } from './nvml-paths.ts';
import type { NvmlCommand, NvmlMessage } from './nvml.ts';

const port = helperPort();
let library: NvmlLibrary | null = null;
let intervalMs = 1_000;
let timer: NodeJS.Timeout | undefined;

function send(message: NvmlMessage): void {
  port.send(message);
}

function fail(error: unknown): void {
  clearTimeout(timer);
  if (error instanceof NvmlError) send({ kind: 'failed', code: error.code, note: error.message });
  else send({ kind: 'failed', code: null, note: `NVML could not be called: ${String(error)}` });
}

function read(): void {
  clearTimeout(timer);
  try {
    library ??= new NvmlLibrary(nvmlPaths(process.platform, process.env));
    send({ kind: 'answers', gpus: library.read() });
    timer = setTimeout(read, intervalMs);
  } catch (error) {
    fail(error);
  }
}

port.onMessage((message) => {
  const command = message as NvmlCommand;
  if (command.intervalMs !== undefined) intervalMs = command.intervalMs;
  if (command.isNow === true) {
    read();
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(read, library === null ? 0 : intervalMs);
});
