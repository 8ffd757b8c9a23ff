import { arch, cpus, platform, totalmem } from 'node:os';
import { energySums } from '../../../../shared/energy-sums.ts';
import type { GpuState } from '../../../../shared/gpu.ts';
import type { Tally } from '../../../../shared/tally.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Wire } from '../../../../shared/wire.ts';
import type { CounterView, LineView } from './view.ts';

/**
 * The machine, with the field names of Ollama's own usage statistics (its `server/usage` package).
 */
export interface SystemFacts {
  /** Go's name, such as `linux`, `darwin` or `windows`. */
  readonly os: string;
  /** Go's name, such as `amd64` or `arm64`. */
  readonly arch: string;
  /** Hardware threads. */
  readonly cpuCores: number;
  readonly ramBytes: number;
  readonly gpus: readonly { readonly name: string; readonly vramBytes: number | null }[];
}

export interface UsageFacts {
  readonly version: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly system: SystemFacts;
}

/** The fields that Ollama reports for a period, with Tokwatt's additional fields. */
export interface UsagePayload {
  readonly version: string;
  /** RFC 3339. */
  readonly time: string;
  readonly system: Wire<SystemFacts>;
  readonly totals: Wire<Tally>;
  /** Requests by operation: `chat`, `generate`, `embed`, … */
  readonly endpoints: Readonly<Record<string, number>>;
  readonly architectures: Readonly<Record<string, number>>;
  /** Requests by API; `native` is Ollama's own. */
  readonly apis: Readonly<Record<string, number>>;
  readonly features: Wire<CounterView['features']>;
  /** Only sums, so that two payloads can be subtracted. */
  readonly models: Readonly<Record<string, Wire<Tally>>>;
}

const OS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** Operations with a different name in Ollama. */
const ENDPOINTS: ReadonlyMap<string, string> = new Map([
  ['completion', 'generate'],
  ['embedding', 'embed'],
]);
const APIS: ReadonlyMap<string, string> = new Map([
  ['ollama', 'native'],
  ['openai', 'openai_compat'],
  ['anthropic', 'anthropic_compat'],
]);

/** Describes the machine. Call it only once, because reading the processors takes time. */
export function machineFacts(): Omit<SystemFacts, 'gpus'> {
  return {
    os: OS[platform()] ?? platform(),
    arch: ARCH[arch()] ?? arch(),
    cpuCores: cpus().length,
    ramBytes: totalmem(),
  };
}

/** Returns the GPUs of a reading in the payload's form. */
export function gpuFacts({ gpus }: GpuState): SystemFacts['gpus'] {
  return gpus.map(({ name, memoryTotalBytes }) => ({ name, vramBytes: memoryTotalBytes }));
}

/** Returns the payload of one period; `counters` are its sums. */
export function usagePayload(counters: CounterView, facts: UsageFacts): UsagePayload {
  const { version, time, system } = facts;
  const { all, features, by } = counters;
  return {
    version,
    time: new Date(time).toISOString(),
    system: toWire(system),
    totals: toWire(tallyOf(all)),
    endpoints: requestsBy(by.operation, ENDPOINTS),
    architectures: requestsBy(by.architecture),
    apis: requestsBy(by.api, APIS),
    features: toWire(features),
    models: sumsByName(by.model),
  };
}

/** Uses `Object.fromEntries`, because a model may be called `__proto__`. */
function sumsByName(lines: readonly LineView[]): Record<string, Wire<Tally>> {
  return Object.fromEntries(lines.map((line) => [line.name, toWire(tallyOf(line))] as const));
}

/** Returns a line without its name, its speed and its last use. */
export function tallyOf(line: Tally): Tally {
  const { requests, errors, unmeteredRequests, energyJoules } = line;
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens, estimatedTokens } = line;
  return {
    requests,
    errors,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    reasoningTokens,
    estimatedTokens,
    unmeteredRequests,
    energyJoules,
    ...energySums((name) => line[name]),
  };
}

function requestsBy(
  lines: readonly LineView[],
  names: ReadonlyMap<string, string> = new Map(),
): Record<string, number> {
  return Object.fromEntries(
    lines.map(({ name, requests }) => [names.get(name) ?? name, requests] as const),
  );
}
