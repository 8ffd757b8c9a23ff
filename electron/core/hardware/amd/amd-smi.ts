import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sentence } from '../../../../shared/sentences.ts';
import { findExecutable } from '../child-process/executable-path.ts';
import { createPolledSource } from '../polled-source.ts';
import type { GpuSource, SourceReading } from '../source.ts';
import { parseAmdSmiList, parseAmdSmiMetric } from './amd-smi-output.ts';
import { readAmdgpu } from './amdgpu-sysfs.ts';

export interface AmdSmiOptions {
  /** The program; searched for by default. Null: there is none. */
  readonly path?: string | null;
  /** The folder with `card<N>`, `/sys/class/drm` by default. */
  readonly root?: string;
}

const run = promisify(execFile);
/** ROCm's packages install it here, often outside of PATH. */
const FOLDERS = ['/opt/rocm/bin'];
const LIMIT_MS = 4_000;
const MAX_OUTPUT = 4 * 2 ** 20;
/** Each question starts Python, which takes a good part of a second. */
const MIN_INTERVAL_MS = 2_500;

/**
 * AMD GPUs from `amd-smi`, where the kernel's files do not tell power, utilisation and memory of each
 * card. The tool is asked again and again, because its own repetition prints no JSON in ROCm 7.1
 * (ROCm/amdsmi issue 168). It is not asked while a card sleeps, because it would wake it.
 */
export function createAmdSmiSource(options: AmdSmiOptions = {}): GpuSource {
  const root = options.root ?? '/sys/class/drm';
  let addresses: ReadonlyMap<number, string> | null = null;
  return createPolledSource({
    name: 'amd-smi',
    lookedFor: 'amd-smi (AMD)',
    nothing: sentence('amd_smi_nothing'),
    minIntervalMs: MIN_INTERVAL_MS,
    async read() {
      const path = await amdSmiPath(options);
      if (path === null || !isNeeded(await readAmdgpu(root))) return [];
      if (addresses === null || addresses.size === 0) {
        addresses = parseAmdSmiList(await answer(path, ['list', '--json']).catch(() => ''));
      }
      return parseAmdSmiMetric(await answer(path, ['metric', '--json']), addresses);
    },
  });
}

/** True if a card lacks a figure in the kernel's files, or there is none, but not while one sleeps. */
export function isNeeded(cards: readonly SourceReading[]): boolean {
  if (cards.some(({ isAsleep }) => isAsleep === true)) return false;
  return (
    cards.length === 0 ||
    cards.some(
      ({ powerW, utilizationPercent, memoryUsedBytes }) =>
        powerW === null || utilizationPercent === null || memoryUsedBytes === null,
    )
  );
}

function amdSmiPath({ path }: AmdSmiOptions): Promise<string | null> {
  return path === undefined
    ? findExecutable('amd-smi', { folders: FOLDERS })
    : Promise.resolve(path);
}

async function answer(path: string, args: readonly string[]): Promise<string> {
  const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT } as const;
  const { stdout } = await run(path, args, limits);
  return stdout;
}
