/** How much of a GPU's time each process used, as NVML samples it. For the helper process only. */
import { INSUFFICIENT_SIZE, NOT_FOUND, SUCCESS } from './nvml-calls.ts';
import type { NvmlCalls } from './nvml-calls.ts';

/**
 * `nvmlProcessUtilizationSample_t`: pid (u32, padded), moment (u64, microseconds of the system's
 * clock), then the shares of multiprocessors, memory, encoder and decoder (4 × u32, percent).
 */
const SAMPLE_BYTES = 32;
const SAMPLES = 64;
/** More are no answer but garbage. */
const MAX_SAMPLES = 65_536;
/** At the first question, samples of this time before it are of interest, microseconds. */
const FIRST_US = 1_000_000n;
/**
 * The driver samples every 1/6 s to 1 s by product, so a reading between two samples finds none. This
 * long the last ones count, milliseconds. After it, no process has worked.
 */
const HOLD_MS = 2_000;

interface Samples {
  readonly shares: ReadonlyMap<number, number>;
  readonly lastUs: bigint;
  readonly at: number;
}

export interface UtilizationClock {
  /** Microseconds since 1970. */
  readonly unixUs: () => bigint;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

const CLOCK: UtilizationClock = {
  unixUs: () => BigInt(Date.now()) * 1_000n,
  nowMs: () => performance.now(),
};

export class NvmlUtilization {
  readonly #calls: Pick<NvmlCalls, 'call'>;
  readonly #clock: UtilizationClock;
  readonly #gpus = new Map<bigint, Samples>();

  constructor(calls: Pick<NvmlCalls, 'call'>, clock: UtilizationClock = CLOCK) {
    this.#calls = calls;
    this.#clock = clock;
  }

  /**
   * The share of the GPU's time by process id, 0 to 100; a process that is not in it has not worked.
   * Null if the library does not tell it, as for a divided GPU.
   *
   * Source: `nvmlDeviceGetProcessUtilization` in https://docs.nvidia.com/deploy/nvml-api/
   */
  read(handle: bigint): ReadonlyMap<number, number> | null {
    const now = this.#clock.nowMs();
    const before = this.#gpus.get(handle);
    const since = before?.lastUs ?? this.#clock.unixUs() - FIRST_US;
    const found = this.#ask(handle, since);
    if (found === null) return null;
    const newest = parseSamples(found, since);
    if (newest.shares.size > 0) {
      this.#gpus.set(handle, { ...newest, at: now });
      return newest.shares;
    }
    return before === undefined || now - before.at > HOLD_MS ? new Map() : before.shares;
  }

  /** The samples since a moment; empty if there is none, null if the library does not tell them. */
  #ask(handle: bigint, since: bigint): Buffer | null {
    const parameters = 'uint64_t device, void *samples, void *count, uint64_t since';
    const name = 'nvmlDeviceGetProcessUtilization';
    let capacity = SAMPLES;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const count = Buffer.alloc(4);
      count.writeUInt32LE(capacity);
      const samples = Buffer.alloc(capacity * SAMPLE_BYTES);
      const code = this.#calls.call(name, parameters, handle, samples, count, since);
      const told = count.readUInt32LE();
      if (code === SUCCESS) return samples.subarray(0, Math.min(told, capacity) * SAMPLE_BYTES);
      if (code === NOT_FOUND) return Buffer.alloc(0);
      if (code !== INSUFFICIENT_SIZE || told > MAX_SAMPLES) return null;
      // More processes may begin before the next call.
      capacity = told + SAMPLES;
    }
    return null;
  }
}

/**
 * The newest sample of each process. Drivers fill some entries with garbage: no process, more than
 * 100 percent, or a moment before the one that was asked for. Those are left out.
 */
export function parseSamples(
  samples: Buffer,
  since: bigint,
): { readonly shares: ReadonlyMap<number, number>; readonly lastUs: bigint } {
  const shares = new Map<number, number>();
  const moments = new Map<number, bigint>();
  let lastUs = since;
  for (let at = 0; at + SAMPLE_BYTES <= samples.length; at += SAMPLE_BYTES) {
    const pid = samples.readUInt32LE(at);
    const moment = samples.readBigUInt64LE(at + 8);
    const share = samples.readUInt32LE(at + 16);
    if (pid === 0 || share > 100 || moment <= (moments.get(pid) ?? since)) continue;
    shares.set(pid, share);
    moments.set(pid, moment);
    if (moment > lastUs) lastUs = moment;
  }
  return { shares, lastUs };
}
