/** What one line of `macmon pipe` tells. A value that it does not have is null. */
export interface MacmonSample {
  /**
   * Share of the interval in which the GPU worked, 0 to 100. Versions before 0.8 tell it scaled by
   * the clock only, which is less.
   */
  readonly utilizationPercent: number | null;
  readonly gpuPowerW: number | null;
  readonly cpuPowerW: number | null;
  readonly temperatureC: number | null;
  readonly clockMHz: number | null;
  /** The fastest fan's speed as a share of its highest; null without fans. */
  readonly fanPercent: number | null;
  readonly memoryTotalBytes: number | null;
}

/**
 * Parses a line of `macmon pipe` (one JSON object a line); null for any other line. Powers are means
 * over the interval, in watts. Three forms exist: `gpu_usage: [MHz, share]` up to 0.7,
 * `gpu_active_ratio` and `gpu_freq_mhz` from 0.8 on, and one with `power.gpu` and `usage.gpu`.
 *
 * Source: "Output format" in https://github.com/vladkens/macmon
 */
export function parseMacmonLine(line: string): MacmonSample | null {
  const sample = jsonObject(line);
  if (sample === null) return null;
  const [memory, temp, power] = [sample.memory, sample.temp, sample.power].map(asObject);
  const gpuPowerW = amount(sample.gpu_power ?? power?.gpu);
  const cpuPowerW = amount(sample.cpu_power ?? power?.cpu);
  if (gpuPowerW === null && memory === null) return null;
  const temperature = amount(temp?.gpu_temp_avg ?? temp?.gpu_avg);
  const usage = usageOf(sample);
  return {
    utilizationPercent: usage.share === null ? null : Math.min(100, usage.share * 100),
    gpuPowerW,
    cpuPowerW,
    // A chip whose sensors it does not know has 0.
    temperatureC: temperature === 0 ? null : temperature,
    clockMHz: usage.clockMHz,
    fanPercent: fanOf(sample.fans),
    memoryTotalBytes: amount(memory?.ram_total),
  };
}

type Json = Readonly<Record<string, unknown>>;

function usageOf(sample: Json): { share: number | null; clockMHz: number | null } {
  const [pairMHz, pairShare] = listOf(sample.gpu_usage);
  const [entry] = listOf(asObject(sample.usage)?.gpu).map(asObject);
  return {
    share: amount(sample.gpu_active_ratio ?? pairShare ?? sample.gpu_scaled_ratio ?? entry?.usage),
    clockMHz: amount(sample.gpu_freq_mhz ?? pairMHz ?? entry?.freq_mhz),
  };
}

function fanOf(fans: unknown): number | null {
  const shares = listOf(fans).flatMap((fan) => {
    const [rpm, max] = [amount(asObject(fan)?.rpm), amount(asObject(fan)?.max_rpm)];
    return rpm === null || max === null || max === 0 ? [] : Math.min(100, (rpm / max) * 100);
  });
  return shares.length === 0 ? null : Math.max(...shares);
}

function jsonObject(line: string): Json | null {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A finite number that is not negative; null for anything else. */
function amount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
