import type { JsonDocument } from '../core/json-document.ts';
import { fileSecrets, isStoredKeys, keysDocument } from '../core/settings/secret-store.ts';
import type { SecretStore, StoredKey, StoredKeys } from '../core/settings/secret-store.ts';

/**
 * The used part of Electron's `safeStorage`. Older versions lack the asynchronous functions, which
 * do not block while a keychain asks its user. Each kind reads what the other wrote.
 */
export interface Keychain {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(encrypted: Buffer): string;
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptStringAsync?(encrypted: Buffer): Promise<{ readonly result: string }>;
  /** Linux only. `basic_text` means that there is no keyring and that a known password is used. */
  getSelectedStorageBackend?(): string;
}

/**
 * Keeps keys in `api-keys.json`, encrypted with a secret of the operating system's keychain.
 * Without a keychain they are text in the same file. The keychain is not used until there is a key.
 * Electron's application must be ready.
 */
export function keychainSecrets(document: JsonDocument, keychain: Keychain): SecretStore {
  const file = fileSecrets(document);
  /** True if there are encrypted keys that could not be read. They stay in the file. */
  let isLocked = false;

  const write = async (keys: readonly StoredKey[]): Promise<Omit<StoredKeys, 'keys'>> => {
    if (keys.length === 0 && !isLocked) {
      document.write({});
      return { storage: 'file', notice: null };
    }
    const missing = isLocked ? LOCKED : await missingKeychain(keychain);
    const encrypted = missing === null ? await encrypt(keychain, JSON.stringify(keys)) : null;
    if (encrypted === null) {
      await file.write(keys);
      return { storage: 'file', notice: `API keys are stored as text: ${missing ?? REFUSED}` };
    }
    document.write({ encrypted: encrypted.toString('base64') });
    return { storage: 'keychain', notice: null };
  };

  const read = async (): Promise<StoredKeys> => {
    const { keys: plain, encrypted } = keysDocument(document.read());
    const opened = encrypted === null ? [] : await decrypted(keychain, encrypted);
    isLocked = opened === null;
    if (opened === null) return { keys: plain, storage: 'file', notice: LOCKED_NOTICE };
    // Text is newer: it was written by a headless Tokwatt, or while there was no keychain.
    const later = new Set(plain.map(({ upstream }) => upstream));
    const keys = [...plain, ...opened.filter(({ upstream }) => !later.has(upstream))];
    if (plain.length === 0) return { keys, storage: 'keychain', notice: null };
    const moved = await write(keys).catch(() => null);
    return { keys, storage: moved?.storage ?? 'file', notice: null };
  };

  return { read, write };
}

const REFUSED = 'the keychain did not encrypt them; only the file mode protects them.';
const LOCKED = 'the keychain did not open the keys that were stored before.';
const LOCKED_NOTICE =
  "The system's keychain did not open the API keys that were stored with it. Unlock it and start Tokwatt again, or set the keys again.";

/** Returns why nothing can be encrypted; null if it can. */
async function missingKeychain(keychain: Keychain): Promise<string | null> {
  if (keychain.getSelectedStorageBackend?.() === 'basic_text') {
    return 'this desktop has no keyring that Tokwatt can use; only the file mode protects them.';
  }
  const isAvailable =
    keychain.isAsyncEncryptionAvailable === undefined
      ? keychain.isEncryptionAvailable()
      : await keychain.isAsyncEncryptionAvailable();
  return isAvailable
    ? null
    : 'the system keychain is not available; only the file mode protects them.';
}

/** Returns null if the keychain refuses. */
async function encrypt(keychain: Keychain, text: string): Promise<Buffer | null> {
  try {
    return (await keychain.encryptStringAsync?.(text)) ?? keychain.encryptString(text);
  } catch {
    return null;
  }
}

/** Returns null if the keychain does not decrypt them. */
async function decrypted(keychain: Keychain, base64: string): Promise<readonly StoredKey[] | null> {
  const encrypted = Buffer.from(base64, 'base64');
  try {
    const answer = await keychain.decryptStringAsync?.(encrypted);
    const keys: unknown = JSON.parse(answer?.result ?? keychain.decryptString(encrypted));
    return isStoredKeys(keys) ? keys : null;
  } catch {
    return null;
  }
}
