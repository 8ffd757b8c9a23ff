import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import type { JsonDocument } from '../json-document.ts';
import { holdsKeys, withoutKeys } from './key-holders.ts';
import { fileSecrets } from './secret-store.ts';
import { SettingsStore } from './settings-store.ts';
import { UpstreamKeys } from './upstream-keys.ts';

const TOKEN = 'eyJ0-secret';
const METER = {
  kind: 'home-assistant',
  address: 'http://homeassistant.local:8123',
  entity: 'sensor.plug_power',
} as const;
const UPSTREAM = { name: 'a', url: 'http://a:4000' };

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
}

async function house(settings: Record<string, unknown> = {}): Promise<House> {
  const [document, secrets] = [documentOf(settings), documentOf({})];
  const keys = new UpstreamKeys({
    store: fileSecrets(secrets),
    log: SILENT_LOG,
    onWarning: () => undefined,
    onChange: () => undefined,
  });
  const store = new SettingsStore({
    document,
    overrides: {},
    fallbackUpstreams: [],
    check: () => null,
    keys,
    log: SILENT_LOG,
  });
  await keys.open(document);
  return { keys, settings: document, secrets, store };
}

const meterIn = (settings: object): Record<string, unknown> => ({
  hardware: { wallMeter: settings },
});

describe('the token of a wall meter', () => {
  it('goes to the secret store, not to settings.json, and is shown as hidden', async () => {
    const { store, keys, settings, secrets } = await house();
    await store.update(meterIn({ ...METER, token: TOKEN }));
    expect(JSON.stringify(settings.read())).not.toContain(TOKEN);
    expect(JSON.stringify(secrets.read())).toContain(TOKEN);
    expect(store.file.hardware.wallMeter?.token).toBe('(hidden)');
    expect(store.current.hardware.wallMeter).not.toHaveProperty('token');
    expect(keys.wallMeterToken(METER)).toBe(TOKEN);
    expect(keys.secrets).toEqual([TOKEN]);
  });

  it('stays while other settings of the meter change, and goes when it is null', async () => {
    const { store, keys } = await house();
    await store.update(meterIn({ ...METER, token: TOKEN }));
    await store.update(meterIn({ name: 'Desk', entity: 'sensor.other' }));
    expect(keys.wallMeterToken(METER)).toBe(TOKEN);
    await store.update(meterIn({ token: null }));
    expect(keys.wallMeterToken(METER)).toBeNull();
    expect(store.file.hardware.wallMeter).toMatchObject({ name: 'Desk', token: null });
  });

  it('does not follow the meter to another address or kind, and goes with it', async () => {
    const elsewhere = { address: 'http://192.168.1.9:8123' };
    for (const change of [elsewhere, { kind: 'tasmota' }, null]) {
      const { store, keys } = await house();
      await store.update(meterIn({ ...METER, token: TOKEN }));
      await store.update({ hardware: { wallMeter: change } });
      expect(keys.secrets).toEqual([]);
    }
  });

  it('and the keys of upstreams leave each other alone', async () => {
    const { store, keys } = await house();
    await store.update({ upstreams: [{ ...UPSTREAM, apiKey: 'sk-a' }] });
    await store.update(meterIn({ ...METER, token: TOKEN }));
    await store.update({ upstreams: [{ ...UPSTREAM, exactUsage: true }] });
    expect(keys.keyOf({ name: 'a', url: new URL(UPSTREAM.url) })).toBe('sk-a');
    expect(keys.wallMeterToken(METER)).toBe(TOKEN);
    await store.update({ hardware: { wallMeter: null } });
    expect(keys.secrets).toEqual(['sk-a']);
  });

  it('is taken out of settings.json, also without upstreams', async () => {
    const { keys, settings } = await house(meterIn({ ...METER, token: TOKEN }));
    await expect.poll(() => JSON.stringify(settings.read())).not.toContain(TOKEN);
    expect(keys.wallMeterToken(METER)).toBe(TOKEN);
    expect(settings.read()).toEqual(meterIn(METER));
  });
});

it('a document without a meter stays as it is', () => {
  for (const document of [
    {},
    { hardware: {} },
    { hardware: { wallMeter: null } },
    { upstreams: 5 },
  ]) {
    expect(withoutKeys(document)).toEqual(document);
    expect(holdsKeys(document)).toBe(false);
  }
});
