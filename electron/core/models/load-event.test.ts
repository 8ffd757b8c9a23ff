import { describe, expect, it } from 'vitest';
import { activityRecord } from '../../../tests/support/records.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { addsModels, changesLoadedModels } from './load-event.ts';

const LOAD = { api: 'ollama', operation: 'completion', inference: false } as const;
const OTHER = { api: 'other', operation: 'other', inference: false } as const;

describe('an exchange', () => {
  it.each<[string, Partial<ActivityRecord>]>([
    ['asks Ollama nothing', { ...LOAD, endpoint: '/api/generate' }],
    ['embeds nothing', { ...LOAD, operation: 'embedding', endpoint: '/api/embed' }],
    ['loads behind a router', { ...OTHER, endpoint: '/models/load' }],
    ['unloads behind a router', { ...OTHER, endpoint: '/models/unload' }],
    ['stops all of llama-swap', { ...OTHER, method: 'GET', endpoint: '/unload' }],
    ['stops one of llama-swap', { ...OTHER, endpoint: '/api/models/unload/org/one' }],
    ['loads in LM Studio', { ...OTHER, endpoint: '/api/v1/models/load' }],
    ['deletes a model', { ...OTHER, method: 'DELETE', endpoint: '/api/delete' }],
  ])('that %s changes the loaded models', (_, record) => {
    expect(changesLoadedModels(activityRecord({ method: 'POST', status: 200, ...record }))).toBe(
      true,
    );
  });

  it.each<[string, Partial<ActivityRecord>]>([
    ['generates', { endpoint: '/api/generate', inference: true, api: 'ollama' }],
    ['lists', { ...OTHER, method: 'GET', endpoint: '/api/ps', api: 'ollama' }],
    ['loads an adapter', { ...OTHER, endpoint: '/v1/load_lora_adapter' }],
    ['was refused', { ...OTHER, endpoint: '/models/load', status: 404 }],
    ['had no answer', { ...OTHER, endpoint: '/models/load', status: null }],
  ])('that %s does not', (_, record) => {
    expect(changesLoadedModels(activityRecord({ method: 'POST', status: 200, ...record }))).toBe(
      false,
    );
  });
});

describe('an exchange with Ollama', () => {
  const row = (more: Partial<ActivityRecord>): ActivityRecord =>
    activityRecord({ ...OTHER, method: 'POST', status: 200, ...more });

  it.each(['/api/pull', '/api/create', '/api/copy'])('adds a model with %s', (endpoint) => {
    expect(addsModels(row({ endpoint }))).toBe(true);
    expect(addsModels(row({ endpoint, status: 404 }))).toBe(false);
  });

  it.each(['/api/push', '/api/show', '/api/chat'])('adds none with %s', (endpoint) => {
    expect(addsModels(row({ endpoint }))).toBe(false);
  });
});
