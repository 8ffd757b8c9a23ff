import { describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../../shared/slices.ts';
import { NO_PROGRESS } from '../../../shared/live-exchange.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import { loadedModel } from '../upstreams/loaded-models/source.ts';
import { LoadingModels, isLoaded, listedModel, upstreamsLoading } from './loading-models.ts';

const loaded = (upstream: string, name: string): LoadedModel => ({
  upstream,
  ...loadedModel(name, { sizeBytes: 7 }),
});

describe('a model that is being loaded', () => {
  it('is shown as loading the whole time, whether it is listed or not', () => {
    let changes = 0;
    const models = new LoadingModels(() => (changes += 1));
    const done = models.begin('box', 'new', []);
    expect(changes).toBe(1);
    expect(models.over([loaded('box', 'old')])).toMatchObject([
      { name: 'old', state: 'loaded' },
      { upstream: 'box', name: 'new', state: 'loading', sizeBytes: null },
    ]);
    // Ollama lists it already, with its full name.
    expect(models.over([loaded('box', 'new:latest')])).toMatchObject([
      { name: 'new:latest', state: 'loading', sizeBytes: 7 },
    ]);
    expect(models.over([loaded('other', 'new')])).toHaveLength(2);
    done();
    done();
    expect(changes).toBe(2);
    const list = [loaded('box', 'new:latest')];
    expect(models.over(list)).toBe(list);
  });

  it('stays loaded if it is loaded already', () => {
    const models = new LoadingModels(() => expect.unreachable());
    const list = [loaded('box', 'm:latest')];
    const done = models.begin('box', 'm', list);
    expect(models.over(list)).toBe(list);
    done();
  });

  it('is loading until the last of several requests has ended', () => {
    const models = new LoadingModels(() => undefined);
    const [first, second] = [models.begin('box', 'm', []), models.begin('box', 'm', [])];
    expect(models.over([])).toHaveLength(1);
    first();
    expect(models.over([])).toMatchObject([{ state: 'loading' }]);
    second();
    expect(models.over([])).toEqual([]);
  });
});

describe('the entry of a model in the list', () => {
  const [one, two] = [loaded('box', 'a:latest'), loaded('box', 'b')];
  const known = { ...one, contextLength: 4_096 };
  const of = (list: readonly LoadedModel[], name: string, kind: string | null) =>
    listedModel(list, { upstream: 'box', name }, kind);

  it('is found by any name of the model', () => {
    expect(of([one, two], 'a', 'ollama')).toBe(one);
    expect(of([one, two], 'c', 'ollama')).toBeNull();
    expect(of([loaded('other', 'a')], 'a', 'ollama')).toBeNull();
  });

  it('of a llama-server with one model is that of every name', () => {
    expect(of([known], 'gpt-4o', 'llamacpp')).toBe(known);
    expect(of([known], 'gpt-4o', 'ollama')).toBeNull();
    // A router loads models by their names.
    expect(of([one], 'gpt-4o', 'llamacpp')).toBeNull();
    expect(of([known, two], 'gpt-4o', 'llamacpp')).toBeNull();
  });

  it('says that it is loaded until its time is over', () => {
    expect(isLoaded({ ...one, expiresAt: 11 }, 10)).toBe(true);
    expect(isLoaded({ ...one, expiresAt: 10 }, 10)).toBe(false);
    expect(isLoaded({ ...one, state: 'loading' }, 10)).toBe(false);
    expect(isLoaded(null, 10)).toBe(false);
  });
});

describe('upstreams that may be loading', () => {
  const live = (changes: Partial<LiveExchange>): LiveExchange => ({
    id: '1',
    startedAt: 0,
    upstream: 'box',
    api: 'ollama',
    operation: 'chat',
    endpoint: '/api/chat',
    model: 'm',
    countedModel: 'm',
    application: null,
    sessionId: null,
    sessionSource: null,
    phase: 'waiting',
    inputTokens: null,
    outputTokensSoFar: 0,
    progress: NO_PROGRESS,
    ...changes,
  });

  it('are those with a request waiting for a model that is not listed', () => {
    const kindOf = (): string => 'ollama';
    expect(upstreamsLoading([live({}), live({})], [], kindOf)).toEqual(['box']);
    expect(upstreamsLoading([live({})], [loaded('box', 'm:latest')], kindOf)).toEqual([]);
    expect(upstreamsLoading([live({})], [loaded('other', 'm')], kindOf)).toEqual(['box']);
    expect(upstreamsLoading([live({ phase: 'generating' })], [], kindOf)).toEqual([]);
    expect(upstreamsLoading([live({ model: null })], [], kindOf)).toEqual([]);
  });

  it('are queried only if they report loaded models', () => {
    expect(upstreamsLoading([live({})], [], () => 'mlx')).toEqual([]);
    expect(upstreamsLoading([live({})], [], () => null)).toEqual([]);
  });
});
