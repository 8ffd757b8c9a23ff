import { describe, expect, it, vi } from 'vitest';
import type { JsonDocument } from '../core/json-document.ts';
import { fileSecrets } from '../core/settings/secret-store.ts';
import { keychainSecrets } from './keychain-secrets.ts';
import type { Keychain } from './keychain-secrets.ts';

const KEY = { upstream: 'a', origin: 'http://a:1', key: 'sk-secret-0123456789' };
const OTHER = { upstream: 'b', origin: 'http://b:1', key: 'sk-other-0123456789' };

function documentOf(value: Record<string, unknown> = {}): JsonDocument {
  return {
    read: () => value,
    write: (next) => {
      value = next;
    },
  };
}

const flip = (bytes: Buffer): Buffer => bytes.map((byte) => byte ^ 0x55) as Buffer;

/** A keychain with the functions of Electron 33 and a simple cipher. */
function keychain(parts: Partial<Keychain> = {}): Keychain {
  return {
    isEncryptionAvailable: () => true,
    encryptString: (text) => flip(Buffer.from(text)),
    decryptString: (bytes) => flip(bytes).toString(),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...parts,
  };
}
const locked = (): never => {
  throw new Error('Error while decrypting the ciphertext');
};

describe('keys in the keychain', () => {
  it('are in the file only in encrypted form, and can be read again', async () => {
    const document = documentOf();
    const written = await keychainSecrets(document, keychain()).write([KEY, OTHER]);
    expect(written).toEqual({ storage: 'keychain', notice: null });
    expect(Object.keys(document.read())).toEqual(['encrypted']);
    const text = JSON.stringify(document.read());
    expect(text).not.toContain(KEY.key);
    expect(Buffer.from(String(document.read().encrypted), 'base64').toString()).not.toContain(
      'sk-',
    );
    expect(await keychainSecrets(document, keychain()).read()).toEqual({
      keys: [KEY, OTHER],
      storage: 'keychain',
      notice: null,
    });
  });

  it('are encrypted and decrypted without blocking if Electron can', async () => {
    const chain = keychain({
      isEncryptionAvailable: locked,
      encryptString: locked,
      decryptString: locked,
      isAsyncEncryptionAvailable: () => Promise.resolve(true),
      encryptStringAsync: (text) => Promise.resolve(flip(Buffer.from(text))),
      decryptStringAsync: (bytes) => Promise.resolve({ result: flip(bytes).toString() }),
    });
    const document = documentOf();
    const written = await keychainSecrets(document, chain).write([KEY]);
    expect(written.storage).toBe('keychain');
    expect((await keychainSecrets(document, chain).read()).keys).toEqual([KEY]);
    // Keys written synchronously can be read asynchronously, and vice versa.
    expect((await keychainSecrets(document, keychain()).read()).keys).toEqual([KEY]);
  });

  it('do not use the keychain while there are none', async () => {
    const asked = vi.fn(locked);
    const chain = keychain({
      isEncryptionAvailable: asked,
      encryptString: asked,
      decryptString: asked,
      getSelectedStorageBackend: asked,
    });
    const store = keychainSecrets(documentOf(), chain);
    expect((await store.read()).keys).toEqual([]);
    await store.write([]);
    expect(asked).not.toHaveBeenCalled();
  });

  it('leave nothing behind when the last one is removed', async () => {
    const document = documentOf();
    const store = keychainSecrets(document, keychain());
    await store.write([KEY]);
    await store.write([]);
    expect(document.read()).toEqual({});
  });

  it.each<[string, Partial<Keychain>]>([
    ['there is no keyring', { getSelectedStorageBackend: () => 'basic_text' }],
    ['the keychain refuses', { encryptString: locked }],
    ['the keychain is not available', { isEncryptionAvailable: () => false }],
    [
      'the keychain is not available, said without blocking',
      { isAsyncEncryptionAvailable: () => Promise.resolve(false) },
    ],
  ])('are text where %s, with a notice', async (_why, parts) => {
    const document = documentOf();
    const written = await keychainSecrets(document, keychain(parts)).write([KEY]);
    expect(written).toEqual({
      storage: 'file',
      notice: expect.stringMatching(/^API keys are stored as text: .* only the file mode protects/),
    });
    expect(document.read()).toEqual({ keys: [KEY] });
    expect(await keychainSecrets(document, keychain(parts)).read()).toEqual({
      keys: [KEY],
      storage: 'file',
      notice: null,
    });
  });

  it('are moved into the keychain when there is one; text is newer', async () => {
    const document = documentOf();
    await keychainSecrets(document, keychain()).write([{ ...KEY, key: 'old' }, OTHER]);
    await fileSecrets(document).write([KEY]);
    const { keys, storage } = await keychainSecrets(document, keychain()).read();
    expect([keys, storage]).toEqual([[KEY, OTHER], 'keychain']);
    expect(Object.keys(document.read())).toEqual(['encrypted']);
    expect((await keychainSecrets(document, keychain()).read()).keys).toEqual([KEY, OTHER]);
  });

  it('are not lost while the keychain is locked', async () => {
    const document = documentOf();
    await keychainSecrets(document, keychain()).write([KEY]);
    const store = keychainSecrets(document, keychain({ decryptString: locked }));
    const { keys, notice } = await store.read();
    expect([keys, notice]).toEqual([[], expect.stringContaining('Unlock it')]);
    expect(await store.write([OTHER])).toMatchObject({ storage: 'file' });
    await store.write([]);
    await store.write([OTHER]);
    const unlocked = await keychainSecrets(document, keychain()).read();
    expect([unlocked.keys, unlocked.storage]).toEqual([[OTHER, KEY], 'keychain']);
  });
});
