/** The most labels on an axis. */
export const MOST_TICKS = 5;

const DECIMAL_STEPS = [1, 2, 2.5, 5, 10];
/** With few ticks, a step of twice the size would leave half of the chart empty. */
const FINE_STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const FEW_TICKS = 3;
const BINARY_STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

export interface ValueScale {
  /** The value at the upper edge; always a tick. */
  readonly top: number;
  /** Rising from 0. */
  readonly ticks: readonly number[];
}

export interface ValueScaleOptions {
  readonly mostTicks?: number | undefined;
  /** `binary` gives steps of 1, 2, 4 … 512 in KiB, MiB, GiB. */
  readonly base?: 'decimal' | 'binary' | undefined;
  /** Only whole numbers get a tick. For counts. */
  readonly wholeNumbers?: boolean | undefined;
  /** The smallest maximum, so that the noise of an idle series does not fill the chart. */
  readonly leastTop?: number | undefined;
}

/** A value axis from 0 with at most `mostTicks` evenly spaced round ticks. It contains `highest`. */
export function valueScale(highest: number, options: ValueScaleOptions = {}): ValueScale {
  const { mostTicks = MOST_TICKS, base = 'decimal', wholeNumbers = false, leastTop = 0 } = options;
  const wanted = Math.max(highest, leastTop);
  const reach = Number.isFinite(wanted) && wanted > 0 ? wanted : 1;
  const rough = reach / (mostTicks - 1);
  const step = Math.max(
    niceStep(rough, base === 'binary' ? base : mostTicks <= FEW_TICKS ? 'fine' : 'decimal'),
    wholeNumbers ? 1 : 0,
  );
  // A product of the step may lie below the value by a rounding error of floating point.
  const count = Math.max(1, Math.ceil(reach / step - 1e-9));
  return {
    top: rounded(count * step),
    ticks: Array.from({ length: count + 1 }, (_, index) => rounded(index * step)),
  };
}

function niceStep(rough: number, base: 'decimal' | 'fine' | 'binary'): number {
  if (base !== 'binary') {
    const steps = base === 'fine' ? FINE_STEPS : DECIMAL_STEPS;
    const magnitude = 10 ** Math.floor(Math.log10(rough));
    return (steps.find((step) => step * magnitude >= rough * (1 - 1e-9)) ?? 10) * magnitude;
  }
  const power = Math.max(0, Math.floor(Math.log2(rough) / 10));
  const unit = 1024 ** power;
  return (BINARY_STEPS.find((step) => step * unit >= rough) ?? 1024) * unit;
}

const LOG_STEPS = [1, 2, 5];

/** At most `mostTicks` values of 1, 2 and 5 times a power of ten from `low` to `high`, both above 0. */
export function logTicks(low: number, high: number, mostTicks = MOST_TICKS): readonly number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1) {
    ticks.push(...LOG_STEPS.map((step) => rounded(step * 10 ** power)));
  }
  const inside = ticks.filter((value) => value >= low && value <= high);
  const every = Math.ceil(inside.length / mostTicks);
  return inside.filter((_, index) => index % every === 0);
}

/** Removes the floating-point noise of `3 * 0.1`. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

const MOST_IN_FULL = 10_000;

/** Labels for ticks: with as many decimals as their step needs, and short (`20k`) if they are long. */
export function tickFormatter(ticks: readonly number[], locale: string): (value: number) => string {
  const isLong = ticks.some((value) => Math.abs(value) >= MOST_IN_FULL);
  const decimals = Math.max(0, ...ticks.map((value) => String(value).split('.')[1]?.length ?? 0));
  const format = new Intl.NumberFormat(
    locale,
    isLong
      ? { notation: 'compact', maximumFractionDigits: 1 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals },
  );
  return (value) => format.format(value);
}
