import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { TokwattError } from '../errors.ts';
import { LOG_LEVELS } from '../log.ts';
import type { LogLevel } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { parseOllamaHost, parseUpstreamFlag } from './upstream-address.ts';

/** The values from the command line and the environment. A missing member was not given. */
export interface Flags {
  /** From `--upstream`; without that flag, from OLLAMA_HOST, which the settings outrank. */
  readonly upstreams: readonly Upstream[];
  /** Set if `upstreams` comes from this variable. */
  readonly upstreamVariable?: 'OLLAMA_HOST';
  /** OLLAMA_BASE_URL, unparsed: it belongs to another program and may hold anything. */
  readonly ollamaBaseUrl?: string;
  readonly proxyPort?: number;
  readonly apiPort?: number;
  readonly bind?: string;
  readonly dataDir?: string;
  /** A list of token prices to import. */
  readonly prices?: string;
  /** Give all ports back that were taken over, and leave. */
  readonly giveBack?: true;
  readonly logLevel: LogLevel;
  /** For each of these values that comes from the environment, the name of its variable. */
  readonly variables?: Readonly<Partial<Record<keyof typeof VARIABLES, string>>>;
}

/**
 * Variables for values that settings.json has too. Messages name the variable that overrides a
 * setting.
 */
const VARIABLES = {
  proxyPort: 'TOKWATT_PROXY_PORT',
  apiPort: 'TOKWATT_API_PORT',
  bind: 'TOKWATT_BIND',
} as const;

export type ParsedFlags =
  | { readonly kind: 'flags'; readonly flags: Flags }
  /** Text of `--help` or `--version`: print it and exit with status 0. */
  | { readonly kind: 'text'; readonly text: string };

interface FlagInput {
  /** Arguments without the runtime and the script. */
  readonly argv: readonly string[];
  readonly version: string;
  /** The program's name in `--help`. */
  readonly program: string;
}

/**
 * Parses flags and this process's environment. Throws a `usage` error with one line that names the
 * mistake.
 */
export function parseFlags(input: FlagInput): ParsedFlags {
  let text = '';
  const command = describe(input).configureOutput({
    writeOut: (chunk) => (text += chunk),
    writeErr: () => undefined,
  });
  try {
    command.parse([...input.argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    throw new TokwattError('usage', usageMessage(error, input.program), { cause: error });
  }
  const options = command.opts<Omit<Flags, 'upstreams'> & { upstream?: Upstream[] }>();
  const { upstream, ...rest } = options;
  const flags: Flags = { ...rest, ...variablesOf(command), ...upstreamFlags(upstream) };
  return { kind: 'flags', flags };
}

function upstreamFlags(
  given: readonly Upstream[] | undefined,
): Pick<Flags, 'upstreams' | 'upstreamVariable' | 'ollamaBaseUrl'> {
  if (given !== undefined) return { upstreams: given };
  const host = process.env.OLLAMA_HOST ?? '';
  const baseUrl = process.env.OLLAMA_BASE_URL ?? '';
  return {
    upstreams: host === '' ? [] : [parseOllamaHost(host)],
    ...(host === '' ? {} : { upstreamVariable: 'OLLAMA_HOST' }),
    ...(baseUrl === '' ? {} : { ollamaBaseUrl: baseUrl }),
  };
}

function variablesOf(command: Command): Pick<Flags, 'variables'> {
  const said = Object.entries(VARIABLES).filter(
    ([name]) => command.getOptionValueSource(name) === 'env',
  );
  return said.length === 0 ? {} : { variables: Object.fromEntries(said) };
}

function describe({ program, version }: FlagInput): Command {
  const command = new Command(program)
    .description('Meters local LLM traffic: point your programs at its proxy.')
    .version(version, '--version', 'print the version and leave')
    .helpOption('--help', 'print this and leave')
    .option(
      '--upstream <[NAME=]URL>',
      'a server to meter; repeatable',
      (value: string, all: Upstream[] | undefined) => [...(all ?? []), parseUpstreamFlag(value)],
    )
    .option(
      '--prices <FILE>',
      'token prices to import, of LiteLLM or models.dev',
      notEmpty('give a file.'),
    )
    .option('--give-back', 'give back all ports that were taken over, say what was done, and leave')
    .addHelpText('after', ENVIRONMENT_HELP)
    .allowExcessArguments(false)
    .exitOverride();
  for (const option of environmentOptions()) command.addOption(option);
  return command;
}

/** The flags that a variable of the environment may set as well. */
function environmentOptions(): Option[] {
  return [
    fromEnvironment(
      'TOKWATT_PROXY_PORT',
      '--proxy-port <N>',
      'port of the first proxy (11435), 0 for any free one',
    ).argParser(port),
    fromEnvironment(
      'TOKWATT_API_PORT',
      '--api-port <N>',
      'port of the page and the API (11436)',
    ).argParser(port),
    fromEnvironment('TOKWATT_BIND', '--bind <ADDR>', 'address to listen on (127.0.0.1)').argParser(
      notEmpty('give an address, such as 127.0.0.1.'),
    ),
    fromEnvironment(
      'TOKWATT_DATA_DIR',
      '--data-dir <DIR>',
      'where settings, totals and the ledger are kept',
    ).argParser(notEmpty('give a folder, or leave the flag out for the usual one.')),
    fromEnvironment('LOG_LEVEL', '--log-level <LEVEL>', `what to log: ${LOG_LEVELS.join(', ')}`)
      .argParser(logLevel)
      .default('info'),
  ];
}

/** At most 80 columns wide: unlike the rest, it is not wrapped. */
const ENVIRONMENT_HELP = `
Environment: OLLAMA_HOST, OLLAMA_BASE_URL, LOG_LEVEL, TOKWATT_PROXY_PORT,
TOKWATT_API_PORT, TOKWATT_BIND, TOKWATT_DATA_DIR, and TOKWATT_API_TOKEN in place
of the file api-token. Flags outrank it, and both outrank settings.json; but the
server is that of --upstream, else of the settings, else of OLLAMA_HOST, else of
OLLAMA_BASE_URL, else http://127.0.0.1:11434. The desktop also takes --hidden.
As a service: tokwatt service --help.`;

function port(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  if (number <= 65_535) return number;
  throw new InvalidArgumentError('give a port between 0 and 65535 (0 means any free one).');
}

/** Other programs that read LOG_LEVEL know more names, and write them in capitals. */
const OTHER_LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  warning: 'warn',
  critical: 'error',
  fatal: 'error',
};

function logLevel(value: string): LogLevel {
  const name = value.toLowerCase();
  const level = LOG_LEVELS.find((known) => known === name) ?? OTHER_LEVELS[name];
  if (level !== undefined) return level;
  throw new InvalidArgumentError(`give one of ${LOG_LEVELS.join(', ')}.`);
}

/**
 * Rejects empty values: an empty folder would mean the working directory, an empty address every
 * one.
 */
function notEmpty(advice: string): (value: string) => string {
  return (value) => {
    if (value.trim() !== '') return value;
    throw new InvalidArgumentError(advice);
  };
}

/** Treats an empty variable as unset, as most shell users expect. */
function fromEnvironment(name: string, flags: string, description: string): Option {
  const option = new Option(flags, description);
  return (process.env[name] ?? '') === '' ? option : option.env(name);
}

function usageMessage(error: CommanderError, program: string): string {
  const line = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return `${line.replace(/\.?$/, '.')} See ${program} --help.`;
}
