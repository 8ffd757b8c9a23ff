import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from '../../../tests/support/replayed-exchange.ts';
import type { TimedPiece } from '../../../tests/support/replayed-exchange.ts';
import type { SeenRecord } from '../meter/record.ts';
import { RECORDED, recordingOf } from './fixtures/recorded.ts';
import type { RecordedExchange } from './fixtures/recorded.ts';
import { play } from './fixtures/recording.ts';

/** The body in the pieces that came, at their real distances in time. */
function piecesOf({ arrivals, body }: RecordedExchange): TimedPiece[] {
  const bytes = Buffer.from(body);
  let [start, last] = [0, 0];
  return arrivals.map(([atMs, length]) => {
    const piece: TimedPiece = [atMs - last, bytes.subarray(start, start + length)];
    [start, last] = [start + length, atMs];
    return piece;
  });
}

function rowOf(exchange: RecordedExchange): SeenRecord {
  return replay({
    path: exchange.path,
    request: exchange.request,
    type: exchange.headers['content-type'] ?? '',
    status: exchange.status,
    pieces: piecesOf(exchange),
    ...(exchange.cut === true ? { outcome: { kind: 'client-aborted' } } : {}),
    ...(exchange.server === 'Ollama' ? { serverKind: 'ollama' } : {}),
  });
}

/** Input, cached, output, reasoning: the count, and its provenance by first letter. */
function countsOf({ usage }: SeenRecord): [count: number | null, mark: string][] {
  const { provenance } = usage;
  return [
    [usage.inputTokens, provenance.input?.[0] ?? '-'],
    [usage.cachedInputTokens, provenance.cachedInput?.[0] ?? '-'],
    [usage.outputTokens, provenance.output?.[0] ?? '-'],
    [usage.reasoningTokens, provenance.reasoning?.[0] ?? '-'],
  ];
}

const named = (list: readonly RecordedExchange[]): [string, RecordedExchange][] =>
  list.map((exchange) => [`${exchange.name} (${exchange.version})`, exchange]);

describe('the row of a real exchange', () => {
  it.each(named(RECORDED))('%s', (_, exchange) => {
    const { tokens, marks, contentChunks, row: fields, refusals = [] } = exchange.expected;
    const row = rowOf(exchange);
    const counts = countsOf(row);
    expect(counts.map(([, mark]) => mark).join('')).toBe(marks);
    expect(counts.map(([count, mark]) => (mark === 'e' ? null : count))).toEqual(tokens);
    expect(row.contentChunks).toBe(contentChunks);
    expect(row).toMatchObject(fields);
    expect(row.refusals).toEqual(refusals);
  });

  const counted = RECORDED.filter(
    ({ counters, expected }) => counters !== undefined && expected.countersDiffer === undefined,
  );

  it.each(named(counted))('agrees with the counters behind it: %s', (_, { counters, expected }) => {
    if (counters === undefined) return;
    const { prompt, cachedPrompt, output } = counters;
    const [input, cached, generated] = expected.tokens;
    expect(input ?? prompt + cachedPrompt).toBe(prompt + cachedPrompt);
    expect(cached ?? cachedPrompt).toBe(cachedPrompt);
    expect(generated ?? output).toBe(output);
  });

  const ofTheFirst = RECORDED.filter(({ expected }) => expected.refusals !== undefined);

  it.each(named(ofTheFirst))(
    'is close where the server counts one of several: %s',
    (_, exchange) => {
      const { prompt = 0, cachedPrompt = 0, output = 0 } = exchange.counters ?? {};
      const { usage } = rowOf(exchange);
      expect(usage.outputTokens).toBe(output);
      expect(Math.abs((usage.inputTokens ?? 0) - prompt - cachedPrompt)).toBeLessThanOrEqual(1);
    },
  );

  it('has the time in which Ollama loaded the model', () => {
    const cold = RECORDED.find(({ name }) => name === 'ollama-cold-01-chat-stream');
    if (cold === undefined) throw new Error('there is no recording of a cold start');
    const loadNs = Number(/"load_duration":(\d+)/.exec(cold.body)?.[1]);
    expect(loadNs).toBeGreaterThan(50e6);
    expect(rowOf(cold).timing.loadMs).toBeCloseTo(loadNs / 1e6, 2);
  });
});

describe('a real answer', () => {
  it.each(named(RECORDED))('reads the same in pieces of any size: %s', (_, exchange) => {
    const recording = recordingOf(exchange);
    const bytes = Buffer.from(exchange.body);
    const whole = play(recording, [bytes]);
    for (const size of [1, 7, 50]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (__, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(play(recording, pieces)).toEqual(whole);
    }
  });
});

describe('a file of a recording', () => {
  it.each(named(RECORDED))('is complete and small: %s', (_, exchange) => {
    const { name, server, version, recordedAt, arrivals, body } = exchange;
    expect([server, version, recordedAt].every((text) => text !== '')).toBe(true);
    const size = arrivals.reduce((sum, [, bytes]) => sum + bytes, 0);
    expect(size).toBe(Buffer.byteLength(body));
    const file = new URL(`./fixtures/recorded/${name}.json`, import.meta.url);
    expect(readFileSync(file).length).toBeLessThan(20_000);
  });
});
