// @ts-check
/** What a program and all processes below it use. Linux only. */
import { readFileSync, readdirSync } from 'node:fs';

/** Of the kernel's clock, which counts in hundredths of a second everywhere that matters. */
const TICK_MS = 10;

/** @typedef {{ readonly pid: number, readonly parent: number, readonly cpuMs: number, readonly kind: string }} ProcessFigures */

/**
 * @param {number} pid
 * @returns {ProcessFigures | null} null for a process that has ended
 */
function read(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    const kind = /--utility-sub-type=([\w.]+)|--type=([\w-]+)/.exec(command);
    return {
      pid,
      parent: Number(fields[1]),
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      kind: kind?.[1] ?? kind?.[2] ?? 'main',
    };
  } catch {
    return null;
  }
}

/**
 * A process and all below it.
 * @param {number} root
 * @returns {ProcessFigures[]}
 */
export function processTree(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => read(Number(name)))
    .filter((each) => each !== null);
  /** @type {(pid: number) => ProcessFigures[]} */
  const below = (pid) =>
    all.filter(({ parent }) => parent === pid).flatMap((each) => [each, ...below(each.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/**
 * The memory of a program, bytes. `pages` are all of its pages, those shared with other programs in parts; how many parts
 * depends on what else runs. `data` are the pages that no file backs, which other programs do not change.
 * @param {number} root
 */
export function memoryOf(root) {
  const sum = (/** @type {string} */ field) =>
    processTree(root).reduce((bytes, { pid }) => bytes + rolledUp(pid, field), 0);
  return { pages: sum('Pss'), data: sum('Pss_Anon') };
}

/**
 * @param {number} pid
 * @param {string} field
 */
function rolledUp(pid, field) {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/**
 * The processor time that a program used since `before`, as a share of one core.
 * @param {number} root
 * @param {readonly ProcessFigures[]} before
 * @param {number} elapsedMs
 */
export function coreShare(root, before, elapsedMs) {
  const earlier = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const used = processTree(root).map(({ pid, cpuMs }) => cpuMs - (earlier.get(pid) ?? 0));
  return used.reduce((sum, ms) => sum + ms, 0) / elapsedMs;
}
