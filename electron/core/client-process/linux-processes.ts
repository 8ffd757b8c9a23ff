import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindProcesses, LocalSocket } from './process-finder.ts';
import { isInterpreter, ownName, processName } from './process-name.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import type { SocketEntry } from './proc-net-tcp.ts';

/** Limits of one search. */
const MAX_PROCESSES = 8_192;
const MAX_FILES = 2_048;
/** Processes that had a connection before; they are looked at first. */
const MAX_RECENT = 32;
const MAX_COMMAND_BYTES = 65_536;

export interface LinuxProcessesOptions {
  /** `/proc` by default. */
  readonly proc?: string;
}

/**
 * Finds processes on Linux: socket → inode in `/proc/net/tcp` → the process with that inode among its files. Only
 * the files of this user's processes can be read. One file is read after the other, so a search never takes more
 * than one of Node's file-system threads. The newest processes come first, after those that were found before.
 */
export function createLinuxProcesses({
  proc = '/proc',
}: LinuxProcessesOptions = {}): FindProcesses {
  const recent = new Set<number>();
  return async (sockets) => {
    const wanted = await inodesOf(proc, sockets);
    const names = new Map<LocalSocket, string>();
    const uids = new Set([...wanted.values()].map(({ uid }) => uid));
    const lookAt = async (pid: number): Promise<void> => {
      const held = await heldBy(proc, pid, wanted);
      if (held.length === 0) return;
      const name = ownName(pid) ?? (await nameOf(proc, pid));
      for (const socket of held) {
        wanted.delete(socket);
        if (name !== null) names.set(socket, name);
      }
      noteRecent(recent, pid);
    };
    for (const pid of [...recent].reverse()) if (wanted.size > 0) await lookAt(pid);
    for (const pid of wanted.size === 0 ? [] : await pidsOf(proc)) {
      if (wanted.size === 0) break;
      if (!recent.has(pid) && (await isOfUser(proc, pid, uids))) await lookAt(pid);
    }
    return names;
  };
}

async function inodesOf(
  proc: string,
  sockets: readonly LocalSocket[],
): Promise<Map<LocalSocket, SocketEntry>> {
  const tables = ['tcp', 'tcp6'].map((name) =>
    readFile(join(proc, 'net', name), 'utf8').catch(() => ''),
  );
  const texts = await Promise.all(tables);
  return new Map(texts.flatMap((text) => [...parseProcNetTcp(text, sockets)]));
}

/** The newest first, as far as numbers tell. */
async function pidsOf(proc: string): Promise<number[]> {
  const names = await readdir(proc).catch(() => [] as string[]);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.sort((a, b) => b - a).slice(0, MAX_PROCESSES);
}

async function isOfUser(proc: string, pid: number, uids: ReadonlySet<number>): Promise<boolean> {
  const owner = await stat(join(proc, String(pid))).catch(() => null);
  return owner !== null && uids.has(owner.uid);
}

/** The wanted sockets among a process's files. */
async function heldBy(
  proc: string,
  pid: number,
  wanted: ReadonlyMap<LocalSocket, SocketEntry>,
): Promise<LocalSocket[]> {
  const folder = join(proc, String(pid), 'fd');
  const files = await readdir(folder).catch(() => [] as string[]);
  const held: LocalSocket[] = [];
  for (const file of files.slice(0, MAX_FILES)) {
    if (held.length === wanted.size) break;
    const target = await readlink(join(folder, file)).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode === undefined) continue;
    for (const [socket, entry] of wanted) if (entry.inode === Number(inode)) held.push(socket);
  }
  return held;
}

/** `comm` is the fallback, because threads rename it: Node's is "MainThread". */
async function nameOf(proc: string, pid: number): Promise<string | null> {
  const folder = join(proc, String(pid));
  const path = await readlink(join(folder, 'exe')).catch(() => null);
  const executable = path ?? (await readFile(join(folder, 'comm'), 'utf8').catch(() => '')).trim();
  const args = isInterpreter(executable) ? await argumentsOf(folder) : [];
  return processName({ executable, args });
}

async function argumentsOf(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'cmdline'), 'utf8').catch(() => '');
  return text.slice(0, MAX_COMMAND_BYTES).split('\0').slice(1);
}

function noteRecent(recent: Set<number>, pid: number): void {
  recent.delete(pid);
  recent.add(pid);
  for (const oldest of recent) {
    if (recent.size <= MAX_RECENT) break;
    recent.delete(oldest);
  }
}
