import { describe, expect, it } from 'vitest';
import { canonicalModelName, meansModel, ollamaNames } from './model-names.ts';

describe('the name of a model', () => {
  it.each([
    ['plain', 'plain'],
    ['plain:latest', 'plain'],
    ['library/plain', 'plain'],
    ['library/plain:latest', 'plain'],
    ['registry.ollama.ai/library/plain', 'plain'],
    ['registry.ollama.ai/library/plain:latest', 'plain'],
    ['qwen3:8b', 'qwen3:8b'],
    ['library/qwen3:8b', 'qwen3:8b'],
    ['registry.ollama.ai/library/qwen3:8b', 'qwen3:8b'],
    ['me/mine', 'me/mine'],
    ['me/mine:latest', 'me/mine'],
    ['registry.ollama.ai/me/mine:latest', 'me/mine'],
    ['hf.co/org/model', 'hf.co/org/model'],
    ['hf.co/org/model:latest', 'hf.co/org/model'],
    ['hf.co/org/model:Q4_K_M', 'hf.co/org/model:Q4_K_M'],
    ['hf.co/library/model:latest', 'hf.co/library/model'],
    ['registry.example:5000/library/plain:latest', 'registry.example:5000/library/plain'],
    ['registry.example:5000/me/plain', 'registry.example:5000/me/plain'],
    // A namespace with that name.
    ['registry.ollama.ai/plain', 'registry.ollama.ai/plain'],
    ['mylibrary/plain', 'mylibrary/plain'],
    ['latest', 'latest'],
    ['plain:latest-q4', 'plain:latest-q4'],
    // Not valid names.
    ['', ''],
    [':latest', ':latest'],
    ['library/', 'library/'],
    ['x:latest:latest', 'x:latest:latest'],
    ['__proto__', '__proto__'],
  ])('%s is %s at Ollama, and stays as it is elsewhere', (name, canonical) => {
    expect(canonicalModelName('ollama', name)).toBe(canonical);
    expect(canonicalModelName('ollama', canonical)).toBe(canonical);
    for (const kind of ['vllm', 'llamacpp', 'lmstudio', null]) {
      expect(canonicalModelName(kind, name)).toBe(name);
    }
    const names = ollamaNames(name);
    expect(names[0]).toBe(name);
    expect(new Set(names.map((each) => canonicalModelName('ollama', each)))).toEqual(
      new Set([canonical]),
    );
  });

  it('has every form that Ollama accepts', () => {
    const forms = [
      ...['plain', 'plain:latest', 'library/plain', 'library/plain:latest'],
      ...['registry.ollama.ai/library/plain', 'registry.ollama.ai/library/plain:latest'],
    ];
    for (const form of forms) expect(ollamaNames(form).sort()).toEqual(forms.sort());
    expect(ollamaNames('me/mine:8b')).toEqual(['me/mine:8b', 'registry.ollama.ai/me/mine:8b']);
  });

  it('matches any of its forms in a filter at Ollama, and no other', () => {
    expect(meansModel('plain:latest', 'plain', true)).toBe(true);
    expect(meansModel('plain', 'plain', true)).toBe(true);
    // It was counted before the server was recognised.
    expect(meansModel('plain:latest', 'plain:latest', true)).toBe(true);
    expect(meansModel('plain', 'plain:latest', true)).toBe(false);
    expect(meansModel('plain', 'other', true)).toBe(false);
    expect(meansModel('plain', null, true)).toBe(false);
    expect(meansModel('plain:latest', 'plain', false)).toBe(false);
    expect(meansModel('plain:latest', 'plain:latest', false)).toBe(true);
  });
});
