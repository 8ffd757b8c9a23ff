import { createHash } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokwattError, systemCode } from '../errors.ts';
import { makeDataDir, unusableDataDir } from './data-dir.ts';

/** The system's limit for a socket's path is about 104 bytes. */
const MAX_SOCKET_PATH = 100;

/** Held for as long as the process lives; the system frees it with the process, however it ends. */
export interface InstanceLock {
  release(): void;
}

/**
 * Claims a data folder for this process, by listening on a local socket that belongs to it: two
 * processes that wrote the same files would undo each other's counting. A socket that nobody
 * answers on was left by a process that died, and is taken over. Throws a `data-dir` error if
 * another process holds the folder.
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
