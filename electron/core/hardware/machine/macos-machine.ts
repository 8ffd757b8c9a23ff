import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import { parseMacmonLine } from '../apple/macmon-output.ts';
import { findMacmon } from '../apple/macmon-path.ts';
import type { MachineFigures, MachinePart, MachineSource } from './machine-source.ts';

const run = promisify(execFile);
const LIMIT_MS = 5000;
/** Each read starts some short programs. */
const INTERVAL_MS = 15_000;
/** The texts are read with the number format of the C locale. */
const ENV = { ...process.env, LC_ALL: 'C' };

export interface MacosOptions {
  /** Runs a program and returns its output; the real one by default. */
  readonly run?: (program: string, args: readonly string[], signal: AbortSignal) => Promise<string>;
  readonly memoryBytes?: number;
  /** The program `macmon`; searched for by default. Null: there is none. */
  readonly macmon?: string | null;
}

/**
 * Battery, low power mode, memory and swap (macOS), from programs of the system, and the processor's
 * power from macmon where it is installed. Needs no rights.
 */
export function createMacosMachineSource(options: MacosOptions = {}): MachineSource {
  const { run: output = runProgram, memoryBytes = totalmem() } = options;
  return {
    name: 'macos',
    intervalMs: INTERVAL_MS,
    async read(signal): Promise<MachinePart> {
      // One program that is missing or fails must not hide what the others tell.
      const text = (program: string, ...args: string[]): Promise<string> =>
        output(program, args, signal).catch(() => '');
      const macmon = options.macmon === undefined ? await findMacmon() : options.macmon;
      const [sample, source, settings, battery, pages, swap] = await Promise.all([
        macmon === null ? '' : text(macmon, 'pipe', '-s', '1', '-i', '500'),
        text('/usr/bin/pmset', '-g', 'batt'),
        text('/usr/bin/pmset', '-g'),
        text('/usr/sbin/ioreg', '-r', '-n', 'AppleSmartBattery', '-d', '1', '-f'),
        text('/usr/bin/vm_stat'),
        text('/usr/sbin/sysctl', '-n', 'vm.swapusage'),
      ]);
      const figures = {
        cpuPowerW: cpuPowerOf(sample),
        ...parsePowerSource(source, battery),
        powerProfile: parseLowPowerMode(settings),
        memoryTotalBytes: memoryBytes,
        memoryUsedBytes: parseVmStat(pages, memoryBytes),
        swapUsedBytes: parseSwapUsage(swap),
      };
      return { figures, note: null };
    },
  };
}

/** A processor that runs a program draws some power, so 0 is a Mac without such a sensor. */
function cpuPowerOf(line: string): number | null {
  const watts = parseMacmonLine(line)?.cpuPowerW ?? null;
  return watts === 0 ? null : watts;
}

async function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await run(program, args, { timeout: LIMIT_MS, env: ENV, signal });
  return stdout;
}

/**
 * What the battery delivers, watts, and whether the Mac runs on it. `source` is the text of
 * `pmset -g batt`, which names no battery on a desktop. `registry` is the text of
 * `ioreg -r -n AppleSmartBattery`, with the current in mA (negative while discharging, shown as an
 * unsigned number of 16 or 64 bits) and the voltage in mV.
 */
export function parsePowerSource(
  source: string,
  registry: string,
): Pick<MachineFigures, 'batteryW' | 'isOnBattery'> {
  const from = /drawing from '([^']+)'/.exec(source)?.[1];
  if (from === undefined || !source.includes('InternalBattery')) {
    return { batteryW: null, isOnBattery: null };
  }
  const isOnBattery = from === 'Battery Power';
  const current = signed(/"InstantAmperage" = (-?\d+)/.exec(registry)?.[1]);
  const millivolts = /"Voltage" = (\d+)/.exec(registry)?.[1];
  if (current === null || millivolts === undefined) {
    return { batteryW: isOnBattery ? null : 0, isOnBattery };
  }
  const watts = current < 0 ? (-current * Number(millivolts)) / 1e6 : 0;
  // No Mac runs on nothing: the registry is updated rarely, so the figure may be an old one.
  return { batteryW: isOnBattery && watts === 0 ? null : watts, isOnBattery };
}

function signed(digits: string | undefined): number | null {
  if (digits === undefined) return null;
  const value = BigInt(digits);
  const bits = value >= 0x8000n && value <= 0xffffn ? 16 : 64;
  return Number(BigInt.asIntN(bits, value));
}

/**
 * `low-power` or `high-power` from the text of `pmset -g`; `automatic` if neither is on, and null if
 * this Mac has no such setting. Newer systems have `powermode`, others `lowpowermode`.
 */
export function parseLowPowerMode(settings: string): string | null {
  const mode = /^\s*(?:powermode|lowpowermode)\s+(\d)/m.exec(settings)?.[1];
  if (mode === undefined) return null;
  return mode === '1' ? 'low-power' : mode === '2' ? 'high-power' : 'automatic';
}

/**
 * Used memory in bytes from the text of `vm_stat`: all but free pages and pages that hold cached
 * files. Null if the text lacks a count.
 */
export function parseVmStat(text: string, totalBytes: number): number | null {
  const pageSize = /page size of (\d+) bytes/.exec(text)?.[1];
  const counts = ['Pages free', 'Pages speculative', 'File-backed pages', 'Pages purgeable'].map(
    (key) => new RegExp(`^${key}:\\s+(\\d+)\\.`, 'm').exec(text)?.[1],
  );
  if (pageSize === undefined || counts.includes(undefined)) return null;
  const [free = 0, speculative = 0, files = 0, purgeable = 0] = counts.map(Number);
  // Speculative pages are file-backed pages, so they are counted once.
  const available = free + Math.max(files, speculative) + purgeable;
  return Math.max(0, totalBytes - available * Number(pageSize));
}

/** Used swap in bytes from the text of `sysctl -n vm.swapusage`; the decimal mark may be a comma. */
export function parseSwapUsage(text: string): number | null {
  const found = /used = ([\d.,]+)([KMG])/.exec(text);
  if (found === null) return null;
  const unit = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[found[2] as 'K' | 'M' | 'G'];
  return Math.round(Number((found[1] ?? '').replace(',', '.')) * unit);
}
