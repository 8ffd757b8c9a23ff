import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { asCount, asObject, asText, objectsOf, parsedJson } from '../json-values.ts';
import { normalPciAddress } from '../pci-address.ts';
import type { SourceReading } from '../source.ts';

/** A device as `xpu-smi discovery -j` lists it. */
export interface XpuDevice {
  readonly id: number;
  readonly name: string | null;
  /** The PCI address; null if it is not told. */
  readonly address: string | null;
}

/** What is asked of `xpu-smi dump`, by the tool's numbers: load, power, clock, temperature, memory. */
export const XPU_METRICS = '0,1,2,3,18';
/** The tool's pace, which is also the shortest. A power is the mean of it, milliseconds. */
export const XPU_INTERVAL_MS = 1_000;

const MIB = 2 ** 20;
const DECIMAL = /^\d+(?:\.\d+)?$/;

/** The devices in the text of `xpu-smi discovery -j`; none if it is something else. */
export function parseXpuDiscovery(text: string): XpuDevice[] {
  return objectsOf(asObject(parsedJson(text))?.device_list).flatMap((device) => {
    const id = asCount(device.device_id);
    if (id === null) return [];
    const address = normalPciAddress(asText(device.pci_bdf_address));
    return [{ id, name: asText(device.device_name), address }];
  });
}

/** The names of the columns if a line of `xpu-smi dump` is its head; null for any other line. */
export function parseXpuHead(line: string): readonly string[] | null {
  const columns = columnsOf(line);
  return columns[0] === 'Timestamp' && columns[1] === 'DeviceId' ? columns : null;
}

/**
 * A line of `xpu-smi dump`, such as `06:14:46.000,    0, 0.00, 14.61,    0`; null for any other line.
 * Columns are found by their names without the unit, whose spelling changes between versions. A value
 * that is missing, `N/A` for most without the right to read it, is null. The energy is not read,
 * because the tool does not say since when it counts.
 *
 * Source: "Dump the device statistics" in https://github.com/intel/xpumanager/blob/master/doc/smi_user_guide.md
 */
export function parseXpuLine(
  line: string,
  head: readonly string[],
  devices: readonly XpuDevice[],
): SourceReading | null {
  const columns = columnsOf(line);
  const id = decimal(columns[1]);
  if (columns.length !== head.length || id === null) return null;
  if (!/^(?:\d{4}\/\d\d\/\d\d )?\d\d:\d\d:\d\d/.test(columns[0] ?? '')) return null;
  const device = devices.find((each) => each.id === id) ?? null;
  const value = (name: string): number | null =>
    decimal(columns[head.findIndex((column) => column.replace(/ \(.*$/, '') === name)]);
  const load = value('GPU Utilization');
  const used = value('GPU Memory Used');
  return {
    ...{ index: id, id: device?.address ?? null, name: device?.name ?? null, vendor: 'intel' },
    utilizationPercent: load !== null && load <= 100 ? load : null,
    memoryUsedBytes: used === null ? null : used * MIB,
    memoryTotalBytes: null,
    temperatureC: value('GPU Core Temperature'),
    powerW: value('GPU Power'),
    powerLimitW: null,
    energySensor: {
      ...{ counterJoules: null, counterRangeJoules: null, averagingMs: XPU_INTERVAL_MS },
    },
    details: { ...NO_GPU_DETAILS, clockMHz: value('GPU Frequency') },
  };
}

function columnsOf(line: string): string[] {
  return line.trim().split(/\s*,\s*/);
}

function decimal(text: string | undefined): number | null {
  return text !== undefined && DECIMAL.test(text) ? Number(text) : null;
}
