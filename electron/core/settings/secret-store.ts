import type { KeyStorage } from '../../../shared/slices.ts';
import type { JsonDocument } from '../json-document.ts';

/** An upstream's API key. It is sent only to the address for which it was set. */
export interface StoredKey {
  readonly upstream: string;
  /** Scheme, host and port, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  readonly key: string;
}

export interface StoredKeys {
  readonly keys: readonly StoredKey[];
  readonly storage: KeyStorage;
  /** A message to show to the user once, such as unreadable keys or a missing keychain. */
  readonly notice: string | null;
}

/**
 * Keeps the API keys of upstreams between runs. Reading and writing are asynchronous because a
 * keychain may ask its user first.
 */
export interface SecretStore {
  /**
   * Returns all keys. The notice names keys that the keychain did not decrypt. Rejects if the file
   * cannot be read.
   */
  read(): Promise<StoredKeys>;
  /**
   * Replaces all keys atomically. On failure, rejects with a system error and keeps the old keys.
   */
  write(keys: readonly StoredKey[]): Promise<Omit<StoredKeys, 'keys'>>;
}

/**
 * The content of `api-keys.json`. `keys` is plain text for every Tokwatt that uses the data folder.
 * `encrypted` is base64 of the keys that the desktop application encrypted with the keychain.
 */
export interface KeysDocument {
  readonly keys: readonly StoredKey[];
  readonly encrypted: string | null;
}

/** True if this version can read the document. */
export function isKeysDocument(document: Record<string, unknown>): boolean {
  const { keys = [], encrypted = '' } = document;
  return isStoredKeys(keys) && typeof encrypted === 'string';
}

/** Returns the parts of a document that {@link isKeysDocument} accepted. */
export function keysDocument(document: Record<string, unknown>): KeysDocument {
  const { keys, encrypted } = document;
  return {
    keys: isStoredKeys(keys) ? keys : [],
    encrypted: typeof encrypted === 'string' ? encrypted : null,
  };
}

export function isStoredKeys(value: unknown): value is readonly StoredKey[] {
  return Array.isArray(value) && value.every(isStoredKey);
}

function isStoredKey(value: unknown): value is StoredKey {
  if (typeof value !== 'object' || value === null) return false;
  const { upstream, origin, key } = value as Readonly<Record<string, unknown>>;
  return [upstream, origin, key].every((member) => typeof member === 'string' && member !== '');
}

const ENCRYPTED_NOTICE =
  'The desktop application keeps API keys in the keychain, which the headless Tokwatt cannot open. Set them again here to use them, or run the desktop application instead of this one.';

/** Stores keys as text in `api-keys.json`, which only its owner can read. */
export function fileSecrets(document: JsonDocument): SecretStore {
  return {
    read: () => {
      const { keys, encrypted } = keysDocument(document.read());
      const notice = encrypted === null ? null : ENCRYPTED_NOTICE;
      return Promise.resolve({ keys, storage: 'file', notice });
    },
    write: (keys) => {
      const { encrypted } = keysDocument(document.read());
      // `write` throws, and this must reject instead.
      return new Promise((resolve) => {
        document.write({ keys: [...keys], ...(encrypted === null ? {} : { encrypted }) });
        resolve({ storage: 'file', notice: null });
      });
    },
  };
}
