/** Models and machines without enough memory. */
import type { Evidence } from '../../../../shared/insights.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { SentenceValue } from '../../../../shared/sentences.ts';
import type { LoadedModel } from '../../../../shared/slices.ts';
import { speedEvidence } from '../facts.ts';
import type { Cause, ExchangeFacts, SlowRule } from '../facts.ts';
import { advised, fact, titled } from '../said.ts';
import type { Advice, Title } from '../said.ts';
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
      name: 'name_cpu_spill',
      ...titled(
        sentence('cpu_spill', {
          share: amount(share * 100, 'percent'),
          memory: amount(inMain, 'bytes'),
          time: amount(lostMs, 'ms'),
        }),
      ),
      figure: { value: share * 100, unit: 'percent' },
      evidence: [
        fact(sentence('fact_model_size'), sizeBytes, 'bytes'),
        fact(sentence('fact_in_gpu_memory'), vramBytes, 'bytes'),
        ...(slowdown === null ? [] : speedEvidence(slowdown, usual.exchanges)),
      ],
      ...advised(
        sentence('advise_fit_gpu', {
          ollama: 'OLLAMA_KV_CACHE_TYPE=q8_0, OLLAMA_FLASH_ATTENTION=1',
          llama: '--cache-type-k, --cache-type-v',
        }),
      ),
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
    const time = amount(slowdown.lostMs, 'ms');
    const found = fullMemory(context, time) ?? movedGpuMemory(context, time);
    if (found === null) return null;
    return {
      explainedMs: slowdown.lostMs * 0.9,
      ...found.words,
      figure: { value: found.percent, unit: 'percent' },
      evidence: [...found.evidence, ...speedEvidence(slowdown, usual.exchanges)],
      saving: { value: slowdown.lostMs, unit: 'ms' },
    };
  },
};

interface Pressure {
  readonly words: Pick<Cause, 'name'> & Title & Advice;
  readonly percent: number;
  readonly evidence: readonly Evidence[];
}

function fullMemory({ machine }: ExchangeFacts['context'], time: SentenceValue): Pressure | null {
  if (machine === null) return null;
  const { memoryUsedBytes: used, memoryTotalBytes: total, swapUsedBytes: swap } = machine;
  if (used === null || total === null || swap === null || total <= 0) return null;
  if (used / total < FULL_MEMORY || swap < SWAP_BYTES) return null;
  const percent = (used / total) * 100;
  const share = amount(percent, 'percent');
  return {
    words: {
      name: 'name_memory',
      ...titled(sentence('memory_full', { share, swap: amount(swap, 'bytes'), time })),
      ...advised(sentence('advise_memory')),
    },
    percent,
    evidence: [
      fact(sentence('fact_memory_used'), used, 'bytes'),
      fact(sentence('fact_swapped'), swap, 'bytes'),
    ],
  };
}

function movedGpuMemory({ gpus }: ExchangeFacts['context'], time: SentenceValue): Pressure | null {
  for (const gpu of gpus) {
    const { maxMemoryUsedBytes: used, memoryTotalBytes: total, samples } = gpu;
    const { utilizationPercent: busy, memoryUtilizationPercent: traffic } = gpu;
    if (used === null || total === null || total <= 0 || samples < MIN_SAMPLES) continue;
    if (busy === null || traffic === null || used / total < FULL_GPU_MEMORY) continue;
    if (busy < BUSY_PERCENT || traffic > WAITING_PERCENT) continue;
    const percent = (used / total) * 100;
    const share = amount(percent, 'percent');
    return {
      words: {
        name: 'name_gpu_memory',
        ...titled(sentence('gpu_memory_full', { gpu: gpu.name, share, time })),
        ...advised(sentence('advise_gpu_memory')),
      },
      percent,
      evidence: [
        fact(sentence('fact_gpu_memory_used'), used, 'bytes'),
        fact(sentence('fact_gpu_use'), busy, 'percent'),
        fact(sentence('fact_gpu_traffic'), traffic, 'percent'),
      ],
    };
  }
  return null;
}
