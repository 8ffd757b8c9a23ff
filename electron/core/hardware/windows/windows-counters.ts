/** The parts of an instance's name of Windows' GPU counters. A part that it does not have is null. */
export interface CounterInstance {
  readonly pid: number | null;
  /** The adapter's LUID as two hexadecimal numbers in lower case: `0x00000000_0x0000c8f5`. */
  readonly luid: string;
  /** Index and type of the engine, such as `3 Compute_0`. */
  readonly engine: string | null;
}

/** A part of a processor whose energy Windows counts: all of it, or the graphics of Intel's. */
export type ProcessorPart = 'PKG' | 'PP1';

export interface EnergyMeter {
  /** The processor's number. */
  readonly processor: number;
  readonly part: ProcessorPart;
}

/** One line of the script. Sizes are bytes. */
export type CounterLine =
  /** A block begins. `at` is in milliseconds of a monotonic clock. */
  | { readonly kind: 'begin'; readonly at: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'engine'; readonly instance: CounterInstance; readonly runningMs: number }
  | {
      readonly kind: 'memory';
      readonly instance: CounterInstance;
      readonly dedicatedBytes: number;
      readonly sharedBytes: number;
    }
  | {
      readonly kind: 'process-memory';
      readonly instance: CounterInstance;
      readonly dedicatedBytes: number;
      readonly sharedBytes: number;
    }
  /** Since a moment that the driver chooses. */
  | { readonly kind: 'energy'; readonly meter: EnergyMeter; readonly joules: number }
  | { readonly kind: 'process'; readonly pid: number; readonly name: string }
  | { readonly kind: 'adapter'; readonly adapter: WindowsAdapter }
  | { readonly kind: 'location'; readonly location: PciLocation };

/** An adapter as DirectX registered it. */
export interface WindowsAdapter {
  readonly luid: string;
  readonly name: string;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly dedicatedBytes: number;
  readonly sharedBytes: number;
}

/** A display device and its place on the PCI bus. */
export interface PciLocation {
  readonly vendorId: number;
  readonly deviceId: number;
  /** Such as `0000:01:00.0`. */
  readonly address: string;
}

const MS_PER_100_NS = 1e-4;
/** The counter's unit, the picowatt-hour, in joules. */
const JOULES_PER_PWH = 3.6e-9;

/**
 * Parses a line of the script; null for any other line. Its fields are separated by tabs, and numbers
 * are whole, so no language of Windows changes them.
 */
export function parseCounterLine(line: string): CounterLine | null {
  const [kind = '', first = '', ...rest] = line.split('\t');
  switch (kind) {
    case 'T':
      return asNumber(first) === null ? null : { kind: 'begin', at: Number(first) };
    case 'Z':
      return { kind: 'end' };
    case 'E':
      return engineLine(first, rest);
    case 'M':
      return memoryLine('memory', first, rest);
    case 'P':
      return memoryLine('process-memory', first, rest);
    case 'W':
      return energyLine(first, rest);
    case 'N':
      return asNumber(first) === null || rest[0] === undefined
        ? null
        : { kind: 'process', pid: Number(first), name: rest[0] };
    case 'G':
      return adapterLine(first, rest);
    case 'L':
      return locationLine(first, rest);
    default:
      return null;
  }
}

/**
 * Parses an instance such as `pid_4242_luid_0x00000000_0x0000BEEF_phys_0_eng_1_engtype_3D`; null for
 * any other name. Memory of an adapter has no process, and memory no engine.
 *
 * Source: https://devblogs.microsoft.com/directx/gpus-in-the-task-manager/
 */
export function parseInstance(name: string): CounterInstance | null {
  const parts =
    /^(?:pid_(\d+)_)?luid_(0x[\da-f]+_0x[\da-f]+)_phys_\d+(?:_eng_(\d+)_engtype_(.*))?$/i.exec(
      name,
    );
  const luid = parts?.[2]?.toLowerCase();
  if (parts === null || luid === undefined) return null;
  const [, pid, , index, type] = parts;
  return {
    pid: pid === undefined ? null : Number(pid),
    luid,
    engine: index === undefined ? null : `${index} ${type ?? ''}`,
  };
}

/**
 * Parses an instance of the counters `Energy Meter`, such as `RAPL_Package0_PKG`; null for all others:
 * single cores, memory, `_Total` (which counts parts twice), and meters of a board, whose names are
 * those of its maker.
 */
export function parseEnergyMeter(name: string): EnergyMeter | null {
  const parts = /^RAPL_Package(\d+)_(PKG|PP1)$/i.exec(name);
  const [, processor, part] = parts ?? [];
  if (processor === undefined || part === undefined) return null;
  return { processor: Number(processor), part: part.toUpperCase() as ProcessorPart };
}

/** The LUID's parts from its value as one number, as the registry has it. */
export function luidText(value: bigint): string {
  const hex = (part: bigint): string => `0x${part.toString(16).padStart(8, '0')}`;
  return `${hex((value >> 32n) & 0xffff_ffffn)}_${hex(value & 0xffff_ffffn)}`;
}

function engineLine(name: string, [running]: readonly string[]): CounterLine | null {
  const instance = parseInstance(name);
  const ticks = asNumber(running);
  if (instance === null || ticks === null) return null;
  return { kind: 'engine', instance, runningMs: ticks * MS_PER_100_NS };
}

function energyLine(name: string, [energy]: readonly string[]): CounterLine | null {
  const [meter, picowattHours] = [parseEnergyMeter(name), asNumber(energy)];
  if (meter === null || picowattHours === null) return null;
  return { kind: 'energy', meter, joules: picowattHours * JOULES_PER_PWH };
}

function memoryLine(
  kind: 'memory' | 'process-memory',
  name: string,
  [dedicated, shared]: readonly string[],
): CounterLine | null {
  const instance = parseInstance(name);
  const [dedicatedBytes, sharedBytes] = [asNumber(dedicated), asNumber(shared)];
  if (instance === null || dedicatedBytes === null || sharedBytes === null) return null;
  return { kind, instance, dedicatedBytes, sharedBytes };
}

function adapterLine(luid: string, rest: readonly string[]): CounterLine | null {
  const [vendorId, deviceId, dedicatedBytes, sharedBytes] = rest.slice(0, 4).map(asNumber);
  const name = rest[4]?.trim();
  if (asNumber(luid) === null || name === undefined || name === '') return null;
  const adapter = {
    luid: luidText(BigInt(luid)),
    name,
    vendorId: vendorId ?? 0,
    deviceId: deviceId ?? 0,
    dedicatedBytes: dedicatedBytes ?? 0,
    sharedBytes: sharedBytes ?? 0,
  };
  return { kind: 'adapter', adapter };
}

/**
 * A device's id (`PCI\VEN_10DE&DEV_2684&…`) and its location. The registry keeps the location as a
 * reference to a translated text, followed by the numbers: `…;(1,0,0)` are bus, device and function.
 */
function locationLine(id: string, [location = '']: readonly string[]): CounterLine | null {
  const ids = /VEN_([\da-f]{4})&DEV_([\da-f]{4})/i.exec(id);
  const place = /\((\d+),(\d+),(\d+)\)\s*$/.exec(location);
  if (ids === null || place === null) return null;
  const [bus = '', device = '', fn = ''] = place.slice(1).map((part) => Number(part).toString(16));
  const address = `0000:${bus.padStart(2, '0')}:${device.padStart(2, '0')}.${fn}`;
  const [vendorId, deviceId] = [parseInt(ids[1] ?? '', 16), parseInt(ids[2] ?? '', 16)];
  return { kind: 'location', location: { vendorId, deviceId, address } };
}

function asNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
