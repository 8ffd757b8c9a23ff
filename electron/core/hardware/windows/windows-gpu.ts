import { join } from 'node:path';
import { sentence } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import { startLineProcess } from '../child-process/line-process.ts';
import type { LineProcess } from '../child-process/line-process.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun } from '../source.ts';
import { parseCounterLine } from './windows-counters.ts';
import type { CounterLine, PciLocation, WindowsAdapter } from './windows-counters.ts';
import { windowsReadings } from './windows-readings.ts';
import type { CounterBlock } from './windows-readings.ts';
import { windowsScript } from './windows-script.ts';

/**
 * Time from one reading to the next, milliseconds. Reading all counters takes a good part of a second.
 * It is the same at every pace, because a change would start PowerShell again at each exchange.
 */
const INTERVAL_MS = 2_000;
/** Longer than any block. A reader of garbage must not grow. */
const MAX_LINES = 20_000;

export interface WindowsGpuOptions {
  /** The program `powershell.exe`; that of the system by default. */
  readonly path?: string;
}

/**
 * GPUs of any maker on Windows, from its performance counters: utilisation, memory and processes. They
 * have power for GPUs inside a processor only. One PowerShell runs as long as the source does.
 */
export function createWindowsGpuSource(options: WindowsGpuOptions = {}): GpuSource {
  return {
    name: 'windows-counters',
    lookedFor: sentence('looked_counters'),
    open: (events) => new WindowsRun(options.path ?? powershell(), events),
  };
}

function powershell(): string {
  const { SystemRoot = 'C:\\Windows' } = process.env;
  return join(SystemRoot, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
}

class WindowsRun implements GpuSourceRun {
  readonly #events: GpuSourceEvents;
  readonly #process: LineProcess;
  readonly #adapters = new Map<string, WindowsAdapter>();
  readonly #locations: PciLocation[] = [];
  readonly #processNames = new Map<number, string>();
  #last: CounterBlock | null = null;
  #at: number | null = null;
  #lines: CounterLine[] = [];
  #isOver = false;

  constructor(path: string, events: GpuSourceEvents) {
    this.#events = events;
    const script = windowsScript(INTERVAL_MS);
    this.#process = startLineProcess({
      name: 'PowerShell',
      path,
      args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script],
      onLine: (line) => this.#take(parseCounterLine(line)),
      onEnd: (note) => this.#end(note),
    });
  }

  setIntervalMs(): void {
    // The pace is fixed.
  }

  stop(): Promise<void> {
    this.#isOver = true;
    return this.#process.stop();
  }

  #take(line: CounterLine | null): boolean {
    if (line === null) return false;
    if (line.kind === 'begin') {
      this.#at = line.at;
      this.#lines = [];
    } else if (line.kind === 'end') this.#deliver();
    else if (line.kind === 'adapter') this.#adapters.set(line.adapter.luid, line.adapter);
    else if (line.kind === 'location') this.#locations.push(line.location);
    else if (line.kind === 'process') this.#processNames.set(line.pid, line.name);
    else if (this.#lines.length < MAX_LINES) this.#lines.push(line);
    return true;
  }

  /** Delivers a block that is complete. */
  #deliver(): void {
    if (this.#at === null) return;
    const block = { at: this.#at, lines: this.#lines };
    const readings = windowsReadings(this.#last, block, {
      adapters: this.#adapters,
      locations: this.#locations,
      processNames: this.#processNames,
    });
    this.#last = block;
    this.#at = null;
    if (this.#isOver) return;
    if (readings.length > 0) this.#events.readings(readings);
    else this.#end(sentence('counters_no_gpu'));
  }

  #end(note: Message): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.ended(note);
  }
}
