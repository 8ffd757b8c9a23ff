import { describe, expect, it } from 'vitest';
import { facts, loadedModel } from '../../../tests/support/insight-facts.ts';
import type { GivenFacts } from '../../../tests/support/insight-facts.ts';
import { usageOf } from '../../../tests/support/records.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { judgeContext } from './context-rules.ts';

const TEXT = { tools: false, structuredOutput: false, images: false, thinking: null } as const;

/** A request of so many bytes, of which Ollama says that it read so many tokens. */
function counted(
  tokens: number,
  requestBytes: number,
  more: { readonly contextLength?: number | null; readonly record?: Partial<ActivityRecord> } = {},
): GivenFacts {
  const { contextLength = 32_768, record = {} } = more;
  return {
    record: { usage: usageOf(tokens, 200), features: TEXT, ...record },
    context: { loadedModel: loadedModel({ contextLength }) },
    end: { requestBytes, promptEstimate: { tokens: Math.floor(requestBytes / 4), error: null } },
  };
}

describe('a silently truncated prompt', () => {
  it.each([
    ['half of the context and two', 16_386, 32_768, 500_000],
    ['with special tokens kept', 16_387, 32_768, 500_000],
    ['of a large context', 32_770, 65_536, 600_000],
    ['of a small context', 2_050, 4_096, 60_000],
    ['the whole context, in older versions', 2_048, 2_048, 75_000],
  ])('is found by its count: %s', (_form, tokens, contextLength, bytes) => {
    const found = judgeContext(facts(counted(tokens, bytes, { contextLength })));
    expect(found).toMatchObject({ kind: 'context_truncated', figure: { unit: 'tokens' } });
    expect(found?.title).toMatch(/^The beginning of the prompt was cut off without a word:/);
    expect(found?.advice).toContain('OLLAMA_CONTEXT_LENGTH');
  });

  it('is found at fewer bytes once the size of a token is known', () => {
    const given = counted(16_386, 150_000);
    const known = { requestBytes: 150_000, promptEstimate: { tokens: 45_000, error: 0.05 } };
    expect(judgeContext(facts(given))).toBeNull();
    expect(judgeContext(facts({ ...given, end: known }))?.title).toContain('16.4k tokens of about');
  });

  const images = { features: { ...TEXT, images: true } };
  const unread = { features: { ...TEXT, images: null } };
  const estimated: Partial<ActivityRecord> = {
    usage: {
      ...usageOf(16_386, 200),
      provenance: { ...usageOf(16_386, 200).provenance, input: 'estimated' },
    },
  };
  it.each<[string, GivenFacts]>([
    ['a prompt of truly so many tokens', counted(2_050, 8_200, { contextLength: 4_096 })],
    ['a long prompt that fits', counted(30_000, 130_000)],
    ['another count', counted(14_000, 500_000)],
    ['images, which have many bytes for few tokens', counted(16_386, 9e6, { record: images })],
    ['a body that was not read to its end', counted(16_386, 9e6, { record: unread })],
    ['an unreadable body', counted(16_386, 9e6, { record: { readable: false } })],
    ['an estimated count', counted(16_386, 9e6, { record: estimated })],
    ['a context that is not known', counted(16_386, 9e6, { contextLength: null })],
    ['a tiny context', counted(514, 9e6, { contextLength: 1_000 })],
    ['another kind of server', { ...counted(16_386, 9e6), serverKind: 'llamacpp' }],
    [
      'an answer that num_predict ended, to a prompt that fits',
      counted(2_050, 8_200, { contextLength: 4_096, record: { finishReason: 'length' } }),
    ],
    [
      'a prompt whose cached part is left out of the count',
      { ...counted(120, 60_000), context: { loadedModel: loadedModel({ contextLength: 32_768 }) } },
    ],
    ['a failed request', counted(16_386, 9e6, { record: { error: 'http_error' } })],
  ])('is not taken from %s', (_case, given) => {
    expect(judgeContext(facts(given))).toBeNull();
  });
});

describe("the servers' own words", () => {
  const words = (
    kind: 'exceeded' | 'truncated',
    promptTokens: number | null = null,
    contextTokens: number | null = null,
  ): GivenFacts => ({
    end: { contextWords: { kind, promptTokens, contextTokens } },
    serverKind: 'llamacpp',
  });

  it('tell a refused prompt with both counts, and how large a context would do', () => {
    const given = { ...words('exceeded', 14_429, 8_192), record: { error: 'http_error' } as const };
    expect(judgeContext(facts(given))).toMatchObject({
      kind: 'context_exceeded',
      title:
        'The prompt of 14.4k tokens did not fit into the context of 8.19k tokens, and the server refused it.',
      figure: { value: 6_237, unit: 'tokens' },
    });
    expect(judgeContext(facts({ ...given, serverKind: 'ollama' }))?.advice).toContain('16384');
  });

  it('tell a refused prompt without counts', () => {
    expect(judgeContext(facts(words('exceeded')))?.title).toBe(
      'The prompt did not fit into the context, and the server refused it.',
    );
  });

  it('tell a truncated conversation', () => {
    expect(judgeContext(facts(words('truncated')))).toMatchObject({
      kind: 'context_truncated',
      title: 'The server cut the conversation to fit into the context.',
    });
  });
});
