/** Models and machines without enough memory. */
import { formatBytes, formatDuration, formatPercent } from '../../../../shared/format.ts';
import type { Evidence } from '../../../../shared/insights.ts';
import type { LoadedModel } from '../../../../shared/slices.ts';
import { speedEvidence } from '../facts.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import type { GpuDuring } from '../context.ts';

/** A smaller part in main memory makes no clear difference. */
const MIN_SPILL = 0.02;
/**
 * A part of the model in main memory takes at least this much longer for each token. Main memory
 * has 50 to 100 GB/s, a GPU's memory 300 to 1,000 and more, and each token reads all weights once.
 */
const SLOWER_MEMORY = 5;
/** Without a usual speed, only a long generation is judged, milliseconds. */
const MIN_DECODE_MS = 5_000;

/** The share of a model in main memory, 0 to 1; null if unknown, or if there is only one memory. */
export function spillOf(
  model: Pick<LoadedModel, 'sizeBytes' | 'vramBytes'> | null,
  gpus: readonly Pick<GpuDuring, 'hasUnifiedMemory'>[],
): number | null {
  const { sizeBytes = null, vramBytes = null } = model ?? {};
  if (sizeBytes === null || vramBytes === null || sizeBytes <= 0 || vramBytes < 0) return null;
  if (gpus.some(({ hasUnifiedMemory }) => hasUnifiedMemory === true)) return null;
  return vramBytes >= sizeBytes ? 0 : 1 - vramBytes / sizeBytes;
}

/**
 * Source: the server's list of loaded models (Ollama's `size` and `size_vram`). A model that is in
 * main memory as a whole runs on the processor, which is no spill.
 */
export const CPU_SPILL: SlowRule = {
  kind: 'cpu_spill',
  judge: ({ record, context, slowdown, usual }: ExchangeFacts) => {
    const share = spillOf(context.loadedModel, context.gpus);
    const { sizeBytes = null, vramBytes = null } = context.loadedModel ?? {};
    if (share === null || share < MIN_SPILL || share >= 1) return null;
    if (sizeBytes === null || vramBytes === null) return null;
    const lostMs = slowdown?.lostMs ?? slowerBy(share, record.timing.decodeMs);
    if (lostMs === null) return null;
    const inMain = sizeBytes - vramBytes;
    return {
      explainedMs: lostMs,
      name: 'A part of the model in main memory',
      title: `${formatPercent(share * 100)} of the model (${formatBytes(inMain)}) is in main memory, which cost about ${formatDuration(lostMs)}.`,
      figure: { value: share * 100, unit: 'percent' },
      evidence: [
        { label: 'Size of the model', value: sizeBytes, unit: 'bytes' },
        { label: 'In GPU memory', value: vramBytes, unit: 'bytes' },
        ...(slowdown === null ? [] : speedEvidence(slowdown, usual.exchanges)),
      ],
      advice:
        'Make the model fit into GPU memory: a smaller quantisation, a shorter context, or a quantised KV cache (OLLAMA_KV_CACHE_TYPE=q8_0 with OLLAMA_FLASH_ATTENTION=1; --cache-type-k and --cache-type-v of llama-server).',
      saving: { value: lostMs, unit: 'ms' },
    };
  },
};

/** The time beyond that with all of the model in GPU memory, by the speeds of both memories. */
function slowerBy(share: number, decodeMs: number | null): number | null {
  if (decodeMs === null || !(decodeMs >= MIN_DECODE_MS)) return null;
  return decodeMs * (1 - 1 / (1 + share * (SLOWER_MEMORY - 1)));
}

const FULL_MEMORY = 0.92;
const SWAP_BYTES = 1024 ** 3;
/** The signature of GPU memory that the driver moved to main memory: busy, but waiting for it. */
const FULL_GPU_MEMORY = 0.96;
const BUSY_PERCENT = 90;
const WAITING_PERCENT = 5;
const MIN_SAMPLES = 3;

/**
 * Sources: memory and swap of the system; for GPUs, full memory with a utilisation near 100 % and
 * hardly any memory traffic, as drivers for Windows show when they move data to main memory.
 */
export const MEMORY_PRESSURE: SlowRule = {
  kind: 'memory_pressure',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    if (slowdown === null) return null;
    const found = fullMemory(context) ?? movedGpuMemory(context);
    if (found === null) return null;
    return {
      explainedMs: slowdown.lostMs * 0.9,
      name: found.name,
      title: `${found.title}, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: found.percent, unit: 'percent' },
      evidence: [...found.evidence, ...speedEvidence(slowdown, usual.exchanges)],
      advice: found.advice,
      saving: { value: slowdown.lostMs, unit: 'ms' },
    };
  },
};

interface Pressure {
  readonly name: string;
  readonly title: string;
  readonly percent: number;
  readonly evidence: readonly Evidence[];
  readonly advice: string;
}

function fullMemory({ machine }: ExchangeFacts['context']): Pressure | null {
  if (machine === null) return null;
  const { memoryUsedBytes: used, memoryTotalBytes: total, swapUsedBytes: swap } = machine;
  if (used === null || total === null || swap === null || total <= 0) return null;
  if (used / total < FULL_MEMORY || swap < SWAP_BYTES) return null;
  const percent = (used / total) * 100;
  return {
    name: 'Full main memory',
    title: `Main memory was ${formatPercent(percent)} full with ${formatBytes(swap)} swapped out`,
    percent,
    evidence: [
      { label: 'Main memory in use', value: used, unit: 'bytes' },
      { label: 'Swapped out', value: swap, unit: 'bytes' },
    ],
    advice: 'Close other programs, or choose a smaller model or context.',
  };
}

function movedGpuMemory({ gpus }: ExchangeFacts['context']): Pressure | null {
  for (const gpu of gpus) {
    const { maxMemoryUsedBytes: used, memoryTotalBytes: total, samples } = gpu;
    const { utilizationPercent: busy, memoryUtilizationPercent: traffic } = gpu;
    if (used === null || total === null || total <= 0 || samples < MIN_SAMPLES) continue;
    if (busy === null || traffic === null || used / total < FULL_GPU_MEMORY) continue;
    if (busy < BUSY_PERCENT || traffic > WAITING_PERCENT) continue;
    const percent = (used / total) * 100;
    return {
      name: 'Full GPU memory',
      title: `${gpu.name} had its memory ${formatPercent(percent)} full and waited for main memory`,
      percent,
      evidence: [
        { label: 'GPU memory in use', value: used, unit: 'bytes' },
        { label: 'GPU utilisation', value: busy, unit: 'percent' },
        { label: 'GPU memory traffic', value: traffic, unit: 'percent' },
      ],
      advice:
        'Choose a smaller model or context. On Windows, set "CUDA - Sysmem Fallback Policy" to "Prefer No Sysmem Fallback" in the NVIDIA control panel, so that this fails instead of slowing down.',
    };
  }
  return null;
}
