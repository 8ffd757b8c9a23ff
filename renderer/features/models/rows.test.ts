import { describe, expect, it } from 'vitest';
import type { ModelManager, ModelPlace, ModelRow } from '../../../shared/models-view.ts';
import { actionPath, doable, isKeepAlive, pinnedFirst, shownModels } from './rows.ts';

const place = (upstream: string, given: Partial<ModelPlace> = {}): ModelPlace => ({
  ...{ upstream, name: 'm', isInstalled: true, loaded: null },
  ...{ outputTokensPerSecond: null, speedSamples: 0 },
  ...given,
});
const row = (name: string, given: Partial<ModelRow> = {}): ModelRow =>
  ({
    ...{ name, places: [], isInstalled: false, isLoaded: false, isFavorite: false },
    ...{ family: null, quantization: null, parameterSize: null, purpose: null, isPinned: false },
    ...given,
  }) as ModelRow;
const manager = (upstream: string, why: string | null): ModelManager => ({
  upstream,
  cannot: { load: why, keepAlive: why, unload: why, copy: why, remove: why, pull: why },
  cannotSentences: {
    ...{ load: null, keepAlive: null, unload: null, copy: null, remove: null, pull: null },
  },
});
const LOADED = { state: 'loaded' } as unknown as ModelPlace['loaded'];
const names = (rows: readonly ModelRow[]): string[] => rows.map(({ name }) => name);

describe('the rows of the models page', () => {
  const rows = [
    row('qwen3:8b', { isLoaded: true, isInstalled: true, quantization: 'Q4_K_M' }),
    row('llama3', { isInstalled: true, isFavorite: true, places: [place('workstation')] }),
    row('gone', { isInstalled: false, isPinned: true }),
  ];

  it('fit the filter and all words of the search, in every field', () => {
    expect(names(shownModels(rows, 'all', ''))).toEqual(['qwen3:8b', 'llama3', 'gone']);
    expect(names(shownModels(rows, 'loaded', ''))).toEqual(['qwen3:8b']);
    expect(names(shownModels(rows, 'installed', ''))).toEqual(['qwen3:8b', 'llama3']);
    expect(names(shownModels(rows, 'favorites', ''))).toEqual(['llama3']);
    expect(names(shownModels(rows, 'all', 'QWEN q4_k'))).toEqual(['qwen3:8b']);
    expect(names(shownModels(rows, 'all', 'station'))).toEqual(['llama3']);
    expect(names(shownModels(rows, 'all', 'qwen llama'))).toEqual([]);
  });

  it('begin with the pinned ones', () => {
    expect(names(pinnedFirst(rows))).toEqual(['gone', 'qwen3:8b', 'llama3']);
  });
});

describe('what can be done with a model', () => {
  it('is done where a server can; else the reason is known', () => {
    const managers = [manager('able', null), manager('fixed', 'it serves one model')];
    const both = row('m', { places: [place('fixed'), place('able')] });
    expect(doable(both, 'load', managers).places.map(({ upstream }) => upstream)).toEqual(['able']);
    const fixed = row('m', { places: [place('fixed')] });
    expect(doable(fixed, 'remove', managers).refusal).toEqual({
      ...{ kind: 'cannot', upstream: 'fixed', why: 'it serves one model', said: null },
    });
    expect(doable(row('m'), 'load', managers).refusal).toEqual({ kind: 'not-installed' });
    const gone = row('m', { places: [place('able', { isInstalled: false })] });
    expect(doable(gone, 'load', managers).refusal).toEqual({ kind: 'not-installed' });
  });

  it('is unloaded only where it is loaded, and tried at a server that did not answer', () => {
    const managers = [manager('a', null), manager('b', null)];
    const idle = row('m', { places: [place('a')] });
    expect(doable(idle, 'unload', managers).refusal).toEqual({ kind: 'not-loaded' });
    const busy = row('m', {
      places: [place('a'), place('b', { loaded: LOADED, isInstalled: null })],
    });
    expect(doable(busy, 'unload', managers).places.map(({ upstream }) => upstream)).toEqual(['b']);
  });

  it('takes times as Ollama writes them', () => {
    const times = ['90s', '1h30m', '0.5h', '-1', '30', 'soon', '', '5 m', '-2'];
    expect(times.filter(isKeepAlive)).toEqual(['90s', '1h30m', '0.5h', '-1']);
  });

  it('has a path in which names with slashes are one part', () => {
    expect(actionPath({ name: 'hf.co/a/b:Q4', upstream: 'gpu box' }, 'load')).toBe(
      '/ollama/models/hf.co%2Fa%2Fb%3AQ4/load?upstream=gpu+box',
    );
  });
});
