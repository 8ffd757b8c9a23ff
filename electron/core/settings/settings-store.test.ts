import { expect, test } from 'vitest';
import type { JsonDocument } from '../json-document.ts';
import { SettingsFile } from './settings-store.ts';

function documentOf(value: Record<string, unknown>): JsonDocument {
  return {
    read: () => value,
    write: (next) => {
      value = next;
    },
  };
}

test('a patch changes what it names and keeps the rest, strangers included', () => {
  const document = documentOf({ note: 'mine', reporter: { intervalMinutes: 5 } });
  const file = new SettingsFile(document);
  const { settings, restartNeeded } = file.update({ reporter: { url: 'http://127.0.0.1:9/x' } });
  expect(settings.reporter).toMatchObject({ url: 'http://127.0.0.1:9/x', intervalMinutes: 5 });
  expect(restartNeeded).toEqual([]);
  expect(document.read()).toEqual({
    note: 'mine',
    reporter: { intervalMinutes: 5, url: 'http://127.0.0.1:9/x' },
  });
});

test('null brings the default back', () => {
  const file = new SettingsFile(documentOf({ gpuIntervalMs: 500 }));
  expect(file.update({ gpuIntervalMs: null })).toMatchObject({
    settings: { gpuIntervalMs: 1_000 },
    restartNeeded: ['gpuIntervalMs'],
  });
});

test('what is wrong or unknown is refused by name, and nothing changes', () => {
  const document = documentOf({});
  const file = new SettingsFile(document);
  const wrong = { status: 400, code: 'bad_request' };
  expect(() => file.update({ reporter: { intervalMinutes: 0 } })).toThrow(
    expect.objectContaining({ ...wrong, message: expect.stringContaining('reporter.interval') }),
  );
  expect(() => file.update({ reporter: { intervall: 5 } })).toThrow(
    expect.objectContaining({ ...wrong, message: 'reporter.intervall: there is no such setting.' }),
  );
  const upstreams = [{ name: 'a', url: 'http://a:1', exactusage: null }];
  expect(() => file.update({ upstreams })).toThrow(
    expect.objectContaining({
      ...wrong,
      message: 'upstreams.0.exactusage: there is no such setting.',
    }),
  );
  expect(() =>
    file.update(JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>),
  ).toThrow(expect.objectContaining(wrong));
  expect(document.read()).toEqual({});
});

test('listeners hear a change until they are removed', () => {
  const file = new SettingsFile(documentOf({}));
  const heard: number[] = [];
  const remove = file.onChange(({ gpuIntervalMs }) => heard.push(gpuIntervalMs));
  file.update({ gpuIntervalMs: 300 });
  remove();
  file.update({ gpuIntervalMs: 400 });
  expect(heard).toEqual([300]);
});

test('a file that cannot be written changes nothing', () => {
  const file = new SettingsFile({
    read: () => ({}),
    write: () => {
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    },
  });
  expect(() => file.update({ gpuIntervalMs: 300 })).toThrow(/ENOSPC/);
  expect(file.current.gpuIntervalMs).toBe(1_000);
});

test('what waits for the restart is what differs from the start', () => {
  const file = new SettingsFile(documentOf({ gpuIntervalMs: 500 }));
  expect(file.restartNeeded).toEqual([]);
  expect(file.update({ gpuIntervalMs: 600 }).restartNeeded).toEqual(['gpuIntervalMs']);
  const also = file.update({ bind: '0.0.0.0', libraryUrl: 'http://127.0.0.1:9' });
  expect([...also.restartNeeded].sort()).toEqual(['bind', 'gpuIntervalMs']);
  expect(file.update({ gpuIntervalMs: 500 }).restartNeeded).toEqual(['bind']);
  file.update({ bind: null });
  expect(file.restartNeeded).toEqual([]);
});
