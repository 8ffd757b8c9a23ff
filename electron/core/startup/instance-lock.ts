import { createHash } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokwattError, systemCode } from '../errors.ts';
import { makeDataDir, unusableDataDir } from './data-dir.ts';

/** The system limits a socket's path to about 104 bytes. */
const MAX_SOCKET_PATH = 100;

/** A lock held until the process ends. The system releases it even after a crash. */
export interface InstanceLock {
  release(): void;
}

/**
 * Locks a data folder for this process by listening on a local socket in it. Two processes that
 * write the same files would overwrite each other's totals. A socket on which nothing answers
 * belongs to a process that died, and is replaced. Throws a `data-dir` error if another process
 * holds the lock.
 */
export async function lockDataDir(folder: string): Promise<InstanceLock> {
  const address = socketAddress(makeDataDir(folder));
  for (let tries = 1; ; tries += 1) {
    try {
      const server = await listen(address);
      return { release: () => server.close() };
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE') throw unusableDataDir(folder, error);
      if (tries === 3 || (await isAnswered(address))) throw inUse(folder);
      unlinkSync(address);
    }
  }
}

function socketAddress(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tokwatt-${hash}`;
  const inside = join(folder, 'tokwatt.lock');
  return Buffer.byteLength(inside) <= MAX_SOCKET_PATH ? inside : join(tmpdir(), `tokwatt-${hash}`);
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      server.unref();
      resolve(server);
    });
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function inUse(folder: string): TokwattError {
  return new TokwattError(
    'data-dir',
    `The data folder ${folder} is in use by another Tokwatt; end that one first, or choose another folder with --data-dir DIR.`,
  );
}
