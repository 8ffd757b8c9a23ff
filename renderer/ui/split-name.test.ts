import { describe, expect, it } from 'vitest';
import { splitName } from './split-name.ts';

describe('splitName', () => {
  it('keeps the last meaningful piece of a model name', () => {
    expect(splitName('hf.co/bartowski/DeepSeek-R1-Distill-Qwen-32B-GGUF:Q4_K_M')[1]).toBe(
      ':Q4_K_M',
    );
    expect(splitName('mistral-small3.2:24b-instruct-2506-q8_0')[1]).toBe('-q8_0');
    expect(splitName('nomic-embed-text:latest')).toEqual(['nomic-embed-text', ':latest']);
  });

  it('keeps a plain end if there is no separator, or none near', () => {
    expect(splitName('a'.repeat(30))[1]).toHaveLength(8);
    expect(splitName(`x:${'b'.repeat(30)}`)[1]).toHaveLength(8);
    expect(splitName('something-long-ending-in-')[1]).toHaveLength(8);
  });

  it('does not split short names, and loses nothing', () => {
    expect(splitName('qwen3-coder:30b')).toEqual(['qwen3-coder:30b', '']);
    for (const name of ['', ':', 'gpt-oss:20b', 'x'.repeat(99)]) {
      expect(splitName(name).join('')).toBe(name);
    }
  });
});
