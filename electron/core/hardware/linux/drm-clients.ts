import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../errors.ts';
import { parseDrmFdinfo } from './drm-fdinfo.ts';
import { drmUsage } from './drm-usage.ts';
import type { DrmDeviceUsage, DrmScan, HeldClient } from './drm-usage.ts';
import { readText } from './sysfs.ts';

/** Time between two scans, milliseconds. */
const SCAN_MS = 3000;
/** After this time a process is searched for GPUs again, milliseconds. */
const SEARCH_MS = 30_000;
/** Limits of one scan. */
const MAX_PROCESSES = 8192;
const MAX_FILES = 2048;

export interface DrmClientsOptions {
  /** `/proc` by default. */
  readonly proc?: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** What is known of a process. */
interface Known {
  readonly searchedAt: number;
  /** Its open files that belong to a GPU. */
  readonly files: readonly string[];
  readonly isHidden: boolean;
}

/**
 * The processes that use GPUs under Linux' graphics drivers. Only the user's own processes can be
 * read, unless the reader is root. One scan runs at a time, one file after the other, so it never
 * takes more than one of Node's file-system threads. Readers get the last result and never wait.
 */
export class DrmClients {
  readonly #proc: string;
  readonly #now: () => number;
  readonly #known = new Map<number, Known>();
  #scans: readonly [before: DrmScan | null, last: DrmScan | null] = [null, null];
  #startedAt = -Infinity;
  #scanning: Promise<void> | null = null;

  constructor({ proc = '/proc', now = () => performance.now() }: DrmClientsOptions = {}) {
    this.#proc = proc;
    this.#now = now;
  }

  /**
   * The last known use of a GPU, by its PCI address; null before the first scan. Starts a new scan if
   * the last one is old.
   */
  usageOf(device: string, isShared: boolean): DrmDeviceUsage | null {
    if (this.#scanning === null && this.#now() - this.#startedAt >= SCAN_MS) void this.scan();
    const [before, last] = this.#scans;
    return last === null ? null : drmUsage(before, last, device, isShared);
  }

  /** Scans now, or waits for the scan that runs. */
  scan(): Promise<void> {
    this.#scanning ??= this.#scan().finally(() => (this.#scanning = null));
    return this.#scanning;
  }

  async #scan(): Promise<void> {
    this.#startedAt = this.#now();
    const names = await readdir(this.#proc).catch(() => [] as string[]);
    const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
    const clients: HeldClient[] = [];
    let hasHidden = false;
    for (const pid of pids.slice(0, MAX_PROCESSES)) {
      const known = await this.#filesOf(pid);
      hasHidden ||= known.isHidden;
      if (known.files.length > 0) clients.push(...(await this.#clientsOf(pid, known.files)));
    }
    const alive = new Set(pids);
    for (const pid of this.#known.keys()) if (!alive.has(pid)) this.#known.delete(pid);
    this.#scans = [this.#scans[1], { at: this.#now(), clients, hasHidden }];
  }

  async #filesOf(pid: number): Promise<Known> {
    const known = this.#known.get(pid);
    if (known !== undefined && this.#now() - known.searchedAt < SEARCH_MS) return known;
    const found = await this.#search(pid);
    this.#known.set(pid, found);
    return found;
  }

  async #search(pid: number): Promise<Known> {
    const searchedAt = this.#now();
    const folder = join(this.#proc, String(pid), 'fd');
    try {
      const files: string[] = [];
      for (const file of (await readdir(folder)).slice(0, MAX_FILES)) {
        const target = await readlink(join(folder, file)).catch(() => '');
        if (target.startsWith('/dev/dri/')) files.push(file);
      }
      return { searchedAt, files, isHidden: false };
    } catch (error) {
      // A process that has just ended hides nothing.
      const isHidden = ['EACCES', 'EPERM'].includes(systemCode(error) ?? '');
      return { searchedAt, files: [], isHidden };
    }
  }

  async #clientsOf(pid: number, files: readonly string[]): Promise<HeldClient[]> {
    const folder = join(this.#proc, String(pid));
    const name = await readText(join(folder, 'comm'));
    const clients: HeldClient[] = [];
    for (const file of files) {
      const text = await readFile(join(folder, 'fdinfo', file), 'utf8').catch(() => '');
      const client = parseDrmFdinfo(text);
      if (client !== null) clients.push({ pid, name, client });
    }
    return clients;
  }
}
