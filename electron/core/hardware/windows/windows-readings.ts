import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuProcess, GpuVendor } from '../../../../shared/gpu.ts';
import type { SourceReading } from '../source.ts';
import { graphicsPower } from './windows-energy.ts';
import type { CounterLine, PciLocation, WindowsAdapter } from './windows-counters.ts';

/** All counters of one moment. */
export interface CounterBlock {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly lines: readonly CounterLine[];
}

/** What the script tells once. */
export interface WindowsFacts {
  readonly adapters: ReadonlyMap<string, WindowsAdapter>;
  readonly locations: readonly PciLocation[];
  readonly processNames: ReadonlyMap<number, string>;
}

const MICROSOFT = 0x1414;
const VENDORS: Readonly<Record<number, GpuVendor>> = {
  0x10de: 'nvidia',
  0x1002: 'amd',
  0x1022: 'amd',
  0x8086: 'intel',
};
/** A GPU with less memory of its own takes main memory, bytes. */
const SHARED_BELOW = 1024 ** 3;

/**
 * The GPUs of a block, ordered by LUID. Utilisation is that of the busiest engine between two blocks,
 * summed over processes, as the Task Manager shows it; null without an earlier block. Software
 * adapters are left out. An adapter that DirectX did not register counts if it has memory in use.
 */
export function windowsReadings(
  before: CounterBlock | null,
  after: CounterBlock,
  facts: WindowsFacts,
): SourceReading[] {
  const luids = new Set(
    after.lines.flatMap((line) => ('instance' in line ? line.instance.luid : [])),
  );
  return [...luids]
    .sort()
    .map((luid) => adapterReading(luid, before, after, facts))
    .filter((reading) => reading !== null)
    .map((reading, index) => ({ ...reading, index }));
}

function adapterReading(
  luid: string,
  before: CounterBlock | null,
  after: CounterBlock,
  facts: WindowsFacts,
): SourceReading | null {
  const adapter = facts.adapters.get(luid) ?? null;
  const memory = after.lines.find(
    (line) => line.kind === 'memory' && line.instance.luid === luid,
  ) as Extract<CounterLine, { kind: 'memory' }> | undefined;
  if (adapter?.vendorId === MICROSOFT) return null;
  if (adapter === null && (memory?.dedicatedBytes ?? 0) === 0) return null;
  const isShared = adapter !== null && adapter.dedicatedBytes < SHARED_BELOW;
  const sizeOf = (dedicated: number, shared: number): number =>
    isShared ? dedicated + shared : dedicated;
  const vendor = VENDORS[adapter?.vendorId ?? 0] ?? 'other';
  const isOnlyShared = isShared && sharedAdapters(facts) === 1;
  const power = isOnlyShared ? graphicsPower(vendor, before, after) : null;
  const loads = before === null ? null : engineLoads(luid, before, after);
  return {
    index: 0,
    id: adapter === null ? null : addressOf(adapter, facts),
    name: adapter?.name ?? null,
    vendor,
    utilizationPercent: loads === null ? null : busiest(loads),
    memoryUsedBytes:
      memory === undefined ? null : sizeOf(memory.dedicatedBytes, memory.sharedBytes),
    memoryTotalBytes:
      adapter === null ? null : sizeOf(adapter.dedicatedBytes, adapter.sharedBytes) || null,
    temperatureC: null,
    powerW: power?.powerW ?? null,
    powerLimitW: null,
    ...(power === null ? {} : { energySensor: power.energySensor }),
    details: {
      ...NO_GPU_DETAILS,
      processes: processesOf(luid, after, facts, sizeOf, loads),
      hasUnifiedMemory: adapter === null ? null : isShared,
    },
  };
}

/** GPUs inside a processor, by their memory. With two of them, the processor's energy has no owner. */
function sharedAdapters({ adapters }: WindowsFacts): number {
  return [...adapters.values()].filter(
    ({ vendorId, dedicatedBytes }) => vendorId !== MICROSOFT && dedicatedBytes < SHARED_BELOW,
  ).length;
}

/** Two equal cards cannot be told apart by their ids, so neither has an address. */
function addressOf(
  { vendorId, deviceId }: WindowsAdapter,
  { adapters, locations }: WindowsFacts,
): string | null {
  const isSame = (other: { vendorId: number; deviceId: number }): boolean =>
    other.vendorId === vendorId && other.deviceId === deviceId;
  const places = locations.filter(isSame);
  const isAlone = [...adapters.values()].filter(isSame).length === 1;
  return isAlone && places.length === 1 ? (places[0]?.address ?? null) : null;
}

/** Percent of the time by process and engine. */
type Loads = ReadonlyMap<number, ReadonlyMap<string, number>>;

function engineLoads(luid: string, before: CounterBlock, after: CounterBlock): Loads | null {
  const elapsedMs = after.at - before.at;
  if (elapsedMs <= 0) return null;
  const earlier = runningTimes(luid, before);
  const loads = new Map<number, Map<string, number>>();
  for (const [key, { pid, engine, runningMs }] of runningTimes(luid, after)) {
    const passed = runningMs - (earlier.get(key)?.runningMs ?? 0);
    // The time of a process that is new may lie before the earlier block; it cannot exceed the interval.
    const percent = Math.min(100, Math.max(0, (passed * 100) / elapsedMs));
    const engines = loads.get(pid) ?? new Map<string, number>();
    engines.set(engine, percent);
    loads.set(pid, engines);
  }
  return loads;
}

interface RunningTime {
  readonly pid: number;
  readonly engine: string;
  readonly runningMs: number;
}

function runningTimes(luid: string, { lines }: CounterBlock): Map<string, RunningTime> {
  const times = new Map<string, RunningTime>();
  for (const line of lines) {
    if (line.kind !== 'engine' || line.instance.luid !== luid) continue;
    const { pid, engine } = line.instance;
    if (pid === null || engine === null) continue;
    times.set(`${pid} ${engine}`, { pid, engine, runningMs: line.runningMs });
  }
  return times;
}

function busiest(loads: Loads): number {
  const sums = new Map<string, number>();
  for (const engines of loads.values()) {
    for (const [engine, percent] of engines) sums.set(engine, (sums.get(engine) ?? 0) + percent);
  }
  return Math.min(100, Math.max(0, ...sums.values()));
}

function processesOf(
  luid: string,
  { lines }: CounterBlock,
  { processNames }: WindowsFacts,
  sizeOf: (dedicated: number, shared: number) => number,
  loads: Loads | null,
): GpuProcess[] {
  const processes = lines.flatMap((line): GpuProcess[] => {
    if (line.kind !== 'process-memory' || line.instance.luid !== luid) return [];
    const { pid } = line.instance;
    if (pid === null) return [];
    const engines = loads?.get(pid)?.values() ?? [];
    return [
      {
        pid,
        name: processNames.get(pid) ?? null,
        memoryBytes: sizeOf(line.dedicatedBytes, line.sharedBytes),
        utilizationPercent: loads === null ? null : Math.max(0, ...engines),
      },
    ];
  });
  return processes.sort((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
}
