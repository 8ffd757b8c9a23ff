import { safeStorage } from 'electron';
import Store from 'electron-store';
import { isTotalsDocument } from '../core/records/totals/checkpoint.ts';
import { PRIVATE_FILE, openStateStore } from '../core/startup/state-store.ts';
import type { StateStore } from '../core/startup/state-store.ts';
import { keychainSecrets } from './keychain-secrets.ts';

/** The state store on the desktop. Throws a `data-dir` error if the folder cannot be used. */
export function openDesktopStore(folder: string): StateStore {
  return openStateStore(
    folder,
    (name, cwd) => new Store({ name, cwd, configFileMode: PRIVATE_FILE }),
    isTotalsDocument,
    (document) => keychainSecrets(document, safeStorage),
  );
}
