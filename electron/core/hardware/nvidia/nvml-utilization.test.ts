import { describe, expect, it } from 'vitest';
import { INSUFFICIENT_SIZE, NOT_FOUND, NOT_SUPPORTED, SUCCESS } from './nvml-calls.ts';
import { NvmlUtilization, parseSamples } from './nvml-utilization.ts';

type Sample = readonly [pid: number, moment: bigint, share: number];

/** Samples as the library writes them. */
function table(samples: readonly Sample[]): Buffer {
  const bytes = Buffer.alloc(samples.length * 32, 0xff);
  samples.forEach(([pid, moment, share], i) => {
    bytes.writeUInt32LE(pid, i * 32);
    bytes.writeBigUInt64LE(moment, i * 32 + 8);
    bytes.writeUInt32LE(share, i * 32 + 16);
  });
  return bytes;
}

/** A library that answers one list after the other, or a code; and what it was asked. */
function library(answers: (readonly Sample[] | number)[]) {
  const asked: bigint[] = [];
  let nowMs = 0;
  const calls = {
    call(_name: string, _parameters: string, ...args: unknown[]): number {
      const [, samples, count, since] = args as [bigint, Buffer, Buffer, bigint];
      const [answer] = answers;
      asked.push(since);
      if (answer === undefined || typeof answer === 'number') {
        answers.shift();
        return answer ?? NOT_FOUND;
      }
      const room = count.readUInt32LE();
      count.writeUInt32LE(answer.length);
      if (answer.length > room) return INSUFFICIENT_SIZE;
      answers.shift();
      table(answer).copy(samples);
      return SUCCESS;
    },
  };
  const clock = { unixUs: () => 5_000_000n, nowMs: () => nowMs };
  const reader = new NvmlUtilization(calls, clock);
  return {
    asked,
    read: (atMs = 0) => {
      nowMs = atMs;
      const shares = reader.read(7n);
      return shares === null ? null : Object.fromEntries(shares);
    },
  };
}

describe('samples of processes', () => {
  it('are the newest of each, without garbage and without what was seen before', () => {
    const samples: readonly Sample[] = [
      [7, 20n, 30],
      [7, 30n, 0],
      [7, 25n, 99],
      [0, 30n, 40],
      [8, 30n, 101],
      [9, 10n, 50],
      [4_000_000_000, 31n, 100],
    ];
    const { shares, lastUs } = parseSamples(table(samples), 10n);
    expect(Object.fromEntries(shares)).toEqual({ 7: 0, 4_000_000_000: 100 });
    expect(lastUs).toBe(31n);
    expect(parseSamples(Buffer.alloc(31), 0n).shares.size).toBe(0);
  });

  it('are asked for since the last one, at first since a second ago', () => {
    const { read, asked } = library([[[7, 4_500_000n, 60]], [[7, 4_700_000n, 0]], NOT_FOUND]);
    expect([read(), read(), read()]).toEqual([{ 7: 60 }, { 7: 0 }, { 7: 0 }]);
    expect(asked).toEqual([4_000_000n, 4_500_000n, 4_700_000n]);
  });

  it('count for two seconds, and nothing has worked after that or before the first', () => {
    const { read } = library([NOT_FOUND, [[7, 5_000_000n, 60]], NOT_FOUND, NOT_FOUND]);
    expect([read(0), read(100), read(2_100), read(2_101)]).toEqual([{}, { 7: 60 }, { 7: 60 }, {}]);
  });

  it('are unknown where they are not told', () => {
    const endless = [INSUFFICIENT_SIZE, INSUFFICIENT_SIZE, INSUFFICIENT_SIZE];
    const { read } = library([[[7, 5_000_000n, 60]], NOT_SUPPORTED, ...endless]);
    expect([read(), read(), read()]).toEqual([{ 7: 60 }, null, null]);
  });

  it('may be more than there was room for', () => {
    const many = Array.from({ length: 200 }, (_, i): Sample => [i + 1, 5_000_000n, 1]);
    expect(Object.keys(library([many]).read() ?? {})).toHaveLength(200);
  });
});
