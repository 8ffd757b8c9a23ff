/** GPUs and their memory. */
import { formatPower } from '../../../../shared/format.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { PowerSample } from '../power-history.ts';
import { advised, fact, titled } from '../said.ts';
import { spillOf } from '../slow/memory.ts';
import { median } from '../usual.ts';
import { exchangesOf, groupedBy, modelSubject } from './waste-facts.ts';
import type { Finding, WasteFacts, WasteRule } from './waste-facts.ts';

const MINUTE_MS = 60_000;
/** A larger part in main memory needs another model, not a slightly smaller one. */
const SMALL_SPILL = 0.15;
/** Servers list sizes before they have finished loading. */
const SETTLED_MS = MINUTE_MS;

const CACHE_SETTINGS = {
  flash: 'OLLAMA_FLASH_ATTENTION=1',
  cache: 'OLLAMA_KV_CACHE_TYPE=q8_0',
  llama: '--cache-type-k q8_0 --cache-type-v q8_0',
};

/** Source: the server's list of loaded models (Ollama's `size` and `size_vram`). */
export const SMALL_SPILL_RULE: WasteRule = {
  kind: 'small_spill',
  passed: 'passed_spill',
  needs: 'needs_spill',
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
      const memory = amount(missing, 'bytes');
      const outside = amount(Math.max(1, share * 100), 'percent');
      return [
        {
          kind: 'small_spill',
          scope: 'model',
          subject: modelSubject(model),
          ...titled(sentence('small_spill', { model: model.name, memory, share: outside })),
          figure: { value: missing, unit: 'bytes' },
          evidence: [
            fact(sentence('fact_model_size'), sizeBytes, 'bytes'),
            fact(sentence('fact_in_gpu_memory'), vramBytes, 'bytes'),
            ...(quantization === null
              ? []
              : [fact(sentence('fact_quantization'), quantization, null)]),
          ],
          ...advised(sentence('advise_smaller_quantization', CACHE_SETTINGS)),
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
  passed: 'passed_busy',
  needs: 'needs_busy',
  find: ({ listed, gpus, idleWork, isLocal }) => {
    const hasModel = listed.some(({ model }) => isLocal(model.upstream));
    if (!hasModel || gpus.every(({ utilizationPercent }) => utilizationPercent === null)) {
      return null;
    }
    return idleWork
      .filter(({ durationMs, otherProcess }) => durationMs >= LONG_WORK_MS && otherProcess === null)
      .map(({ gpu, durationMs, meanPowerW, utilizationPercent }): Finding => {
        const worked = { gpu, time: amount(durationMs, 'elapsed') };
        return {
          kind: 'busy_without_tokens',
          scope: 'machine',
          subject: gpu,
          ...titled(
            meanPowerW === null
              ? sentence('busy_share', { ...worked, share: amount(utilizationPercent, 'percent') })
              : sentence('busy_power', { ...worked, power: amount(meanPowerW, 'watts') }),
          ),
          figure:
            meanPowerW === null
              ? { value: utilizationPercent, unit: 'percent' }
              : { value: meanPowerW, unit: 'watts' },
          evidence: [
            fact(sentence('fact_without_requests'), durationMs, 'ms'),
            fact(sentence('fact_gpu_use'), utilizationPercent, 'percent'),
          ],
          ...advised(sentence('advise_restart_server')),
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
  passed: 'passed_limit',
  needs: 'needs_limit',
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
    const limit = amount(current.limitW, 'watts');
    return sentence('no_better_limit', { gpu: sample.gpu, limits, limit });
  },
};

function lowerLimit(sample: PowerSample, current: AtLimit, best: AtLimit): Finding {
  const saved = current.powerW - best.powerW;
  const kept = (best.rate / current.rate) * 100;
  return {
    kind: 'inefficient_power_limit',
    scope: 'machine',
    subject: sample.gpu,
    ...titled(
      sentence('lower_limit', {
        lower: amount(best.limitW, 'watts'),
        limit: amount(current.limitW, 'watts'),
        gpu: sample.gpu,
        speed: amount(kept, 'percent'),
        saved: amount(saved, 'watts'),
      }),
    ),
    figure: { value: saved, unit: 'watts' },
    evidence: [current, best].flatMap(({ limitW, powerW, rate, answers }) => {
      const limit = amount(limitW, 'watts');
      return [
        fact(sentence('fact_speed_at', { limit }), rate, 'tokens_per_second'),
        fact(sentence('fact_power_at', { limit }), powerW, 'watts'),
        fact(sentence('fact_answers_at', { limit }), answers, 'count'),
      ];
    }),
    ...advised(
      sentence('advise_set_limit', {
        nvidia: `\`nvidia-smi -pl ${best.limitW}\``,
        amd: `\`amd-smi set --power-cap ${best.limitW}\``,
      }),
    ),
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
