import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { Outcome } from '../proxy/tap.ts';
import { RECORDINGS } from '../usage/fixtures/all.ts';
import type { Recording } from '../usage/fixtures/recording.ts';
import type { SeenRecord } from './record.ts';

const ROUNDS = 8;
/** The rows' own limit for speeds, tokens per second. */
const FASTEST = 100_000;
const OUTCOMES: readonly Outcome[] = [
  { kind: 'complete' },
  { kind: 'client-aborted' },
  { kind: 'upstream-died', code: null },
];

type Random = () => number;
type Frames = readonly Buffer[];

/** A small generator of reproducible numbers in [0, 1). */
function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const below = (next: Random, limit: number): number => Math.floor(next() * limit);

/** Events, lines, or the members of a JSON document. */
function framesOf({ body }: Recording): Frames {
  const frames = /^(?:data|event|:|id)/.test(body)
    ? body.split(/(?<=\n\n)/)
    : body.includes('}\n{')
      ? body.split(/(?<=\n)/)
      : body.split(/(?<=,)/);
  return frames.map((frame) => Buffer.from(frame));
}

const MUTATIONS: Readonly<Record<string, (frames: Frames, next: Random) => Frames>> = {
  'frames dropped': (frames, next) => frames.filter(() => next() > 0.25),
  'frames duplicated': (frames, next) =>
    frames.flatMap((frame) => (next() < 0.25 ? [frame, frame] : [frame])),
  'frames in another order': (frames, next) => {
    const order = frames.map((frame) => ({ frame, key: next() }));
    return order.sort((a, b) => a.key - b.key).map(({ frame }) => frame);
  },
  'frames split': (frames, next) =>
    frames.flatMap((frame) => {
      const at = below(next, frame.length + 1);
      return [frame.subarray(0, at), frame.subarray(at)];
    }),
  'frames split, with something between': (frames, next) =>
    frames.flatMap((frame) => {
      const at = below(next, frame.length + 1);
      const between = ['\n', '\n\n', ' ', '0', '"', '}', ','][below(next, 7)] ?? '';
      return [frame.subarray(0, at), Buffer.from(between), frame.subarray(at)];
    }),
  'bytes corrupted': (frames, next) =>
    frames.map((frame) =>
      Buffer.from(frame.map((byte) => (next() < 0.02 ? below(next, 256) : byte))),
    ),
  'digits changed': (frames, next) =>
    frames.map((frame) => {
      const digit = (old: string): string =>
        next() < 0.3 ? '-0123456789e.'.charAt(below(next, 13)) : old;
      return Buffer.from(frame.toString('latin1').replace(/\d/g, digit), 'latin1');
    }),
  'frames of another answer': (frames, next) =>
    frames.flatMap((frame) => {
      const other = framesOf(RECORDINGS[below(next, RECORDINGS.length)] ?? RECORDINGS[0]!);
      return next() < 0.25 ? [frame, other[below(next, other.length)] ?? frame] : [frame];
    }),
};

/** All numbers in a text, also those in strings. */
function numbersIn(text: string): Set<number> {
  return new Set((text.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? []).map(Number));
}

function play(recording: Recording, frames: Frames, next: Random): SeenRecord {
  return replay({
    path: recording.path,
    request: recording.request,
    status: recording.status ?? 200,
    type: recording.headers['content-type'] ?? '',
    pieces: frames.map((frame): TimedPiece => [next() < 0.5 ? 0 : below(next, 30), frame]),
    outcome: OUTCOMES[below(next, OUTCOMES.length)] ?? OUTCOMES[0]!,
    tailMs: below(next, 5),
  });
}

/** What is wrong with a row of an answer with this text; empty if nothing is. */
function faults({ usage, rates, timing, estimateErrors }: SeenRecord, text: string): string[] {
  const told = numbersIn(text);
  const isTold = (value: number): boolean =>
    told.has(value) || [...told].some((one) => Math.abs(one - value) <= Math.abs(value) * 1e-4);
  const counts = [
    ['input', usage.inputTokens, usage.provenance.input],
    ['cached', usage.cachedInputTokens, usage.provenance.cachedInput],
    ['output', usage.outputTokens, usage.provenance.output],
    ['reasoning', usage.reasoningTokens, usage.provenance.reasoning],
  ] as const;
  const speeds = [
    ['prompt speed', rates.promptTokensPerSecond, rates.provenance.prompt],
    ['output speed', rates.outputTokensPerSecond, rates.provenance.output],
  ] as const;
  const found: string[] = [];
  for (const [name, value, mark] of [...counts, ...speeds]) {
    if ((value === null) !== (mark === null)) found.push(`${name} ${value} is ${mark}`);
    if (mark === 'reported' && value !== null && !isTold(value)) {
      found.push(`${name} ${value} was not told`);
    }
  }
  for (const [name, value] of counts) {
    if (value !== null && !(Number.isSafeInteger(value) && value >= 0))
      found.push(`${name} ${value}`);
  }
  for (const [name, value] of speeds) {
    if (value !== null && !(value > 0 && value <= FASTEST)) found.push(`${name} ${value}`);
  }
  for (const [name, value] of [...Object.entries(timing), ...Object.entries(estimateErrors)]) {
    const ms = value as number | null;
    if (ms !== null && !(Number.isFinite(ms) && ms >= 0)) found.push(`${name} ${ms}`);
  }
  return found;
}

describe('answers changed on their way never throw and give no impossible figure', () => {
  it.each(Object.entries(MUTATIONS))('%s', (name, mutate) => {
    const next = random(name.length * 7_919);
    for (const recording of RECORDINGS) {
      if (recording.method !== undefined) continue;
      for (let round = 0; round < ROUNDS; round += 1) {
        const frames = mutate(framesOf(recording), next);
        const text = Buffer.concat([...frames]).toString('latin1');
        const row = play(recording, frames, next);
        expect(faults(row, text), `${recording.name}: ${text}`).toEqual([]);
      }
    }
  });

  it('and the checks find what they look for', () => {
    const recording = RECORDINGS.find(({ expected }) => expected.tokens[2] !== null)!;
    const frames = framesOf(recording);
    const row = play(recording, frames, () => 0);
    expect(faults(row, recording.body)).toEqual([]);
    expect(faults(row, '')).not.toEqual([]);
    const wrong = { ...row, usage: { ...row.usage, outputTokens: -1 } };
    expect(faults(wrong, `${recording.body}-1`)).toEqual(['output -1']);
  });
});
