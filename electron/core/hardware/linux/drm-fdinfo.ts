/** Time that a client's work took on one class of engines, since the client was opened. */
export type EngineTime =
  | { readonly kind: 'ns'; readonly busy: number }
  /** In cycles, beside all cycles that have passed. */
  | { readonly kind: 'cycles'; readonly busy: number; readonly total: number };

/** A client of a graphics driver: one opening of a GPU by a process. */
export interface DrmClient {
  /** The PCI address in lower case. */
  readonly device: string;
  /** Unique for a device; several file descriptors may belong to one client. */
  readonly id: string;
  readonly engines: ReadonlyMap<string, EngineTime>;
  /** How many engines a class has; 1 if the driver does not tell. */
  readonly capacities: ReadonlyMap<string, number>;
  /** Bytes in the card's own memory, and in main memory; null if the driver does not tell. */
  readonly localBytes: number | null;
  readonly systemBytes: number | null;
}

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
/** The kinds of a region's figure, the best first. `memory` is what older drivers have. */
const FIGURES = ['resident', 'memory', 'total'];

/**
 * The client in the text of `/proc/<pid>/fdinfo/<fd>`; null if the file belongs to none, or the driver
 * tells no PCI address.
 *
 * Source: https://docs.kernel.org/gpu/drm-usage-stats.html
 */
export function parseDrmFdinfo(text: string): DrmClient | null {
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(/^drm-([\w-]+):\s*(.*?)\s*$/gm)) {
    values.set(key, value);
  }
  const [device, id] = [values.get('pdev'), values.get('client-id')];
  if (device === undefined || id === undefined) return null;
  return {
    device: device.toLowerCase(),
    id,
    engines: enginesOf(values),
    capacities: numbersOf(values, 'engine-capacity-'),
    ...memoryOf(values),
  };
}

function enginesOf(values: ReadonlyMap<string, string>): Map<string, EngineTime> {
  const engines = new Map<string, EngineTime>();
  for (const [name, busy] of numbersOf(values, 'engine-', ' ns')) {
    if (!name.startsWith('capacity-')) engines.set(name, { kind: 'ns', busy });
  }
  const totals = numbersOf(values, 'total-cycles-');
  for (const [name, busy] of numbersOf(values, 'cycles-')) {
    const total = totals.get(name);
    if (total !== undefined) engines.set(name, { kind: 'cycles', busy, total });
  }
  return engines;
}

/** The whole numbers of all keys with a prefix, by the rest of the key. */
function numbersOf(
  values: ReadonlyMap<string, string>,
  prefix: string,
  unit = '',
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [key, value] of values) {
    if (!key.startsWith(prefix)) continue;
    const digits = value.endsWith(unit) ? value.slice(0, value.length - unit.length) : '';
    if (/^\d+$/.test(digits)) found.set(key.slice(prefix.length), Number(digits));
  }
  return found;
}

/**
 * Memory by place. `vram` and `local0` are the card's own; `gtt` and `system0` are main memory. Other
 * regions (`cpu`, `stolen`) are not the GPU's.
 */
function memoryOf(
  values: ReadonlyMap<string, string>,
): Pick<DrmClient, 'localBytes' | 'systemBytes'> {
  let [localBytes, systemBytes]: [number | null, number | null] = [null, null];
  const seen = new Set<string>();
  for (const figure of FIGURES) {
    for (const [key, value] of values) {
      const region = key.startsWith(`${figure}-`) ? key.slice(figure.length + 1) : '';
      const place = /^(?:(vram|local)|(?:gtt|system))\d*$/.exec(region);
      const bytes = bytesOf(value);
      if (place === null || bytes === null || seen.has(region)) continue;
      seen.add(region);
      if (place[1] === undefined) systemBytes = (systemBytes ?? 0) + bytes;
      else localBytes = (localBytes ?? 0) + bytes;
    }
  }
  return { localBytes, systemBytes };
}

function bytesOf(value: string): number | null {
  const [, digits, unit = ''] = /^(\d+)(?: (KiB|MiB|GiB))?$/.exec(value) ?? [];
  return digits === undefined ? null : Number(digits) * (UNITS[unit] ?? 1);
}
