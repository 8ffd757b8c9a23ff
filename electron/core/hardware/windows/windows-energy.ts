import type { GpuVendor } from '../../../../shared/gpu.ts';
import type { EnergySensor } from '../source.ts';
import type { CounterLine, ProcessorPart } from './windows-counters.ts';

/** No processor draws so much, watts. A larger difference is a counter that was reset. */
const MAX_POWER_W = 2_000;

export interface GraphicsPower {
  readonly powerW: number | null;
  readonly energySensor: EnergySensor;
}

interface Block {
  readonly at: number;
  readonly lines: readonly CounterLine[];
}

/**
 * The power of a GPU inside the processor: that of the graphics for Intel's, and that of the whole
 * processor for AMD's, as on Linux. It is the counter's difference between two blocks. Null if Windows does not
 * count it, which is so before Windows 11 and for drivers without this interface, or if there are several
 * processors. A counter that stands still is no power of 0.
 *
 * Sources: https://learn.microsoft.com/windows-hardware/drivers/powermeter/energy-meter-interface (the
 * unit); https://github.com/winsiderss/systeminformer/issues/1558 (the counters and their instances)
 */
export function graphicsPower(
  vendor: GpuVendor,
  before: Block | null,
  after: Block,
): GraphicsPower | null {
  const part = vendor === 'intel' ? 'PP1' : vendor === 'amd' ? 'PKG' : null;
  const joules = part === null ? null : joulesOf(part, after);
  if (part === null || joules === null) return null;
  const earlier = before === null ? null : joulesOf(part, before);
  const elapsedMs = before === null ? 0 : after.at - before.at;
  const watts =
    earlier === null || elapsedMs <= 0 ? null : ((joules - earlier) * 1_000) / elapsedMs;
  const isKnown = watts !== null && watts > 0 && watts <= MAX_POWER_W;
  return {
    powerW: isKnown ? watts : null,
    energySensor: {
      counterJoules: watts === null || isKnown ? joules : null,
      counterRangeJoules: null,
      averagingMs: isKnown ? elapsedMs : 0,
    },
  };
}

function joulesOf(part: ProcessorPart, { lines }: Block): number | null {
  const found = lines.flatMap((line) =>
    line.kind === 'energy' && line.meter.part === part ? line.joules : [],
  );
  const [joules] = found;
  return found.length === 1 && joules !== undefined && joules > 0 ? joules : null;
}
