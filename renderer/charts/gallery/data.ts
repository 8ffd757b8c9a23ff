/** Invented data for the gallery, the same at every start. */
import type { HistogramBin } from '../simple/Histogram.tsx';
import type { Phase } from '../../../shared/phases.ts';
import type { LaneExchange } from '../lanes/lanes.ts';
import type { Values } from '../time/types.ts';

export const NOW = new Date(2026, 10, 21, 14, 3, 7).getTime();
export const HOUR = 3_600_000;

/** A generator of numbers in 0 … 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Around `level`, wandering, never below zero. */
export function wander(seed: number, count: number, level: number, spread: number): number[] {
  const random = randomFrom(seed);
  let drift = 0;
  return Array.from({ length: count }, () => {
    drift = drift * 0.9 + (random() - 0.5) * spread;
    return Math.max(0, level + drift);
  });
}

export function without(values: readonly number[], from: number, to: number): Values {
  return values.map((value, index) => (index >= from && index < to ? null : value));
}

/** Bursts of work with silence between them. */
export function bursts(seed: number, count: number, level: number): number[] {
  const random = randomFrom(seed);
  let left = 0;
  return Array.from({ length: count }, () => {
    if (left === 0 && random() < 0.06) left = 4 + Math.floor(random() * 18);
    left = Math.max(0, left - 1);
    return left > 0 ? level * (0.8 + random() * 0.4) : 0;
  });
}

export function bins(seed: number): HistogramBin[] {
  const random = randomFrom(seed);
  return Array.from({ length: 30 }, (_, index) => ({
    ...{ from: index * 2, to: index * 2 + 2 },
    count: Math.round(90 * Math.exp(-(((index - 20) / 4) ** 2)) + random() * 5),
  }));
}

export function exchanges(now: number): LaneExchange[] {
  const random = randomFrom(7);
  const models = ['qwen3:8b', 'llama3.2:3b', 'gpt-oss:20b'];
  const phase = (name: Phase, from: number, to: number | null): LaneExchange['segments'][0] => ({
    ...{ phase: name, from: now - from * 1_000 },
    to: to === null ? null : now - to * 1_000,
  });
  const done = Array.from({ length: 9 }, (_, index): LaneExchange => {
    const start = 175 - index * 18;
    const waits = index % 3 === 2 ? 4 : 0;
    const loads = index === 0 ? 9 : 0;
    const work = start - waits - loads;
    const reads = work - 2 - random() * 3;
    return {
      id: `done-${index}`,
      name: models[index % 3] ?? '',
      isFailed: index === 4,
      segments: [
        ...(waits > 0 ? [phase('queue', start, start - waits)] : []),
        ...(loads > 0 ? [phase('load', start, start - loads)] : []),
        phase('prefill', work, reads),
        phase('decode', reads, reads - 5 - random() * 12),
      ],
    };
  });
  return [
    ...done,
    {
      id: 'running',
      name: 'qwen3:8b',
      segments: [phase('prefill', 12, 8), phase('decode', 8, null)],
    },
    { id: 'waiting', name: 'qwen3:8b', segments: [phase('queue', 5, null)] },
  ];
}
