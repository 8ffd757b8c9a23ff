import { describe, expect, it } from 'vitest';
import type { UsageProvenance } from '../../../shared/usage.ts';
import { RECORDINGS } from './fixtures/all.ts';
import { play } from './fixtures/recording.ts';

function marksOf({ input, cachedInput, output, reasoning }: UsageProvenance): string {
  return [input, cachedInput, output, reasoning].map((mark) => mark?.[0] ?? '-').join('');
}

describe('recorded traffic', () => {
  it.each(RECORDINGS.map((recording) => [recording.name, recording] as const))(
    '%s',
    (_, recording) => {
      const { tokens, marks, contentChunks, characters, facts, found } = recording.expected;
      const played = play(recording, [Buffer.from(recording.body)]);
      const { usage } = played.found;
      expect([
        usage.inputTokens,
        usage.cachedInputTokens,
        usage.outputTokens,
        usage.reasoningTokens,
      ]).toEqual(tokens);
      expect(marksOf(usage.provenance)).toBe(marks ?? marksOf(usage.provenance));
      expect(played.contentChunks).toBe(contentChunks);
      expect(played.characters).toBe(characters ?? played.characters);
      expect(played.facts).toMatchObject(facts ?? {});
      expect(played.found).toMatchObject(found ?? {});
    },
  );

  it('gives every count a provenance, and no unknown one', () => {
    for (const recording of RECORDINGS) {
      const { usage } = play(recording, [Buffer.from(recording.body)]).found;
      const counts = [
        usage.inputTokens,
        usage.cachedInputTokens,
        usage.outputTokens,
        usage.reasoningTokens,
      ];
      const marks = marksOf(usage.provenance).split('');
      expect(
        counts.map((count) => count === null),
        recording.name,
      ).toEqual(marks.map((mark) => mark === '-'));
    }
  });
});
