import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseNetstat } from './netstat.ts';
import { parseProcNetListeners } from './proc-net-listeners.ts';

const run = promisify(execFile);
const LIMITS = {
  timeout: 5_000,
  maxBuffer: 8_000_000,
  windowsHide: true,
  killSignal: 'SIGKILL',
} as const;

export interface ListeningPortsOptions {
  /** That of this process by default. */
  readonly platform?: NodeJS.Platform;
  /** `/proc` by default. */
  readonly proc?: string;
}

/**
 * The TCP ports on which something listens that is reachable over loopback, in ascending order. It
 * connects to nothing. Empty where the system does not tell.
 */
export async function listeningPorts(options: ListeningPortsOptions = {}): Promise<number[]> {
  const { platform = process.platform, proc = '/proc' } = options;
  const ports = await portsOf(platform, proc).catch(() => []);
  return [...new Set(ports)].sort((a, b) => a - b);
}

async function portsOf(platform: NodeJS.Platform, proc: string): Promise<number[]> {
  if (platform === 'linux') {
    const read = (name: string): Promise<string> =>
      readFile(join(proc, 'net', name), 'utf8').catch(() => '');
    const tables = await Promise.all(['tcp', 'tcp6'].map(read));
    return tables.flatMap(parseProcNetListeners);
  }
  if (platform === 'darwin') {
    return parseNetstat((await run('/usr/sbin/netstat', ['-an', '-p', 'tcp'], LIMITS)).stdout);
  }
  if (platform === 'win32') {
    const listed = await run('netstat.exe', ['-an', '-p', 'TCP'], LIMITS);
    const listed6 = await run('netstat.exe', ['-an', '-p', 'TCPv6'], LIMITS);
    return parseNetstat(`${listed.stdout}\n${listed6.stdout}`);
  }
  return [];
}
