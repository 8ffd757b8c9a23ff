// @ts-check
/** How an application's pages are kept from the rest of the system. */
import { readFile } from 'node:fs/promises';
import { capture } from '../../setup/command.mjs';

/**
 * How the page's process is confined: the kernel's own words, of the process that is a descendant of ours.
 * @param {number} ancestor a process
 * @returns {Promise<string>}
 */
export async function confinement(ancestor) {
  const { stdout } = await capture('ps', ['-e', '-o', 'pid=,ppid=,args=']);
  const processes = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
  const family = new Set([String(ancestor)]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const [, pid, parent] of processes) {
      if (pid !== undefined && family.has(parent ?? '')) family.add(pid);
    }
  }
  const own = processes.filter(([, pid]) => family.has(pid ?? ''));
  if (own.some(([, , , words]) => words?.includes('--no-sandbox'))) return 'none: --no-sandbox';
  const page = own.find(([, , , words]) => words?.includes('--type=renderer'))?.[1];
  if (page === undefined) throw new Error('there is no process of the page');
  const status = await readFile(`/proc/${page}/status`, 'utf8');
  const word = (/** @type {string} */ name) =>
    new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
  const [mine, its] = await Promise.all(
    ['self', page].map((pid) => capture('readlink', [`/proc/${pid}/ns/user`])),
  );
  const space = mine?.stdout === its?.stdout ? 'no user namespace' : 'a user namespace of its own';
  return `user ${word('Uid')}, seccomp ${word('Seccomp')}, ${space}`;
}
