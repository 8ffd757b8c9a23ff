/** Conversations kept in this browser's or window's own database, on this machine only. */
import { readPersisted, writePersisted } from '../../state/persisted.ts';
import { playground } from './store.ts';
import { isRunning } from './types.ts';
import type { Conversation } from './types.ts';

const DATABASE = 'tokwatt-playground';
const STORE = 'conversations';
/** Set to `on` where the user keeps conversations. */
export const KEPT_KEY = 'playground.kept';
/** How long a conversation must be at rest before it is stored, milliseconds. */
const REST_MS = 500;

/** The conversation that is about to be stored. */
let pending: { readonly id: string; readonly timer: ReturnType<typeof setTimeout> } | null = null;

/** Whoever deletes a conversation does not want it stored right afterwards. */
function dropPending(id: string | null = null): void {
  if (pending === null || (id !== null && pending.id !== id)) return;
  clearTimeout(pending.timer);
  pending = null;
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser’s storage failed.'));
  });
}

/** Opens the database, which makes it; call it only where something is kept. */
async function withStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: 'id' });
  };
  const database = await promised(opening);
  try {
    return await promised(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export function isKeeping(): boolean {
  return readPersisted(KEPT_KEY) === 'on';
}

/** Turning it off keeps what is there until it is deleted. */
export async function setKeeping(isOn: boolean): Promise<void> {
  writePersisted(KEPT_KEY, isOn ? 'on' : null);
  if (isOn) await keep(playground.get().conversation);
}

/** All conversations, newest first. Reading makes no database. */
export async function readKept(): Promise<readonly Conversation[]> {
  const databases = await indexedDB.databases();
  if (!databases.some(({ name }) => name === DATABASE)) return [];
  const all = await withStore<unknown[]>('readonly', (store) => store.getAll());
  return (all as Conversation[]).toSorted((a, b) => b.startedAt - a.startedAt);
}

export async function deleteKept(id: string): Promise<void> {
  dropPending(id);
  await withStore('readwrite', (store) => store.delete(id));
}

/** Deletes the database as a whole, so that nothing stays behind. */
export async function deleteAllKept(): Promise<void> {
  dropPending();
  await promised(indexedDB.deleteDatabase(DATABASE));
}

async function keep(conversation: Conversation): Promise<void> {
  if (conversation.turns.length === 0) return;
  await withStore('readwrite', (store) => store.put(conversation));
}

/** Stores each conversation when it comes to rest. Returns a function that stops it. */
export function keepConversations(): () => void {
  let last = playground.get().conversation;
  const stop = playground.subscribe(() => {
    const { conversation } = playground.get();
    if (conversation === last || !isKeeping()) return;
    last = conversation;
    dropPending();
    if (conversation.turns.some(({ answers }) => answers.some(isRunning))) return;
    const timer = setTimeout(() => {
      pending = null;
      void keep(conversation).catch(() => undefined);
    }, REST_MS);
    pending = { id: conversation.id, timer };
  });
  return () => {
    dropPending();
    stop();
  };
}
