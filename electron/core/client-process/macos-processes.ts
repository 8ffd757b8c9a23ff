import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { FindProcesses, LocalSocket } from './process-finder.ts';
import { isInterpreter, ownName, processName, splitCommandLine } from './process-name.ts';

const run = promisify(execFile);
const LIMITS = { timeout: 5_000, maxBuffer: 4_000_000, killSignal: 'SIGKILL' } as const;

/** Finds processes on macOS with `lsof` and `ps`, which are parts of the system. */
export const findMacosProcesses: FindProcesses = async (sockets) => {
  const ports = [...new Set(sockets.map(({ port }) => port))].join(',');
  const pids = parseLsof(await socketsOf(ports), sockets);
  if (pids.size === 0) return new Map();
  const wanted = [...new Set(pids.values())].join(',');
  const told = await run('/bin/ps', ['-ww', '-o', 'pid=,comm=', '-p', wanted], LIMITS);
  const programs = parsePs(told.stdout);
  const scripts = [...programs].filter(([, program]) => isInterpreter(program));
  const lines = scripts.length === 0 ? '' : await commandLines(scripts.map(([pid]) => pid));
  const commands = parsePs(lines);
  const names = new Map<LocalSocket, string>();
  for (const [socket, pid] of pids) {
    const args = splitCommandLine(commands.get(pid) ?? '').slice(1);
    const name = ownName(pid) ?? processName({ executable: programs.get(pid) ?? '', args });
    if (name !== null) names.set(socket, name);
  }
  return names;
};

/** `lsof` ends with 1 if one of the ports has no socket any more, and tells of the others. */
async function socketsOf(ports: string): Promise<string> {
  try {
    return (await run('/usr/sbin/lsof', ['-nP', `-iTCP:${ports}`, '-Fpn'], LIMITS)).stdout;
  } catch (error) {
    const { code, stdout } = error as { code?: unknown; stdout?: unknown };
    if (code === 1 && typeof stdout === 'string') return stdout;
    throw error;
  }
}

async function commandLines(pids: readonly number[]): Promise<string> {
  return (await run('/bin/ps', ['-ww', '-o', 'pid=,args=', '-p', pids.join(',')], LIMITS)).stdout;
}

/** Reads `lsof -Fpn`: a line `p` with a process, then `f` and `n` for each of its sockets. */
export function parseLsof(text: string, sockets: readonly LocalSocket[]): Map<LocalSocket, number> {
  const found = new Map<LocalSocket, number>();
  let pid = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const ends = /^n\S*:(\d+)->\S*:(\d+)$/.exec(line);
    if (ends === null) continue;
    const [port, proxyPort] = [Number(ends[1]), Number(ends[2])];
    const socket = sockets.find((each) => each.port === port && each.proxyPort === proxyPort);
    if (socket !== undefined && pid > 0) found.set(socket, pid);
  }
  return found;
}

/** Reads `ps -o pid=,comm=` or `pid=,args=`. */
export function parsePs(text: string): Map<number, string> {
  return new Map(
    [...text.matchAll(/^\s*(\d+)\s+(\S.*?)\s*$/gm)].map(([, pid, rest]) => [
      Number(pid),
      rest ?? '',
    ]),
  );
}
