/** Calls of NVIDIA's management library (NVML). For the helper process only. */
import { load } from 'koffi';
import type { LibraryHandle } from 'koffi';
import type { NvmlAnswers } from './nvml-answers.ts';

/** `nvmlReturn_t` */
export const SUCCESS = 0;
export const NOT_SUPPORTED = 3;
export const NOT_FOUND = 6;
export const INSUFFICIENT_SIZE = 7;
export const FUNCTION_NOT_FOUND = 13;
const GPU_IS_LOST = 15;
const RESET_REQUIRED = 16;

const TEXT_BYTES = 256;
export const ALL_ONES = 2n ** 64n - 1n;

type NativeFunction = (...args: unknown[]) => number;

/** The library could not be used. `code` is null if it is not there. */
export class NvmlError extends Error {
  readonly code: number | null;

  constructor(code: number | null) {
    super(code === null ? 'NVML was not found' : `NVML failed with code ${code}`);
    this.code = code;
  }
}

/**
 * All functions have plain arguments, and structures are read by offset, because they differ between
 * versions of the library. A function that a version lacks counts as not supported.
 *
 * Source: nvml.h and https://docs.nvidia.com/deploy/nvml-api/
 */
export class NvmlCalls {
  readonly #library: LibraryHandle;
  readonly #functions = new Map<string, NativeFunction>();
  /** The worst answer since it was last set to null. */
  failure: NvmlAnswers['failure'] = null;

  /** Loads the library. Throws an `NvmlError` if there is none. */
  constructor(paths: readonly string[]) {
    this.#library = loadFirst(paths);
  }

  /** Calls a function that returns `nvmlReturn_t`. */
  call(name: string, parameters: string, ...args: unknown[]): number {
    let native = this.#functions.get(name);
    if (native === undefined) {
      try {
        native = this.#library.func(`int ${name}(${parameters})`) as NativeFunction;
      } catch {
        native = () => FUNCTION_NOT_FOUND;
      }
      this.#functions.set(name, native);
    }
    const code = native(...args);
    if (code === GPU_IS_LOST) this.failure = 'lost';
    if (code === RESET_REQUIRED) this.failure ??= 'reset_required';
    return code;
  }

  bytes(name: string, handle: bigint, length: number): Buffer | null {
    const out = Buffer.alloc(length);
    const code = this.call(name, 'uint64_t device, void *out', handle, out);
    return code === SUCCESS ? out : null;
  }

  uint(name: string, handle: bigint): number | null {
    return this.bytes(name, handle, 4)?.readUInt32LE() ?? null;
  }

  ulong(name: string, handle: bigint): number | null {
    const value = this.bytes(name, handle, 8)?.readBigUInt64LE() ?? null;
    return value === null || value === ALL_ONES ? null : Number(value);
  }

  text(name: string, handle: bigint): string | null {
    const out = Buffer.alloc(TEXT_BYTES);
    const parameters = 'uint64_t device, void *text, uint32_t length';
    const code = this.call(name, parameters, handle, out, TEXT_BYTES);
    return code === SUCCESS ? textOf(out) : null;
  }

  clock(name: string, handle: bigint, type: number): number | null {
    const out = Buffer.alloc(4);
    const code = this.call(name, 'uint64_t device, uint32_t type, void *clock', handle, type, out);
    return code === SUCCESS ? out.readUInt32LE() : null;
  }
}

function loadFirst(paths: readonly string[]): LibraryHandle {
  for (const path of paths) {
    try {
      return load(path);
    } catch {
      continue;
    }
  }
  throw new NvmlError(null);
}

/** A text that ends with a zero byte; null if it is empty. */
export function textOf(buffer: Buffer): string | null {
  const end = buffer.indexOf(0);
  return buffer.toString('utf8', 0, end === -1 ? undefined : end) || null;
}
