/** `tokwatt service …`: the headless Tokwatt as a service of the machine or of an account. */
import { readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { Command as Program, CommanderError } from 'commander';
import { parseSettings } from '../../shared/settings.ts';
import { besideBundle } from '../core/bundle-file.ts';
import { TokwattError } from '../core/errors.ts';
import { effectiveSettings } from '../core/settings/effective.ts';
import { assignPorts } from '../core/settings/proxy-ports.ts';
import { resolveConfig } from '../core/startup/config.ts';
import { parseFlags } from '../core/startup/flags.ts';
import type { Flags } from '../core/startup/flags.ts';
import { settlePaths } from '../core/startup/working-folder.ts';
import { install, remove, showPlan, tellStatus } from './service-actions.ts';
import type { Say } from './service-actions.ts';
import { servicePlan } from './service-plan.ts';
import type { ServiceHost, ServiceRequest } from './service-plan.ts';
import type { ListenAddress } from './service-spec.ts';

export interface ServiceInput {
  /** Arguments after `service`. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly program: string;
  readonly say: Say;
}

interface ServiceOptions {
  readonly system?: boolean;
  readonly socket?: boolean;
  /** False for `--no-guard`. */
  readonly guard?: boolean;
  readonly dryRun?: boolean;
}

/** Variables that would be read from this shell, but not by the service. */
const NOT_CARRIED = /^(?:TOKWATT_(?!GUARD)|OLLAMA_(?:HOST|BASE_URL)$|LOG_LEVEL$)/;

/** Runs the command and returns the exit status. Throws a `usage` error that says what to do. */
export function runService(input: ServiceInput): number {
  forgetVariables(input.say);
  let status = 0;
  const act = (name: string, described: string, options: readonly [string, string][]): Program => {
    const command = new Program(name).description(described).exitOverride();
    for (const [flags, text] of options) command.option(flags, text);
    command.action((...given: unknown[]) => {
      status = perform(name, given.at(-1) as Program, input);
    });
    return command;
  };
  const system: [string, string] = ['--system', 'for the machine, not for your account'];
  const installing = act('install', 'install and start it; flags of the core may follow', [
    system,
    ['--socket', 'let systemd hold the addresses, so that a restart loses no connection'],
    ['--no-guard', 'run the core without the process that passes traffic while it is away'],
    ['--dry-run', 'only show what would be written and run'],
  ]);
  const program = new Program(`${input.program} service`)
    .description(
      'The headless Tokwatt as a service of systemd, launchd or the Windows task scheduler.',
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => input.say(text.trimEnd()), writeErr: () => undefined })
    .addCommand(installing)
    .addCommand(act('remove', 'end it and delete what was installed; the data stays', [system]))
    .addCommand(act('status', 'say whether it is installed and runs', [system]));
  for (const command of program.commands) command.copyInheritedSettings(program);
  installing.allowUnknownOption().allowExcessArguments();
  try {
    program.parse([...input.argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.help') return 0;
    const line = error.message.replace(/^error: /, '').replace(/\.?$/, '.');
    throw new TokwattError('usage', `${line} See ${input.program} service --help.`);
  }
  return status;
}

function perform(name: string, command: Program, { version, program, say }: ServiceInput): number {
  const options = command.opts<ServiceOptions>();
  const parsed = parseFlags({ argv: command.args, version, program });
  if (parsed.kind === 'text') {
    say(parsed.text.trimEnd());
    return 0;
  }
  const host = thisHost();
  const isSystem = options.system === true;
  if (name !== 'install') {
    const plan = servicePlan(host, { ...runs(options, []), isSystem, addresses: [] });
    if (name === 'status') return tellStatus(plan, say) ? 0 : 1;
    refuseWithoutRights(host, isSystem);
    remove(plan, say);
    return 0;
  }
  const { flags } = parsed;
  if (isSystem && flags.dataDir !== undefined) {
    throw new TokwattError(
      'usage',
      '--data-dir: the system service keeps its data in /var/lib/tokwatt; leave it out.',
    );
  }
  const addresses = options.socket === true ? listenAddresses(flags, isSystem) : [];
  const request = { ...runs(options, absoluteArgs(command.args, flags)), isSystem, addresses };
  refuseUnreachable(request);
  const plan = servicePlan(host, request);
  if (options.dryRun === true) showPlan(plan, say);
  else {
    refuseWithoutRights(host, isSystem);
    install(plan, say);
    tellStatus(plan, say);
  }
  return 0;
}

function forgetVariables(say: Say): void {
  for (const name of Object.keys(process.env).filter((each) => NOT_CARRIED.test(each))) {
    say(`${name} of this shell does not reach the service; give the flag instead.`);
    Reflect.deleteProperty(process.env, name);
  }
}

/** What the service runs: the guard, which starts the core, or the core alone. */
function runs(
  { guard = true }: ServiceOptions,
  args: readonly string[],
): Pick<ServiceRequest, 'node' | 'script' | 'args'> {
  const [, core = ''] = process.argv;
  // Handles of sockets cannot be passed to another process on Windows.
  const hasGuard = guard && process.platform !== 'win32';
  const script = hasGuard ? besideBundle('guard.cjs') : null;
  return { node: process.execPath, script: script ?? realpathSync(core), args };
}

/** The flags with whole paths, because a service has another working folder. */
function absoluteArgs(args: readonly string[], flags: Flags): string[] {
  const { dataDir, prices } = flags;
  return args.map((word) => {
    for (const path of [dataDir, prices]) {
      if (path === undefined) continue;
      if (word === path) return resolve(path);
      if (word.endsWith(`=${path}`)) return word.slice(0, -path.length) + resolve(path);
    }
    return word;
  });
}

/** The addresses of the proxies and the API, as the core will open them. */
function listenAddresses(flags: Flags, isSystem: boolean): ListenAddress[] {
  const { dataDir } = settlePaths(flags);
  const document = isSystem ? {} : settingsIn(dataDir);
  const config = resolveConfig(flags, document, dataDir);
  const parsed = parseSettings(document);
  if (!parsed.ok) return [];
  const { upstreams, proxyPort, apiPort, bind } = effectiveSettings(
    parsed.settings,
    config.overrides,
    config.fallbackUpstreams,
  );
  const ports = [...assignPorts(upstreams, { proxyPort, reserved: [apiPort] }), apiPort];
  if (ports.includes(0)) {
    throw new TokwattError('usage', '--socket needs fixed ports; give others than 0.');
  }
  return ports.map((port) => ({ address: bind, port }));
}

function settingsIn(dataDir: string): unknown {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8')) as unknown;
  } catch {
    // There are no settings yet, or the core itself will say what is wrong with them.
    return {};
  }
}

function thisHost(): ServiceHost {
  const { platform, env } = process;
  return { platform, env, home: homedir(), uid: process.geteuid?.() ?? null, groups: gpuGroups() };
}

/** The groups of this machine that may read GPUs. */
function gpuGroups(): string[] {
  try {
    const names = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .map((line) => line.split(':')[0]);
    return ['render', 'video'].filter((name) => names.includes(name));
  } catch {
    return [];
  }
}

function refuseWithoutRights({ platform, uid, env }: ServiceHost, isSystem: boolean): void {
  if (platform !== 'linux') return;
  if (isSystem && uid !== 0) {
    throw new TokwattError(
      'usage',
      '--system: only root may do that; run the same command with sudo.',
    );
  }
  if (!isSystem && (env.XDG_RUNTIME_DIR ?? '') === '') {
    throw new TokwattError(
      'usage',
      'This session has no service manager of its own (XDG_RUNTIME_DIR is not set); log in directly, or use --system.',
    );
  }
}

/** A service must find its files later, and the system's service cannot read those in a home. */
function refuseUnreachable({ node, script, isSystem }: ServiceRequest): void {
  if (/[\\/]_npx[\\/]/.test(script)) {
    throw new TokwattError(
      'usage',
      'npx keeps its copy only for a while; install Tokwatt first: npm install --global tokwatt.',
    );
  }
  const hidden = [node, script].find((path) => /^\/(?:home|root|run\/user)\//.test(path));
  if (isSystem && hidden !== undefined) {
    throw new TokwattError(
      'usage',
      `--system: the service cannot read ${dirname(hidden)}, a home; install Node and Tokwatt for the machine, or leave --system out.`,
    );
  }
}
