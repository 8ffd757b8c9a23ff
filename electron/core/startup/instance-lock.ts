import { createHash } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { localMinute } from '../../../shared/format.ts';
import { TokwattError, systemCode } from '../errors.ts';
import { makeDataDir, unusableDataDir } from './data-dir.ts';
import { answerAsHolder, askHolder } from './lock-holder.ts';
import type { Asked, HolderSelf, LockHolder } from './lock-holder.ts';
import { WAIT_FOR_STOPPING_MS, clearStopping, isStopping, markStopping } from './stopping-mark.ts';

/** The system limits a socket's path to about 104 bytes. */
const MAX_SOCKET_PATH = 100;

/** The interval of tries while the other process is stopping. */
const RETRY_MS = 50;

/** A lock held until the process ends. The system releases it even after a crash. */
export interface InstanceLock {
  /** Tells who asks for the holder where its API listens, and proves with the token that it is no other program. */
  serves(api: string, token: NonNullable<HolderSelf['token']>): void;
  /** Makes a Tokwatt that starts from now on wait until this one has ended. */
  announceEnd(): void;
  release(): void;
}

/** The data folder is in use by another Tokwatt. */
export class DataDirInUse extends TokwattError {
  /** Null if it does not say who it is, like earlier versions. */
  readonly holder: LockHolder | null;

  constructor(folder: string, holder: LockHolder | null) {
    const who = holder === null ? '' : ` (${describeHolder(holder)})`;
    super(
      'data-dir',
      `The data folder ${folder} is in use by another Tokwatt${who}; end that one first, or choose another folder with --data-dir DIR.`,
    );
    this.holder = holder;
  }
}

/** A holder for an error message, without parentheses. */
export function describeHolder({ kind, version, pid, since }: LockHolder): string {
  return `${kind}, version ${version}, process ${pid}, running since ${localMinute(since)}`;
}

/**
 * Locks a data folder for this process by listening on a local socket in it. Two processes that
 * write the same files would overwrite each other's totals. A socket on which nothing answers
 * belongs to a process that died, and is replaced. Waits for a process that is stopping. Throws
 * {@link DataDirInUse} if another process holds the lock, and a `data-dir` error if the folder cannot
 * be used.
 */
export async function lockDataDir(
  folder: string,
  self: Pick<LockHolder, 'kind' | 'version'>,
): Promise<InstanceLock> {
  const address = socketAddress(makeDataDir(folder));
  const deadline = performance.now() + WAIT_FOR_STOPPING_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await lockAt(address, folder, self);
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE') throw unusableDataDir(folder, error);
      if (isStopping(folder) && performance.now() < deadline) {
        tries = 0;
        await sleep(RETRY_MS);
        continue;
      }
      const asked = await askHolder(address);
      if (typeof asked !== 'string') throw new DataDirInUse(folder, asked);
      if (tries === 3 || asked === 'silent') throw new DataDirInUse(folder, null);
      unlinkSync(address);
    }
  }
}

/** Asks who holds the lock of a data folder, without taking it. Throws a `data-dir` error. */
export function askLockHolder(folder: string): Promise<Asked> {
  return askHolder(socketAddress(makeDataDir(folder)));
}

async function lockAt(
  address: string,
  folder: string,
  self: Pick<LockHolder, 'kind' | 'version'>,
): Promise<InstanceLock> {
  let holder: HolderSelf = { pid: process.pid, since: Date.now(), ...self, api: null, token: null };
  const server = await listen(address, () => holder);
  clearStopping(folder);
  return {
    serves: (api, token) => {
      holder = { ...holder, api, token };
    },
    announceEnd: () => markStopping(folder),
    release: () => server.close(),
  };
}

function socketAddress(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tokwatt-${hash}`;
  const inside = join(folder, 'tokwatt.lock');
  return Buffer.byteLength(inside) <= MAX_SOCKET_PATH ? inside : join(tmpdir(), `tokwatt-${hash}`);
}

function listen(address: string, self: () => HolderSelf): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => void answerAsHolder(socket.unref(), self));
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      server.unref();
      resolve(server);
    });
  });
}
