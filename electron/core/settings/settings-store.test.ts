import { expect, test } from 'vitest';
import type { JsonDocument } from '../json-document.ts';
import { SILENT_LOG } from '../log.ts';
import type { Overrides } from './effective.ts';
import type { PreparedChange } from './prepared-parts.ts';
import { SettingsStore } from './settings-store.ts';
import type { SettingsStoreOptions } from './settings-store.ts';
import { keysInMemory } from './upstream-keys.ts';

const upstream = { name: 'usual', url: new URL('http://127.0.0.1:1'), exactUsage: false };

function documentOf(value: Record<string, unknown>): JsonDocument {
  return {
    read: () => value,
    write: (next) => {
      value = next;
    },
  };
}

function storeOf(
  document: JsonDocument,
  options: Partial<SettingsStoreOptions> = {},
): SettingsStore {
  return new SettingsStore({
    document,
    overrides: {},
    fallbackUpstreams: [upstream],
    check: () => null,
    keys: keysInMemory(),
    log: SILENT_LOG,
    ...options,
  });
}

test('a patch changes the named settings and keeps the rest, including unknown members', async () => {
  const document = documentOf({ note: 'mine', reporter: { intervalMinutes: 5 } });
  const store = storeOf(document);
  const { settings } = await store.update({ reporter: { url: 'http://127.0.0.1:9/x' } });
  expect(settings.reporter).toMatchObject({ url: 'http://127.0.0.1:9/x', intervalMinutes: 5 });
  expect(store.current.reporter).toEqual(settings.reporter);
  expect(document.read()).toEqual({
    note: 'mine',
    reporter: { intervalMinutes: 5, url: 'http://127.0.0.1:9/x' },
  });
});

test('null restores the default', async () => {
  const store = storeOf(documentOf({ gpuIntervalMs: 500 }));
  expect(await store.update({ gpuIntervalMs: null })).toMatchObject({
    settings: { gpuIntervalMs: 1_000 },
  });
});

test('wrong or unknown settings are refused by name, and nothing changes', async () => {
  const document = documentOf({});
  const store = storeOf(document);
  const wrong = { status: 400, code: 'bad_request' };
  const refused = async (patch: Record<string, unknown>, message: string): Promise<void> => {
    await expect(store.update(patch)).rejects.toMatchObject({
      ...wrong,
      message: expect.stringContaining(message),
    });
  };
  await refused({ reporter: { intervalMinutes: 0 } }, 'reporter.interval');
  await refused({ reporter: { intervall: 5 } }, 'reporter.intervall: there is no such setting.');
  const upstreams = [{ name: 'a', url: 'http://a:1', exactusage: null }];
  await refused({ upstreams }, 'upstreams.0.exactusage: there is no such setting.');
  await refused(JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>, '__proto__');
  expect(document.read()).toEqual({});
});

test('conflicting settings are refused by name', async () => {
  const document = documentOf({});
  const store = storeOf(document, {
    check: ({ apiPort, proxyPort }) =>
      apiPort === proxyPort ? { path: 'apiPort', problem: 'a proxy takes it' } : null,
  });
  await expect(store.update({ apiPort: 11_435 })).rejects.toMatchObject({
    status: 400,
    message: 'apiPort: a proxy takes it.',
  });
  expect([document.read(), store.current.apiPort]).toEqual([{}, 11_436]);
});

test('listeners get changes until they are removed, even if another one throws', async () => {
  const store = storeOf(documentOf({}));
  const heard: number[] = [];
  store.onChange(() => {
    throw new Error('mine alone');
  });
  const remove = store.onChange(({ gpuIntervalMs }) => heard.push(gpuIntervalMs));
  await store.update({ gpuIntervalMs: 300 });
  remove();
  await store.update({ gpuIntervalMs: 400 });
  expect(heard).toEqual([300]);
});

test('concurrent changes are all applied', async () => {
  const document = documentOf({});
  const store = storeOf(document);
  await Promise.all([
    store.update({ gpuIntervalMs: 300 }),
    store.update({ reporter: { intervalMinutes: 0 } }).catch(() => undefined),
    store.update({ libraryUrl: 'http://127.0.0.1:9' }),
  ]);
  expect(document.read()).toEqual({ gpuIntervalMs: 300, libraryUrl: 'http://127.0.0.1:9' });
});

test('a file that cannot be written changes nothing', async () => {
  const store = storeOf({
    read: () => ({}),
    write: () => {
      throw Object.assign(new Error('no'), { code: 'ENOSPC' });
    },
  });
  const seen: string[] = [];
  store.beforeChange(() =>
    Promise.resolve({
      commit: () => seen.push('commits'),
      abort: () => Promise.resolve(void seen.push('aborts')),
    }),
  );
  await expect(store.update({ gpuIntervalMs: 300 })).rejects.toThrow(/ENOSPC/);
  expect([store.current.gpuIntervalMs, seen]).toEqual([1_000, ['aborts']]);
});

test('a part that cannot follow refuses the change, and earlier parts are undone', async () => {
  const document = documentOf({});
  const store = storeOf(document);
  const seen: string[] = [];
  const prepare = (name: string) => (): Promise<PreparedChange> =>
    Promise.resolve({
      commit: () => seen.push(`${name} commits`),
      abort: () => {
        seen.push(`${name} aborts`);
        return Promise.resolve();
      },
    });
  store.beforeChange(prepare('first'));
  const remove = store.beforeChange(() => Promise.reject(new Error('the port is taken')));
  store.onChange(() => seen.push('told'));
  await expect(store.update({ gpuIntervalMs: 300 })).rejects.toThrow('the port is taken');
  expect([document.read(), store.current.gpuIntervalMs, seen]).toEqual([
    {},
    1_000,
    ['first aborts'],
  ]);
  remove();
  await store.update({ gpuIntervalMs: 300 });
  expect(seen).toEqual(['first aborts', 'first commits', 'told']);
});

test('a file with the same content does not count as edited', async () => {
  const text = '{ "gpuIntervalMs": 300 }';
  const outcomes: unknown[] = [];
  // The result of conf's reader.
  const document = Object.assign(Object.create(null), JSON.parse(text)) as Record<string, unknown>;
  const store = storeOf(documentOf(document), {
    edited: {
      read: () => Promise.resolve(Buffer.from(text)),
      parse: (bytes) => JSON.parse(bytes.toString()) as Record<string, unknown>,
      taken: (taken) => outcomes.push(taken),
      refused: () => 'refused',
    },
  });
  await store.reload();
  expect(outcomes).toEqual([]);
});

test('overrides win over the file, before and after a change, and are not written', async () => {
  const overrides: Overrides = {
    proxyPort: { value: 7, source: '--proxy-port' },
    upstreams: { value: [upstream], source: '--upstream' },
  };
  const document = documentOf({ proxyPort: 5, upstreams: [{ name: 'mine', url: 'http://a:1' }] });
  const store = storeOf(document, { overrides });
  const inForce = { proxyPort: 7, upstreams: [{ name: 'usual' }] };
  expect(store.current).toMatchObject(inForce);
  await store.update({ proxyPort: 6, upstreams: [{ name: 'other', url: 'http://a:1' }] });
  expect(store.current).toMatchObject(inForce);
  expect(store.file).toMatchObject({ proxyPort: 6, upstreams: [{ name: 'other' }] });
  expect(document.read()).toMatchObject({ proxyPort: 6, upstreams: [{ name: 'other' }] });
  expect(store.overrides).toEqual([
    {
      setting: 'upstreams',
      source: '--upstream',
      value: [{ name: 'usual', url: 'http://127.0.0.1:1/' }],
    },
    { setting: 'proxyPort', source: '--proxy-port', value: 7 },
  ]);
});

test('without upstreams, the default is in force, and the file stays without', async () => {
  const store = storeOf(documentOf({ upstreams: [{ name: 'mine', url: 'http://a:1' }] }));
  expect(store.current.upstreams).toMatchObject([{ name: 'mine' }]);
  await store.update({ upstreams: [] });
  expect(store.current.upstreams).toEqual([{ ...upstream, port: null }]);
  expect(store.file.upstreams).toEqual([]);
});

test('settings that differ from the start need a restart, with the reason', async () => {
  const store = storeOf(documentOf({ apiPort: 500 }));
  const waiting = (): string[] => store.restartNeeded.map(({ setting }) => setting);
  expect(waiting()).toEqual([]);
  const { restartNeeded } = await store.update({ apiPort: 600 });
  expect(restartNeeded).toMatchObject([
    { setting: 'apiPort', reason: expect.stringMatching(/^The API keeps its port.+connected/) },
  ]);
  await store.update({ bind: '0.0.0.0', libraryUrl: 'http://127.0.0.1:9' });
  expect(waiting()).toEqual(['apiPort', 'bind']);
  await store.update({ apiPort: 500 });
  expect(waiting()).toEqual(['bind']);
  await store.update({ bind: null });
  expect(waiting()).toEqual([]);
});

test('an overridden setting needs no restart, because it would not change it', async () => {
  const overrides: Overrides = { apiPort: { value: 7, source: '--api-port' } };
  const store = storeOf(documentOf({}), { overrides });
  expect((await store.update({ apiPort: 600 })).restartNeeded).toEqual([]);
});
