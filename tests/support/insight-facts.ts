import { NO_CONTEXT } from '../../electron/core/insights/context.ts';
import type { ExchangeContext, GpuDuring } from '../../electron/core/insights/context.ts';
import { slowdownOf } from '../../electron/core/insights/facts.ts';
import type { ExchangeFacts } from '../../electron/core/insights/facts.ts';
import { NO_USUAL } from '../../electron/core/insights/usual.ts';
import type { UsualFigures } from '../../electron/core/insights/usual.ts';
import type { MachineReading } from '../../shared/machine.ts';
import type { LoadedModel } from '../../shared/slices.ts';
import type { ActivityRecord, Timing } from '../../shared/usage.ts';
import { activityRecord, usageOf } from './records.ts';

export const GIB = 1024 ** 3;

/** The parts of an exchange's facts that a test names. */
export interface GivenFacts {
  readonly record?: Partial<Omit<ActivityRecord, 'timing'>> & { timing?: Partial<Timing> };
  readonly context?: Partial<ExchangeContext>;
  readonly usual?: Partial<UsualFigures>;
  readonly end?: Partial<ExchangeFacts['end']>;
  readonly serverKind?: string | null;
}

/** A quick and ordinary answer of 400 tokens at 70 tok/s without a load, with the given changes. */
export function facts(given: GivenFacts = {}): ExchangeFacts {
  const ordinary = activityRecord({ usage: usageOf(900, 400) });
  const record = {
    ...ordinary,
    ...given.record,
    timing: { ...ordinary.timing, loadMs: null, ...given.record?.timing },
  };
  const usual = { ...NO_USUAL, ...given.usual };
  return {
    record,
    context: { ...NO_CONTEXT, ...given.context },
    usual,
    end: {
      contextWords: null,
      requestBytes: 3_600,
      promptEstimate: { tokens: 900, error: null },
      ...given.end,
    },
    serverKind: given.serverKind === undefined ? 'ollama' : given.serverKind,
    slowdown: slowdownOf(record, usual),
  };
}

/** A speed of generation. */
export function speed(tokensPerSecond: number): Pick<ActivityRecord, 'rates'> {
  return {
    rates: {
      promptTokensPerSecond: 500,
      outputTokensPerSecond: tokensPerSecond,
      provenance: { prompt: 'derived', output: 'derived' },
    },
  };
}

/** 400 tokens at 20 tok/s, where 70 tok/s is usual: 14.3 s were lost. */
export const SLOW = {
  record: speed(20),
  usual: { outputTokensPerSecond: 70, exchanges: 20 },
} as const;

/** A GPU at full clocks and far from its limits. */
export function gpu(given: Partial<GpuDuring> = {}): GpuDuring {
  return {
    name: 'RTX 4090',
    samples: 10,
    throttled: throttled({}),
    utilizationPercent: 95,
    memoryUtilizationPercent: 70,
    clockMHz: 2_700,
    maxClockMHz: 2_800,
    powerW: 300,
    powerLimitW: 450,
    maxTemperatureC: 66,
    maxMemoryUsedBytes: 12 * GIB,
    memoryTotalBytes: 24 * GIB,
    hasUnifiedMemory: false,
    link: null,
    other: null,
    ...given,
  };
}

type Throttled = NonNullable<GpuDuring['throttled']>;

/** Shares of the readings with a reason; none unless given. */
export function throttled(given: Partial<Throttled>): Throttled {
  return {
    power_cap: 0,
    thermal: 0,
    hardware_slowdown: 0,
    power_brake: 0,
    application_clocks: 0,
    sync_boost: 0,
    display_clocks: 0,
    ...given,
  };
}

/** A model that is in GPU memory as a whole. */
export function loadedModel(given: Partial<LoadedModel> = {}): LoadedModel {
  return {
    upstream: 'ollama',
    name: 'qwen3:8b',
    state: 'loaded',
    sizeBytes: 6 * GIB,
    vramBytes: 6 * GIB,
    contextLength: 8_192,
    parameterSize: '8B',
    quantization: 'Q4_K_M',
    expiresAt: null,
    ...given,
  };
}

/** A machine on mains with half of its memory free. */
export function machine(given: Partial<MachineReading> = {}): MachineReading {
  return {
    at: 0,
    cpuPowerW: null,
    batteryW: 0,
    isOnBattery: false,
    powerProfile: 'balanced',
    wall: null,
    memoryUsedBytes: 16 * GIB,
    memoryTotalBytes: 32 * GIB,
    swapUsedBytes: 0,
    ...given,
  };
}
