import { startLineProcess } from '../child-process/line-process.ts';
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
  const tool = startLineProcess({
    name: 'tegrastats',
    path,
    args: ['--interval', String(INTERVAL_MS)],
    onLine: (line) => {
      const reading = parseTegrastatsLine(line);
      if (reading !== null) events.readings([reading]);
      return reading !== null;
    },
    onEnd: (note) => events.ended(note),
  });
  // Without the second method, the poller would start the tool again for each pace.
  return { stop: () => tool.stop(), setIntervalMs: () => undefined };
}
