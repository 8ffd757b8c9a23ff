import { describe, expect, it, vi } from 'vitest';
import { englishOf } from '../../../shared/sentences.ts';
import { SILENT_LOG } from '../log.ts';
import type { Log } from '../log.ts';
import type { JsonDocument } from '../json-document.ts';
import { fileSecrets } from './secret-store.ts';
import type { SecretStore } from './secret-store.ts';
import { SettingsStore } from './settings-store.ts';
import { UpstreamKeys } from './upstream-keys.ts';

const KEY = 'sk-secret-0123456789';
const URL_A = 'http://a:4000';
const STORED = { upstream: 'a', origin: URL_A, key: KEY };

function documentOf(value: Record<string, unknown>): JsonDocument {
  return {
    read: () => value,
    write: (next) => {
      value = next;
    },
  };
}

interface House {
  readonly keys: UpstreamKeys;
  readonly settings: JsonDocument;
  readonly secrets: JsonDocument;
  readonly store: SettingsStore;
  readonly warnings: string[];
  readonly changed: string[][];
}

async function house(
  settings: Record<string, unknown>,
  stored: Record<string, unknown> = {},
  wrap: (store: SecretStore) => SecretStore = (store) => store,
  log: Log = SILENT_LOG,
): Promise<House> {
  const [document, secrets] = [documentOf(settings), documentOf(stored)];
  const [warnings, changed]: [string[], string[][]] = [[], []];
  const keys = new UpstreamKeys({
    store: wrap(fileSecrets(secrets)),
    log,
    onWarning: (message) => warnings.push(englishOf(message)),
    onChange: (names) => changed.push([...names]),
  });
  const store = new SettingsStore({
    document,
    overrides: {},
    fallbackUpstreams: [],
    check: () => null,
    keys,
    log,
  });
  await keys.open(document);
  return { keys, settings: document, secrets, store, warnings, changed };
}

const at = (name: string, url: string): { name: string; url: URL } => ({ name, url: new URL(url) });

it('a key is not removed from a version of the document that was not adopted', async () => {
  const written = { upstreams: [{ name: 'a', url: URL_A, apiKey: KEY }] };
  const { keys, settings } = await house({});
  const newer = { upstreams: [{ name: 'a', url: URL_A, apiKey: 'another' }] };
  settings.write(newer);
  keys.adopt(settings, written);
  await new Promise((resolve) => setImmediate(resolve));
  expect([keys.keyOf(at('a', URL_A)), settings.read()]).toEqual([KEY, newer]);
  keys.adopt(settings);
  await new Promise((resolve) => setImmediate(resolve));
  expect(keys.keyOf(at('a', URL_A))).toBe('another');
  expect(settings.read()).toEqual({ upstreams: [{ name: 'a', url: URL_A }] });
});

describe('an API key that is set', () => {
  it('goes to the secret store and never into the settings', async () => {
    const { keys, settings, secrets, store, changed } = await house({ notOurs: 1 });
    const { settings: shown } = await store.update({
      upstreams: [{ name: 'a', url: URL_A, apiKey: KEY }],
    });
    expect(secrets.read()).toEqual({ keys: [STORED] });
    expect(settings.read()).toEqual({ notOurs: 1, upstreams: [{ name: 'a', url: URL_A }] });
    expect(shown.upstreams).toMatchObject([{ name: 'a', apiKey: '(hidden)' }]);
    expect(store.file).toEqual(shown);
    expect(JSON.stringify(shown)).not.toContain(KEY);
    expect(keys.keyOf(at('a', `${URL_A}/base`))).toBe(KEY);
    expect(keys.storageOf(at('a', URL_A))).toBe('file');
    expect(changed).toEqual([['a']]);
  });

  it('needs no restart, and listeners of the settings get no key', async () => {
    const { store } = await house({ upstreams: [{ name: 'a', url: URL_A }] });
    const heard: unknown[] = [];
    store.onChange((settings) => heard.push(settings));
    const { restartNeeded } = await store.update({
      upstreams: [{ name: 'a', url: URL_A, apiKey: KEY }],
    });
    expect(restartNeeded).toEqual([]);
    expect(JSON.stringify(heard)).not.toContain(KEY);
  });

  it('is for its address only', async () => {
    const { keys } = await house({ upstreams: [{ name: 'a', url: URL_A }] }, { keys: [STORED] });
    expect(keys.keyOf(at('a', 'http://a:4000'))).toBe(KEY);
    for (const url of ['http://a:4001', 'https://a:4000', 'http://b:4000']) {
      expect(keys.keyOf(at('a', url))).toBeNull();
      expect(keys.storageOf(at('a', url))).toBeNull();
    }
    expect(keys.keyOf(at('b', URL_A))).toBeNull();
  });

  it('stays after changes of other settings, and is removed with its upstream', async () => {
    const { keys, secrets, store } = await house(
      { upstreams: [{ name: 'a', url: URL_A }] },
      { keys: [STORED] },
    );
    await store.update({ gpuIntervalMs: 500 });
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    await store.update({ upstreams: null });
    expect(secrets.read()).toEqual({ keys: [] });
  });

  it('cannot be kept if there is none', async () => {
    const { store, settings } = await house({});
    const patch = { upstreams: [{ name: 'a', url: URL_A, apiKey: '(hidden)' }] };
    await expect(store.update(patch)).rejects.toThrow(/^upstreams\.0\.apiKey: no key is stored/);
    expect(settings.read()).toEqual({});
  });

  it.each(['two words', 'line\nbreak', 'ключ'])(
    'is refused as %j, without being repeated',
    async (apiKey) => {
      const { store } = await house({});
      const updating = store.update({ upstreams: [{ name: 'a', url: URL_A, apiKey }] });
      await expect(updating).rejects.toThrow(/^upstreams\.0\.apiKey: must be printable/);
      await expect(updating).rejects.not.toThrow(apiKey);
    },
  );

  it('is used even if it cannot be stored, with a warning', async () => {
    const fails = (store: SecretStore): SecretStore => ({
      ...store,
      write: () => Promise.reject(Object.assign(new Error(KEY), { code: 'ENOSPC' })),
    });
    const { store, keys } = await house({}, {}, fails);
    const updating = store.update({ upstreams: [{ name: 'a', url: URL_A, apiKey: KEY }] });
    await expect(updating).rejects.toThrow(/could not be saved \(ENOSPC\)/);
    await expect(updating).rejects.not.toThrow(KEY);
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    await store.update({ gpuIntervalMs: 500 });
    const again = store.update({ upstreams: [{ name: 'a', url: URL_A }] });
    await expect(again).rejects.toThrow('ENOSPC');
  });
});

describe('the start', () => {
  it('moves keys out of an edited settings file', async () => {
    const info = vi.fn();
    const { keys, settings, secrets, store } = await house(
      { notOurs: 1, upstreams: [{ name: 'a', url: URL_A, apiKey: KEY, note: 'mine' }] },
      {},
      undefined,
      { ...SILENT_LOG, info },
    );
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    await vi.waitFor(() => expect(info).toHaveBeenCalledTimes(2));
    expect(secrets.read()).toEqual({ keys: [STORED] });
    const upstreams = [{ name: 'a', url: URL_A, note: 'mine' }];
    expect(settings.read()).toEqual({ notOurs: 1, upstreams });
    expect(JSON.stringify(store.file)).not.toContain(KEY);
    expect(JSON.stringify(info.mock.calls)).toContain('taken out of settings.json');
    expect(JSON.stringify(info.mock.calls)).not.toContain(KEY);
  });

  it('leaves them in the file if the store fails, uses them, and says so', async () => {
    const fails = (store: SecretStore): SecretStore => ({
      ...store,
      write: () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' })),
    });
    const upstreams = [{ name: 'a', url: URL_A, apiKey: KEY }];
    const { keys, settings, warnings } = await house({ upstreams }, {}, fails);
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toContain('EROFS');
    expect(warnings[0]).not.toContain(KEY);
    expect(settings.read()).toEqual({ upstreams });
  });

  it('loses no key if the settings file was set aside', async () => {
    const { keys, secrets } = await house({}, { keys: [STORED] });
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    expect(secrets.read()).toEqual({ keys: [STORED] });
  });

  it('does not wait forever for a keychain, and keeps keys that are set meanwhile', async () => {
    vi.useFakeTimers();
    let answer = (): void => undefined;
    const slow = (store: SecretStore): SecretStore => ({
      ...store,
      read: () => new Promise((resolve) => (answer = () => void store.read().then(resolve))),
    });
    const opening = house({ upstreams: [{ name: 'a', url: URL_A }] }, { keys: [STORED] }, slow);
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    const { keys, store, secrets, changed } = await opening;
    expect(keys.keyOf(at('a', URL_A))).toBeNull();
    const b = { name: 'b', url: 'http://b:1', apiKey: 'key-b' };
    const updating = store.update({ upstreams: [{ name: 'a', url: URL_A }, b] });
    await vi.waitFor(() => expect(keys.keyOf(at('b', b.url))).not.toBeNull());
    answer();
    await updating;
    expect(keys.keyOf(at('a', URL_A))).toBe(KEY);
    expect(secrets.read()).toEqual({
      keys: [{ upstream: 'b', origin: 'http://b:1', key: 'key-b' }, STORED],
    });
    expect(changed).toEqual([['b'], ['a']]);
  });

  it('names keys that it cannot read', async () => {
    const { warnings } = await house({}, {}, (store) => ({
      ...store,
      read: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })),
    }));
    expect(warnings).toEqual([
      'The API keys of the upstreams could not be read (EACCES). Set them again.',
    ]);
  });

  it('says that keys of the keychain cannot be read, and keeps them', async () => {
    const { warnings, store, secrets } = await house({}, { encrypted: 'YWJj' });
    expect(warnings).toEqual([expect.stringContaining('desktop application keeps API keys')]);
    await store.update({ upstreams: [{ name: 'a', url: URL_A, apiKey: KEY }] });
    expect(secrets.read()).toEqual({ keys: [STORED], encrypted: 'YWJj' });
  });
});
