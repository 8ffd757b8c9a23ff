import { describe, expect, it } from 'vitest';
import type { JsonDocument } from '../json-document.ts';
import { TokwattError } from '../errors.ts';
import { SILENT_LOG } from '../log.ts';
import type { Installed } from './installed.ts';
import { serverModel } from './model-server.ts';
import { ModelRepository } from './repository.ts';

/** A document in memory. Values are converted to JSON and back, as on disk. */
class Page implements JsonDocument {
  content: Record<string, unknown>;
  writes = 0;
  isFull = false;

  constructor(content: Record<string, unknown> = {}) {
    this.content = content;
  }

  read(): Record<string, unknown> {
    return this.content;
  }

  write(value: Record<string, unknown>): void {
    if (this.isFull) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    this.writes += 1;
    this.content = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  }
}

function open(page: Page): ModelRepository {
  return new ModelRepository(page, SILENT_LOG);
}

function installed(
  byUpstream: Record<string, readonly string[]>,
  silent: string[] = [],
): Installed {
  const models = Object.entries(byUpstream).flatMap(([upstream, names]) =>
    names.map((name) => ({ ...serverModel(name, { size: 5 }), upstream, contextLength: null })),
  );
  const error = new TokwattError('x', 'down');
  return { models, errors: silent.map((upstream) => ({ upstream, error })) };
}

describe('the list of models', () => {
  it('keeps favourites first and one default, and is the same after a restart', () => {
    const page = new Page();
    const list = open(page);
    list.add({ modelName: 'b', tags: ['code'] }, 1);
    list.add({ modelName: 'a' }, 2);
    list.mark('c:latest', () => ({ isFavorite: true, isDefault: true }), 3);
    list.update('a', { isDefault: true, notes: 'good' }, 4);
    const again = open(page);
    expect(again.entries.map(({ modelName }) => modelName)).toEqual(['c:latest', 'a', 'b']);
    expect(again.defaultModel).toBe('a');
    expect(again.entries.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(again.get('c')).toMatchObject({ modelName: 'c:latest', isFavorite: true });
    expect(again.get('a')).toMatchObject({ notes: 'good', createdAt: 2, updatedAt: 4 });
    again.remove('a');
    expect(again.defaultModel).toBeNull();
    expect(() => again.get('a')).toThrow('There is no model "a" on the list');
    expect(() => again.add({ modelName: 'b' }, 5)).toThrow('on the list already');
  });

  it('is updated without losing anything', () => {
    const page = new Page();
    const list = open(page);
    list.mark('kept', () => ({ isFavorite: true }), 1);
    const first = list.sync(installed({ one: ['kept:latest', 'new'], two: ['new'] }), 2);
    expect(first).toEqual({ installed: ['kept:latest', 'new'], added: ['new'], gone: [] });
    expect(list.get('new')).toMatchObject({
      upstreams: ['one', 'two'],
      sizeBytes: 5,
      installedAt: 2,
    });
    const { writes } = page;
    list.sync(installed({ one: ['kept:latest', 'new'], two: ['new'] }), 3);
    expect(page.writes).toBe(writes);
    const second = list.sync(installed({ two: [] }, ['one']), 4);
    expect(second.gone).toEqual([]);
    expect(list.get('new')).toMatchObject({ upstreams: ['one'], installedAt: 2 });
    const third = list.sync(installed({ one: [], two: [] }), 5);
    expect(third.gone).toEqual(['kept', 'new']);
    expect(list.get('kept')).toMatchObject({ upstreams: [], installedAt: null, isFavorite: true });
  });

  it('keeps entries that it cannot read, with a warning', () => {
    const good = { ...open(new Page()).add({ modelName: 'good' }, 1) };
    const odd = { modelName: 7, from: 'the future' };
    const page = new Page({ models: [good, odd, { ...good }], unread: ['older'] });
    const list = open(page);
    expect(list.entries.map(({ modelName }) => modelName)).toEqual(['good']);
    list.mark('good', () => ({ isFavorite: true }), 2);
    expect(page.content.unread).toEqual(['older', odd, { ...good }]);
    expect(open(page).entries).toHaveLength(1);
    const broken = new Page({ models: 'all of them' });
    open(broken).add({ modelName: 'x' }, 1);
    expect(broken.content.unread).toEqual(['all of them']);
  });

  it('does not change if it cannot be written', () => {
    const page = new Page();
    const list = open(page);
    list.add({ modelName: 'a' }, 1);
    page.isFull = true;
    expect(() => list.update('a', { isFavorite: true }, 2)).toThrow('ENOSPC');
    expect(list.get('a').isFavorite).toBe(false);
  });

  it('is bounded', () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `m${index}`);
    const list = open(new Page());
    expect(() => list.sync(installed({ one: names }), 1)).toThrow('at most 1000');
    expect(list.entries).toEqual([]);
  });
});
