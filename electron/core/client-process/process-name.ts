import process from 'node:process';

/** What is known of a process when it is named. */
export interface ProcessFacts {
  /** Path or name of its program. */
  readonly executable: string;
  /** Its arguments after the program's own name. Only asked for if the program is an interpreter. */
  readonly args: readonly string[];
}

/** Programs that run a script, of which the script tells more. */
const INTERPRETER =
  /^(?:python[\d.]*|pythonw|pypy[\d.]*|node|nodejs|bun|deno|ruby[\d.]*|perl[\d.]*|php[\d.]*|tsx|ts-node|uv|uvx)$/i;
/** Options of interpreters whose value is the next argument. */
const WITH_VALUE = new Set([
  ...['-W', '-X', '-r', '--require', '--import', '--loader', '--experimental-loader'],
  ...['--env-file', '--conditions', '-C', '-I'],
]);
/** Options whose next argument is program text, which may contain anything. */
const WITH_PROGRAM = new Set(['-c', '-e', '-E', '-p', '-pe', '--eval', '--print']);
/** Words between an interpreter and its script. */
const SUBCOMMANDS = new Set(['run', 'exec']);
const SCRIPT = /\.(?:py|pyw|js|mjs|cjs|ts|mts|tsx|jsx|rb|pl|php)$/i;
/** Folders in which programs without an extension are installed. */
const OF_PROGRAMS = /[\\/](?:\.?bin|Scripts)[\\/][^\\/]+$/i;
const PLAIN = /^[\w.@+-]{1,64}$/;
const MAX_NAME = 64;

/** Tokwatt's own chats come from this process, whatever its program is called. */
export function ownName(pid: number): string | null {
  return pid === process.pid ? 'Tokwatt' : null;
}

/** True if a process with this program is named by its script, for which its arguments are needed. */
export function isInterpreter(executable: string): boolean {
  return INTERPRETER.test(programName(executable));
}

/**
 * The name of a process: that of its program, or of the script if the program is an interpreter. Of the arguments
 * only the file name of a script or the name of a Python module is ever used, because others may be secrets.
 */
export function processName({ executable, args }: ProcessFacts): string | null {
  const program = programName(executable);
  if (program === '') return null;
  return (isInterpreter(executable) ? scriptName(args) : null) ?? program;
}

function programName(executable: string): string {
  return baseName(executable.replace(/ \(deleted\)$/, ''))
    .replace(/\.exe$/i, '')
    .slice(0, MAX_NAME);
}

function scriptName(args: readonly string[]): string | null {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (WITH_PROGRAM.has(arg)) return null;
    if (arg === '-m') return moduleName(args[index + 1] ?? '');
    if (WITH_VALUE.has(arg)) index += 1;
    else if (!arg.startsWith('-') && !SUBCOMMANDS.has(arg)) return ofScript(arg);
  }
  return null;
}

function moduleName(module: string): string | null {
  return PLAIN.test(module) ? module : null;
}

/** Null for an argument that does not look like a script. */
function ofScript(path: string): string | null {
  const name = baseName(path);
  if (!PLAIN.test(name)) return null;
  return SCRIPT.test(name) || OF_PROGRAMS.test(path) ? name : null;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).trim();
}

/** The arguments of a command line that comes as one text. Double quotes group. */
export function splitCommandLine(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').slice(0, 4_096),
  );
}
