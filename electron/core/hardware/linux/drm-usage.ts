import type { GpuProcess } from '../../../../shared/gpu.ts';
import type { DrmClient, EngineTime } from './drm-fdinfo.ts';

/** A client and the process that holds it. */
export interface HeldClient {
  readonly pid: number;
  readonly name: string | null;
  readonly client: DrmClient;
}

/** All clients that could be read at one moment. */
export interface DrmScan {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly clients: readonly HeldClient[];
  /** True if other users' processes could not be read. */
  readonly hasHidden: boolean;
}

export interface DrmDeviceUsage {
  /** The readable processes that use the GPU, with the most memory first. */
  readonly processes: readonly GpuProcess[];
  /**
   * The share of time of the busiest class of engines, 0 to 100. Null for a process that was not in the
   * earlier scan, and if there are processes that cannot be read, because they may use the GPU too.
   */
  readonly utilizationPercent: number | null;
  /** Null too if there are processes that cannot be read. */
  readonly memoryUsedBytes: number | null;
}

interface Load {
  readonly engines: Map<string, number>;
  bytes: number | null;
  /** False if the time of one of its clients is unknown: it was seen once only, or went back. */
  isMeasured: boolean;
  readonly name: string | null;
}

/**
 * The use of one GPU between two scans. `isShared` is true for a GPU that uses main memory. A client
 * that several processes hold counts for the first.
 */
export function drmUsage(
  before: DrmScan | null,
  after: DrmScan,
  device: string,
  isShared: boolean,
): DrmDeviceUsage {
  const elapsedMs = before === null ? 0 : after.at - before.at;
  const earlier = new Map(before?.clients.map(({ client }) => [keyOf(client), client]));
  const loads = new Map<number, Load>();
  const seen = new Set<string>();
  for (const { pid, name, client } of after.clients) {
    if (client.device !== device || seen.has(keyOf(client))) continue;
    seen.add(keyOf(client));
    const load = loads.get(pid) ?? { engines: new Map(), bytes: null, isMeasured: true, name };
    loads.set(pid, load);
    const bytes = memoryOf(client, isShared);
    if (bytes !== null) load.bytes = (load.bytes ?? 0) + bytes;
    addShares(load, client, earlier.get(keyOf(client)), elapsedMs);
  }
  const isMeasured = [...loads.values()].every((load) => load.isMeasured);
  const isKnown = before !== null && elapsedMs > 0 && isMeasured && !after.hasHidden;
  return {
    processes: [...loads]
      .map(processOf)
      .sort((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0)),
    utilizationPercent: isKnown ? deviceShare([...loads.values()]) : null,
    memoryUsedBytes: after.hasHidden ? null : memorySum([...loads.values()]),
  };
}

function processOf([pid, { name, bytes, engines, isMeasured }]: [number, Load]): GpuProcess {
  const utilizationPercent = isMeasured ? Math.min(100, Math.max(0, ...engines.values())) : null;
  return { pid, name, memoryBytes: bytes, utilizationPercent };
}

function deviceShare(loads: readonly Load[]): number {
  const sums = new Map<string, number>();
  for (const { engines } of loads) {
    for (const [engine, share] of engines) sums.set(engine, (sums.get(engine) ?? 0) + share);
  }
  return Math.min(100, Math.max(0, ...sums.values()));
}

/** Null if a process's memory is unknown. */
function memorySum(loads: readonly Load[]): number | null {
  return loads.reduce<number | null>(
    (sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes),
    0,
  );
}

function addShares(
  load: Load,
  client: DrmClient,
  earlier: DrmClient | undefined,
  elapsedMs: number,
): void {
  if (earlier === undefined || elapsedMs <= 0) {
    load.isMeasured = false;
    return;
  }
  for (const [engine, time] of client.engines) {
    const share = shareOf(earlier.engines.get(engine), time, elapsedMs);
    const capacity = Math.max(1, client.capacities.get(engine) ?? 1);
    if (share === null) load.isMeasured = false;
    else load.engines.set(engine, (load.engines.get(engine) ?? 0) + (share * 100) / capacity);
  }
}

/** The share of one engine's time; null if the counters went back. */
function shareOf(
  before: EngineTime | undefined,
  after: EngineTime,
  elapsedMs: number,
): number | null {
  if (before?.kind !== after.kind) return null;
  const busy = after.busy - before.busy;
  const passed =
    after.kind === 'cycles' && before.kind === 'cycles'
      ? after.total - before.total
      : elapsedMs * 1e6;
  return busy < 0 || passed <= 0 ? null : busy / passed;
}

function memoryOf({ localBytes, systemBytes }: DrmClient, isShared: boolean): number | null {
  if (!isShared) return localBytes;
  return localBytes === null && systemBytes === null
    ? null
    : (localBytes ?? 0) + (systemBytes ?? 0);
}

function keyOf({ device, id }: DrmClient): string {
  return `${device} ${id}`;
}
