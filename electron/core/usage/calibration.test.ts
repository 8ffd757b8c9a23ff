import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import { Calibration } from './calibration.ts';

const RULES = { bytesPerInputToken: 4, tokensPerOutputChunk: 1 };
const read = (file: string): string => readFileSync(file, 'utf8');
/** Without tables, whose padding makes few tokens of many bytes, unlike the texts of chats. */
const PROSE = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((file) =>
  read(file).replaceAll(/^\|.*\n/gm, ''),
);
const CODE = ['electron/core/core.ts', 'shared/format.ts'].map(read);
const MIXED = [...PROSE, ...CODE];

/** Slices of the texts in an order that is the same in each run. */
function slice(texts: readonly string[], n: number, longest: number): string {
  const text = texts[n % texts.length] ?? '';
  const length = 200 + ((n * 7_919) % longest);
  const start = (n * 104_729) % Math.max(1, text.length - length);
  return text.slice(start, start + length);
}

/** An exchange with the true counts of a tokenizer; chunks hold one to four tokens. */
function exchange(n: number, texts: readonly string[] = MIXED) {
  const prompt = slice(texts, n, 4_000);
  const answer = slice(texts, n + 1, 1_500);
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }] });
  const input = countTokens(prompt) + 8;
  const output = countTokens(answer);
  let chunks = 0;
  for (let left = output; left > 0; left -= 1 + ((left * 31 + n) % 4)) chunks += 1;
  return { input, output, chunks, characters: answer.length, bytes: Buffer.byteLength(body) };
}

type Given = ReturnType<typeof exchange>;

function teach(calibration: Calibration, given: Given, changes: object = {}): void {
  calibration.learn(
    activityRecord({
      usage: usageOf(given.input, given.output),
      contentChunks: given.chunks,
      ...changes,
    }),
    { requestBytes: given.bytes, characters: given.characters },
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const lessons = Array.from({ length: 60 }, (_, n) => exchange(n));
const estimatorOf = (calibration: Calibration) =>
  calibration.estimator('ollama', 'qwen3:8b', RULES);

describe('calibrated estimates', () => {
  it.each([
    ['prose', PROSE],
    ['code', CODE],
    ['prose and code in turn', MIXED],
  ])('are near the counts of a real tokenizer on held exchanges of %s', (kind, texts) => {
    const calibration = new Calibration();
    for (let n = 0; n < 60; n += 1) teach(calibration, exchange(n, texts));
    const estimator = estimatorOf(calibration);
    const held = Array.from({ length: 200 }, (_, n) => exchange(n + 1_000, texts));
    const off = (tokens: number, truth: number) => Math.abs(tokens - truth) / truth;
    const input = median(held.map((one) => off(estimator.input(one.bytes).tokens, one.input)));
    const output = median(
      held.map(({ chunks, characters, ...one }) =>
        off(estimator.output({ contentChunks: chunks, characters })?.tokens ?? 0, one.output),
      ),
    );
    process.stdout.write(
      `${kind}: median error: input ${input.toFixed(3)}, output ${output.toFixed(3)}\n`,
    );
    expect(input).toBeLessThan(0.1);
    expect(output).toBeLessThan(0.05);
    expect(estimator.input(2_000).error).toBeGreaterThan(0);
    expect(estimator.input(2_000).error).toBeLessThan(0.25);
  });

  it('need 8 exchanges of the same upstream and model', () => {
    const calibration = new Calibration();
    for (const lesson of lessons.slice(0, 7)) teach(calibration, lesson);
    expect(estimatorOf(calibration).input(400)).toEqual({ tokens: 100, error: null });
    teach(calibration, lessons[7]!);
    expect(estimatorOf(calibration).input(400).error).not.toBeNull();
    expect(calibration.estimator('other', 'qwen3:8b', RULES).input(400).error).toBeNull();
    expect(calibration.estimator('ollama', 'other', RULES).input(400).error).toBeNull();
  });

  it('are made by the rules for sizes far above those that it knows', () => {
    const calibration = new Calibration();
    const ping = { input: 9, output: 6, chunks: 0, characters: 1, bytes: 70 };
    for (let n = 0; n < 40; n += 1) teach(calibration, ping, { contentChunks: null });
    const estimator = estimatorOf(calibration);
    expect(estimator.input(70)).toEqual({ tokens: 9, error: expect.closeTo(0) as number });
    expect(estimator.input(400_000)).toEqual({ tokens: 100_000, error: null });
    const output = estimator.output({ contentChunks: null, characters: 40_000 });
    expect(output).toEqual({ tokens: 10_000, error: null });
  });

  it.each([
    ['estimates', { usage: usageOf(100, 100, 'estimated') }],
    ['rejected values', { refusals: ['server said 1 token, 214 chunks seen'] }],
    ['cut-off answers', { completed: false }],
    ['rerankers', { operation: 'rerank' }],
  ])('are not learned from %s', (_, changes) => {
    const calibration = new Calibration();
    for (const lesson of lessons) teach(calibration, lesson, changes);
    expect(estimatorOf(calibration).input(400).error).toBeNull();
  });

  it('hold a limited number of models', () => {
    const calibration = new Calibration();
    for (const lesson of lessons) teach(calibration, lesson);
    for (let n = 0; n < 100; n += 1) teach(calibration, lessons[0]!, { countedModel: `m${n}` });
    expect(estimatorOf(calibration).input(400).error).toBeNull();
  });
});
