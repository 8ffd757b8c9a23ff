import { spawn } from 'node:child_process';
import { endChild } from '../child-process/end-child.ts';
import { createLineSplitter } from '../child-process/lines.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun } from '../source.ts';
import { parseTegrastatsLine } from './tegrastats-output.ts';

export interface TegrastatsOptions {
  /** The executable; searched for on the PATH by default. */
  readonly path?: string;
}

/** The tool keeps the pace that it was started with, and this one suits work as well as idling. */
const INTERVAL_MS = 250;

/** The GPU of a Jetson board, read from one long-lived `tegrastats`. */
export function createTegrastatsSource({ path = 'tegrastats' }: TegrastatsOptions = {}): GpuSource {
  return {
    name: 'tegrastats',
    lookedFor: 'tegrastats (NVIDIA Jetson)',
    open: (events) => start(path, events),
  };
}

function start(path: string, events: GpuSourceEvents): GpuSourceRun {
  const child = spawn(path, ['--interval', String(INTERVAL_MS)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isOver = false;
  let lastWords = '';
  const end = (note: string): void => {
    if (!isOver) events.ended(note);
    isOver = true;
  };
  const take = (line: string): void => {
    const reading = parseTegrastatsLine(line);
    if (isOver) return;
    if (reading !== null) events.readings([reading]);
    else if (line.trim() !== '') lastWords = line.trim().slice(0, 200);
  };
  child.stdout.on('data', createLineSplitter(take));
  child.stderr.on('data', createLineSplitter(take));
  child.on('error', (error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT';
    end(isMissing ? 'tegrastats is not installed' : `tegrastats failed: ${error.message}`);
  });
  child.on('close', (code, signal) => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    end(`tegrastats ended (${how})${lastWords === '' ? '' : `: ${lastWords}`}`);
  });
  return {
    stop() {
      isOver = true;
      return endChild(child);
    },
    // Without this method, the poller would start the tool again for each pace.
    setIntervalMs: () => undefined,
  };
}
