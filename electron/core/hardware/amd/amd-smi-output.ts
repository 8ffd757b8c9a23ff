import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import { asCount, asObject, asText, objectsOf, parsedJson } from '../json-values.ts';
import type { JsonObject } from '../json-values.ts';
import { normalPciAddress } from '../pci-address.ts';
import type { SourceReading } from '../source.ts';
import { AMDGPU_AVERAGING_MS } from './gpu-metrics.ts';

/** The tool's `MB` is 2^20 bytes. */
const MIB = 2 ** 20;
/** A 16-bit field that is not filled, which some versions pass on as a figure. */
const ABSENT = 0xffff;

/** The PCI address of each GPU, by the number that the tool gives it, from `amd-smi list --json`. */
export function parseAmdSmiList(text: string): ReadonlyMap<number, string> {
  const addresses = new Map<number, string>();
  for (const entry of gpusOf(text)) {
    const [index, address] = [asCount(entry.gpu), normalPciAddress(asText(entry.bdf))];
    if (index !== null && address !== null) addresses.set(index, address);
  }
  return addresses;
}

/**
 * The GPUs of `amd-smi metric --json`. A figure is `{"value": 42, "unit": "%"}` or, in older versions,
 * a number; one that is unknown is `"N/A"`, and so may be a whole group. The list is bare or in
 * `gpu_data`. Its energy is not read: it was found standing still and going back (ROCm/amdsmi issues 38
 * and 115), and the kernel's `gpu_metrics` has the same counter.
 *
 * Source: https://rocm.docs.amd.com/projects/amdsmi/en/latest/how-to/amdsmi-cli-tool.html
 */
export function parseAmdSmiMetric(
  text: string,
  addresses: ReadonlyMap<number, string>,
): SourceReading[] {
  return gpusOf(text).flatMap((gpu) => {
    const index = asCount(gpu.gpu);
    return index === null ? [] : [readingOf(gpu, index, addresses.get(index) ?? null)];
  });
}

function readingOf(gpu: JsonObject, index: number, id: string | null): SourceReading {
  const group = (name: string): JsonObject => asObject(gpu[name]) ?? {};
  const [usage, power, memory, temperature] = [
    group('usage'),
    group('power'),
    group('mem_usage'),
    group('temperature'),
  ];
  const powerW =
    figure(power.socket_power) ??
    figure(power.current_socket_power) ??
    figure(power.average_socket_power);
  return {
    ...{ index, id, name: null, vendor: 'amd' },
    utilizationPercent: percent(usage.gfx_activity),
    memoryUsedBytes: bytes(memory.used_vram),
    memoryTotalBytes: bytes(memory.total_vram),
    temperatureC: figure(temperature.edge) ?? figure(temperature.hotspot),
    ...{ powerW, powerLimitW: null },
    energySensor: {
      counterJoules: null,
      counterRangeJoules: null,
      averagingMs: AMDGPU_AVERAGING_MS,
    },
    details: {
      ...NO_GPU_DETAILS,
      clockMHz: clock(group('clock').gfx_0),
      memoryClockMHz: clock(group('clock').mem_0),
      fanPercent: percent(group('fan').usage),
      memoryUtilizationPercent: percent(usage.umc_activity),
    },
  };
}

function gpusOf(text: string): JsonObject[] {
  const value = parsedJson(text);
  return objectsOf(asObject(value)?.gpu_data ?? value);
}

function clock(value: unknown): number | null {
  return figure(asObject(value)?.clk);
}

function percent(value: unknown): number | null {
  const share = figure(value);
  return share !== null && share <= 100 ? share : null;
}

function bytes(value: unknown): number | null {
  const mib = amount(value);
  return mib === null ? null : mib * MIB;
}

function figure(value: unknown): number | null {
  const found = amount(value);
  return found === ABSENT ? null : found;
}

function amount(value: unknown): number | null {
  const found = asObject(value)?.value ?? value;
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : null;
}
