/** GPUs and their memory. */
import {
  formatBytes,
  formatElapsed,
  formatPercent,
  formatPower,
} from '../../../../shared/format.ts';
import type { PowerSample } from '../power-history.ts';
import { spillOf } from '../slow/memory.ts';
import { median } from '../usual.ts';
import { exchangesOf, groupedBy, modelSubject } from './waste-facts.ts';
import type { Finding, WasteFacts, WasteRule } from './waste-facts.ts';

const MINUTE_MS = 60_000;
/** A larger part in main memory needs another model, not a slightly smaller one. */
const SMALL_SPILL = 0.15;
/** Servers list sizes before they have finished loading. */
const SETTLED_MS = MINUTE_MS;

/** Source: the server's list of loaded models (Ollama's `size` and `size_vram`). */
export const SMALL_SPILL_RULE: WasteRule = {
  kind: 'small_spill',
  passed: 'no spill',
  needs:
    'No server says how much of a loaded model is in GPU memory, or the model was loaded just now.',
  find: (facts) => {
    const { now, listed, gpus, isLocal } = facts;
    const unified = gpus.map(({ details }) => ({
      hasUnifiedMemory: details?.hasUnifiedMemory ?? null,
    }));
    const known = listed.flatMap(({ model, since }) => {
      const share = spillOf(model, isLocal(model.upstream) ? unified : []);
      return share === null || now - since < SETTLED_MS ? [] : [{ model, share }];
    });
    if (known.length === 0) return null;
    return known.flatMap(({ model, share }): Finding[] => {
      const { sizeBytes, vramBytes, quantization } = model;
      if (share <= 0 || share > SMALL_SPILL || sizeBytes === null || vramBytes === null) return [];
      if (exchangesOf(model, facts).length === 0) return [];
      const missing = sizeBytes - vramBytes;
      return [
        {
          kind: 'small_spill',
          scope: 'model',
          subject: modelSubject(model),
          title: `${model.name} misses GPU memory by ${formatBytes(missing)}: ${formatPercent(Math.max(1, share * 100))} of it is in main memory and slows down each token.`,
          figure: { value: missing, unit: 'bytes' },
          evidence: [
            { label: 'Size of the model', value: sizeBytes, unit: 'bytes' },
            { label: 'In GPU memory', value: vramBytes, unit: 'bytes' },
            ...(quantization === null
              ? []
              : [{ label: 'Quantisation', value: quantization, unit: null }]),
          ],
          advice:
            'Choose the next smaller quantisation, halve the context, or quantise the KV cache: OLLAMA_FLASH_ATTENTION=1 with OLLAMA_KV_CACHE_TYPE=q8_0, or --cache-type-k q8_0 --cache-type-v q8_0 of llama-server.',
          saving: { value: missing, unit: 'bytes' },
        },
      ];
    });
  },
};

/** Shorter work may be the end of an exchange, or a model being loaded. */
const LONG_WORK_MS = 3 * MINUTE_MS;

/**
 * Source: readings of the GPUs while no exchange is in flight. Work of another program is its own
 * business, and so is a GPU without any model of a local server.
 */
export const BUSY_WITHOUT_TOKENS: WasteRule = {
  kind: 'busy_without_tokens',
  passed: 'no GPU at work without requests',
  needs: 'This needs a loaded model on this machine and a GPU that reports its utilisation.',
  find: ({ listed, gpus, idleWork, isLocal }) => {
    const hasModel = listed.some(({ model }) => isLocal(model.upstream));
    if (!hasModel || gpus.every(({ utilizationPercent }) => utilizationPercent === null)) {
      return null;
    }
    return idleWork
      .filter(({ durationMs, otherProcess }) => durationMs >= LONG_WORK_MS && otherProcess === null)
      .map(({ gpu, durationMs, meanPowerW, utilizationPercent }): Finding => {
        const draws =
          meanPowerW === null
            ? `was ${formatPercent(utilizationPercent)} busy`
            : `drew ${formatPower(meanPowerW)}`;
        return {
          kind: 'busy_without_tokens',
          scope: 'machine',
          subject: gpu,
          title: `${gpu} ${draws} for ${formatElapsed(durationMs)} while no request was in flight.`,
          figure:
            meanPowerW === null
              ? { value: utilizationPercent, unit: 'percent' }
              : { value: meanPowerW, unit: 'watts' },
          evidence: [
            { label: 'Time without requests', value: durationMs, unit: 'ms' },
            { label: 'GPU utilisation', value: utilizationPercent, unit: 'percent' },
          ],
          advice:
            'A server may still work for a client that is gone: restart it, or unload its model. If a program asks the server directly, let it use the address of Tokwatt, so that its tokens are counted.',
          saving: meanPowerW === null ? null : { value: meanPowerW, unit: 'watts' },
        };
      });
  },
};

/** Fewer answers at a limit do not show its speed. */
const MIN_ANSWERS = 8;
/** A lower limit may cost this much speed ... */
const KEPT_SPEED = 0.93;
/** ... and must save this share of the power. */
const SAVED_POWER = 0.1;
/** Limits this close are the same, watts. */
const SAME_LIMIT_W = 5;

interface AtLimit {
  readonly limitW: number;
  readonly powerW: number;
  readonly rate: number;
  readonly answers: number;
}

/**
 * Source: speed and watts of ordinary answers at each power limit that was in force. Nothing is
 * tried out: with one limit, nothing can be said. Cards differ. Some keep 95 % of their speed at
 * 85 % of the power, others lose speed in proportion.
 */
export const INEFFICIENT_POWER_LIMIT: WasteRule = {
  kind: 'inefficient_power_limit',
  passed: 'no better power limit known',
  needs: 'Answers were seen at one power limit only, or not enough of them.',
  find: (facts) => {
    const compared = comparisons(facts);
    if (compared.length === 0) return null;
    return compared.flatMap(({ sample, current, lower }): Finding[] => {
      const better = lower.filter(
        ({ rate, powerW }) =>
          rate >= current.rate * KEPT_SPEED && powerW <= current.powerW * (1 - SAVED_POWER),
      );
      const [best] = [...better].sort((a, b) => b.rate / b.powerW - a.rate / a.powerW);
      return best === undefined ? [] : [lowerLimit(sample, current, best)];
    });
  },
  note: (facts) => {
    const [first] = comparisons(facts);
    if (first === undefined || (INEFFICIENT_POWER_LIMIT.find(facts)?.length ?? 0) > 0) return null;
    const { sample, current, lower } = first;
    const limits = lower.map(({ limitW }) => formatPower(limitW)).join(', ');
    return `${sample.gpu} has no better power limit among those seen: at ${limits}, it lost speed for the power it saved, against ${formatPower(current.limitW)}.`;
  },
};

function lowerLimit(sample: PowerSample, current: AtLimit, best: AtLimit): Finding {
  const saved = current.powerW - best.powerW;
  const kept = (best.rate / current.rate) * 100;
  return {
    kind: 'inefficient_power_limit',
    scope: 'machine',
    subject: sample.gpu,
    title: `At a limit of ${formatPower(best.limitW)} instead of ${formatPower(current.limitW)}, ${sample.gpu} kept ${formatPercent(kept)} of its speed and drew ${formatPower(saved)} less.`,
    figure: { value: saved, unit: 'watts' },
    evidence: [current, best].flatMap(({ limitW, powerW, rate, answers }) => [
      { label: `Speed at ${formatPower(limitW)}`, value: rate, unit: 'tokens_per_second' as const },
      { label: `Power at ${formatPower(limitW)}`, value: powerW, unit: 'watts' as const },
      { label: `Answers at ${formatPower(limitW)}`, value: answers, unit: 'count' as const },
    ]),
    advice: `Set the limit with \`nvidia-smi -pl ${best.limitW}\` as administrator (NVIDIA), or \`amd-smi set --power-cap ${best.limitW}\` (AMD).`,
    saving: { value: saved, unit: 'watts' },
  };
}

interface Comparison {
  readonly sample: PowerSample;
  readonly current: AtLimit;
  readonly lower: readonly AtLimit[];
}

/** For each GPU and model: the limit in force, and the lower ones that were seen. */
function comparisons({ gpus, powerSamples }: WasteFacts): Comparison[] {
  const groups = groupedBy(powerSamples, ({ gpu, upstream, model }) =>
    JSON.stringify([gpu, upstream, model]),
  );
  return groups.flatMap((group): Comparison[] => {
    const [sample] = group;
    if (sample === undefined) return [];
    const inForce = gpus.find(({ name }) => name === sample.gpu)?.powerLimitW ?? null;
    const limits = atLimits(group);
    const current = limits.find(
      ({ limitW }) => inForce !== null && Math.abs(limitW - inForce) <= SAME_LIMIT_W,
    );
    if (current === undefined) return [];
    const lower = limits.filter(({ limitW }) => limitW < current.limitW - SAME_LIMIT_W);
    return lower.length === 0 ? [] : [{ sample, current, lower }];
  });
}

function atLimits(group: readonly PowerSample[]): AtLimit[] {
  return groupedBy(group, ({ limitW }) => String(limitW)).flatMap((same): AtLimit[] => {
    const rate = median(same.map(({ tokensPerSecond }) => tokensPerSecond));
    const powerW = median(same.map((each) => each.powerW));
    const limitW = same[0]?.limitW;
    if (same.length < MIN_ANSWERS || rate === null || powerW === null || limitW === undefined) {
      return [];
    }
    return [{ limitW, powerW, rate, answers: same.length }];
  });
}
