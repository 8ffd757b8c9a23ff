import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { FindProcesses, LocalSocket } from './process-finder.ts';
import type { ProcessFacts } from './process-name.ts';
import { isInterpreter, ownName, processName, splitCommandLine } from './process-name.ts';

const run = promisify(execFile);
const LIMITS = {
  timeout: 10_000,
  maxBuffer: 8_000_000,
  windowsHide: true,
  killSignal: 'SIGKILL',
} as const;

/** Finds processes on Windows with `netstat` and PowerShell, which are parts of the system. */
export const findWindowsProcesses: FindProcesses = async (sockets) => {
  const listed = await run('netstat.exe', ['-ano', '-p', 'TCP'], LIMITS);
  const listed6 = await run('netstat.exe', ['-ano', '-p', 'TCPv6'], LIMITS);
  const pids = parseNetstat(`${listed.stdout}\n${listed6.stdout}`, sockets);
  if (pids.size === 0) return new Map();
  const filter = [...new Set(pids.values())].map((pid) => `ProcessId=${pid}`).join(' OR ');
  const script = `Get-CimInstance Win32_Process -Filter '${filter}' |
    Select-Object ProcessId,Name,CommandLine | ConvertTo-Json -Compress`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  const processes = parseWindowsProcesses((await run('powershell.exe', args, LIMITS)).stdout);
  const names = new Map<LocalSocket, string>();
  for (const [socket, pid] of pids) {
    const facts = processes.get(pid);
    const name = ownName(pid) ?? (facts === undefined ? null : processName(facts));
    if (name !== null) names.set(socket, name);
  }
  return names;
};

/** Reads `netstat -ano`. The words of a state depend on the language, so they are not read. */
export function parseNetstat(
  text: string,
  sockets: readonly LocalSocket[],
): Map<LocalSocket, number> {
  const found = new Map<LocalSocket, number>();
  for (const line of text.split(/\r?\n/)) {
    const ends = /^\s*TCP\s+\S*:(\d+)\s+\S*:(\d+)\s.*?(\d+)\s*$/.exec(line);
    if (ends === null) continue;
    const [port, proxyPort, pid] = [Number(ends[1]), Number(ends[2]), Number(ends[3])];
    const socket = sockets.find((each) => each.port === port && each.proxyPort === proxyPort);
    if (socket !== undefined && pid > 0) found.set(socket, pid);
  }
  return found;
}

const processSchema = v.object({
  ProcessId: v.number(),
  Name: v.string(),
  CommandLine: v.nullish(v.string()),
});
/** PowerShell writes a single process without a list. */
const answerSchema = v.union([
  v.array(processSchema),
  v.pipe(
    processSchema,
    v.transform((one) => [one]),
  ),
]);

/** Reads the processes as PowerShell writes them in JSON; empty if that cannot be read. */
export function parseWindowsProcesses(text: string): Map<number, ProcessFacts> {
  const read = v.safeParse(answerSchema, jsonOf(text));
  if (!read.success) return new Map();
  return new Map(
    read.output.map(({ ProcessId, Name, CommandLine }) => {
      const args = isInterpreter(Name) ? splitCommandLine(CommandLine ?? '').slice(1) : [];
      return [ProcessId, { executable: Name, args }];
    }),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
