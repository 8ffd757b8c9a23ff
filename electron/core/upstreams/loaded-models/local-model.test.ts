import { expect, it } from 'vitest';
import { hasLocalModel } from './local-model.ts';

const OLLAMA = { name: 'box', targetUrl: 'http://127.0.0.1:11434', health: 'up', kind: 'ollama' };
const upstreams = (changes: Partial<typeof OLLAMA> = {}) => [
  { ...OLLAMA, ...changes } as { name: string; targetUrl: string; health: 'up'; kind: string },
];
const loaded = (upstream: string, state: 'loaded' | 'sleeping' = 'loaded') => [{ upstream, state }];

it('is true if a server on this machine has a model', () => {
  expect(hasLocalModel(upstreams(), loaded('box'))).toBe(true);
  expect(hasLocalModel(upstreams(), loaded('box', 'sleeping'))).toBe(false);
});

it('is false without a running server, and for a server that lists no model', () => {
  expect(hasLocalModel([], [])).toBe(false);
  expect(hasLocalModel(upstreams(), [])).toBe(false);
  expect(hasLocalModel(upstreams({ health: 'down', kind: 'other' }), [])).toBe(false);
});

it('is unknown for a server that does not list its loaded models, or is not recognised', () => {
  expect(hasLocalModel(upstreams({ kind: 'litellm' }), [])).toBeNull();
  expect(hasLocalModel(upstreams({ health: 'unknown' }), [])).toBe(false);
});

it('is not about models of other machines', () => {
  const remote = upstreams({ targetUrl: 'http://192.0.2.7:11434' });
  expect(hasLocalModel(remote, loaded('box'))).toBe(false);
});
