import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { SourceReading } from '../source.ts';

const MIB = 1024 * 1024;
const KIB = 1024;

/**
 * Rails of the GPU, the narrowest first. Boards without a rail for it alone measure it together with
 * the system on chip or the processor.
 */
const GPU_RAILS = ['pom_5v_gpu', 'vdd_sys_gpu', 'vdd_gpu', 'gpu', 'vdd_gpu_soc', 'vdd_cpu_gpu_cv'];

/**
 * One line of `tegrastats`, or null if it is something else. Releases differ in letter case, in units
 * (`450/450`, `450mW/450mW`, with a maximum as third value) and in the names of the rails. The first
 * value of a rail is the present one; the second is a mean since the tool began.
 *
 * Source: https://docs.nvidia.com/jetson/archives/r36.3/DeveloperGuide/AT/JetsonLinuxDevelopmentTools/TegrastatsUtility.html
 */
export function parseTegrastatsLine(line: string): SourceReading | null {
  const memory = /\bRAM (\d+)\/(\d+)(MB|kB)/i.exec(line);
  const gpu = /\bGR3D(?:_FREQ)? (\d+)%(?:@\[?(\d+))?/i.exec(line);
  if (memory === null || gpu === null) return null;
  const [, used = '', total = '', unit = ''] = memory;
  const bytes = unit.toLowerCase() === 'kb' ? KIB : MIB;
  const temperature = /\bGPU@(-?\d+(?:\.\d+)?)C\b/i.exec(line);
  return {
    index: 0,
    id: null,
    name: 'NVIDIA Jetson',
    vendor: 'nvidia',
    utilizationPercent: Number(gpu[1]),
    memoryUsedBytes: Number(used) * bytes,
    memoryTotalBytes: Number(total) * bytes,
    temperatureC: sensor(temperature?.[1]),
    powerW: gpuPower(line),
    powerLimitW: null,
    details: {
      ...NO_GPU_DETAILS,
      clockMHz: gpu[2] === undefined ? null : Number(gpu[2]),
      hasUnifiedMemory: true,
    },
    energySensor: { counterJoules: null, counterRangeJoules: null, averagingMs: 0 },
  };
}

/** A sensor that is off tells -256 °C. */
function sensor(text: string | undefined): number | null {
  return text === undefined || Number(text) <= -100 ? null : Number(text);
}

function gpuPower(line: string): number | null {
  const rails = new Map<string, number>();
  for (const [, name = '', now = ''] of line.matchAll(
    /(?<=\s)([A-Z]\w*) (\d+)(?:mW)?\/\d+(?:mW)?(?=[\s/]|$)/gi,
  )) {
    rails.set(name.toLowerCase(), Number(now) / 1000);
  }
  return GPU_RAILS.map((rail) => rails.get(rail)).find((watts) => watts !== undefined) ?? null;
}
