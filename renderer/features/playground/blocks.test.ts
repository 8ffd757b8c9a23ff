import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitBlocks } from './blocks.ts';

describe('blocks of Markdown', () => {
  it('are parted by empty lines', () => {
    expect(splitBlocks('# A\n\nfirst\nline\n\nsecond')).toEqual([
      '# A\n\n',
      'first\nline\n\n',
      'second',
    ]);
  });

  it('keep code and lists whole', () => {
    const code = '```ts\na\n\nb\n~~~\n\nc\n```\n';
    expect(splitBlocks(code)).toEqual([code]);
    const list = '1. a\n\n   more of a\n\n2. b\n';
    expect(splitBlocks(list)).toEqual([list]);
  });

  it('keep an open block of code whole while it grows', () => {
    expect(splitBlocks('Look:\n\n```\na\n\nb\n\nc')).toEqual(['Look:\n\n', '```\na\n\nb\n\nc']);
  });

  it('give the text when they are joined', () => {
    const text = fc.array(fc.constantFrom('a', '\n', '\n\n', '```\n', '- ', '~~~', ' ', '1. '));
    fc.assert(
      fc.property(text, (pieces) => {
        expect(splitBlocks(pieces.join('')).join('')).toBe(pieces.join(''));
      }),
    );
  });
});
