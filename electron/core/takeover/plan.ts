import type { Installation, TakeoverPlan, TakeoverStep } from '../../../shared/takeover.ts';

export interface PlanFacts {
  /** The recognized kind of the server; null if it is unknown. */
  readonly kind: string | null;
  readonly installation: Installation;
  readonly port: number;
  readonly serverPort: number;
  /** True for the superuser, who needs no `sudo`. */
  readonly isRoot: boolean;
}

type Ways = Pick<TakeoverPlan, 'steps' | 'undo'>;

/** How a server is moved to another port and back. Pure; nothing is run here. */
export function takeoverPlan(facts: PlanFacts): TakeoverPlan {
  const { installation, port, serverPort, isRoot } = facts;
  const canRun = installation === 'systemd-user' || (installation === 'systemd' && isRoot);
  return { installation, port, serverPort, canRun, ...waysOf(facts) };
}

function waysOf(facts: PlanFacts): Ways {
  switch (facts.installation) {
    case 'systemd':
      return systemd(facts.serverPort, '/etc/systemd/system', {
        control: 'systemctl',
        sudo: facts.isRoot ? '' : 'sudo ',
      });
    case 'systemd-user':
      return systemd(facts.serverPort, '"${XDG_CONFIG_HOME:-$HOME/.config}"/systemd/user', {
        control: 'systemctl --user',
        sudo: '',
      });
    case 'macos':
      return macos(facts.serverPort);
    case 'windows':
      return windows(facts.serverPort);
    case 'process':
      return plainProcess(facts);
  }
}

/** A file of its own beside the unit, so that the unit and other overrides stay as they are. */
function systemd(
  serverPort: number,
  folder: string,
  { control, sudo }: { readonly control: string; readonly sudo: string },
): Ways {
  const overrides = `${folder}/ollama.service.d`;
  const file = `${overrides}/tokwatt.conf`;
  const content = `[Service]\\nEnvironment="OLLAMA_HOST=127.0.0.1:${serverPort}"\\n`;
  const restart: TakeoverStep = {
    kind: 'restart',
    commands: [`${sudo}${control} daemon-reload`, `${sudo}${control} restart ollama`],
  };
  return {
    steps: [
      {
        kind: 'override',
        commands: [
          `${sudo}mkdir -p ${overrides}`,
          `printf '${content}' | ${sudo}tee ${file} > /dev/null`,
        ],
      },
      restart,
    ],
    undo: [{ kind: 'override', commands: [`${sudo}rm -f ${file}`] }, restart],
  };
}

/** The application reads launchd's environment. An agent sets it again after each login. */
function macos(serverPort: number): Ways {
  const agent = '~/Library/LaunchAgents/dev.tokwatt.ollama-host';
  const restart: TakeoverStep = {
    kind: 'restart',
    commands: [`osascript -e 'quit app "Ollama"'`, 'open -a Ollama'],
  };
  const setting = `launchctl setenv OLLAMA_HOST 127.0.0.1:${serverPort}`;
  return {
    steps: [
      {
        kind: 'environment',
        commands: [
          setting,
          `defaults write ${agent} Label dev.tokwatt.ollama-host`,
          `defaults write ${agent} ProgramArguments -array /bin/${setting}`,
          `defaults write ${agent} RunAtLoad -bool true`,
        ],
      },
      restart,
    ],
    undo: [
      {
        kind: 'environment',
        commands: ['launchctl unsetenv OLLAMA_HOST', `rm -f ${agent}.plist`],
      },
      restart,
    ],
  };
}

/** `setx` counts for programs started later; the application inherits from this shell. */
function windows(serverPort: number): Ways {
  const restart = (value: string): TakeoverStep => ({
    kind: 'restart',
    commands: [
      'taskkill /F /IM "ollama app.exe" /IM ollama.exe',
      `set OLLAMA_HOST=${value}`,
      'start "" "%LOCALAPPDATA%\\Programs\\Ollama\\ollama app.exe"',
    ],
  });
  const host = `127.0.0.1:${serverPort}`;
  return {
    steps: [{ kind: 'environment', commands: [`setx OLLAMA_HOST ${host}`] }, restart(host)],
    undo: [
      { kind: 'environment', commands: ['reg delete HKCU\\Environment /v OLLAMA_HOST /f'] },
      restart(''),
    ],
  };
}

/** A server that somebody started by hand, or in a way that is not known here. */
function plainProcess({ kind, port, serverPort }: PlanFacts): Ways {
  const start = startOf(kind);
  if (start === null) {
    const setting: TakeoverStep = { kind: 'setting', commands: [] };
    return { steps: [setting], undo: [setting] };
  }
  const stop: TakeoverStep = { kind: 'stop', commands: [] };
  return {
    steps: [stop, { kind: 'start', commands: [start(serverPort)] }],
    undo: [stop, { kind: 'start', commands: [start(port)] }],
  };
}

function startOf(kind: string | null): ((port: number) => string) | null {
  if (kind === 'ollama') return (port) => `OLLAMA_HOST=127.0.0.1:${port} ollama serve`;
  if (kind === 'llamacpp') return (port) => `llama-server --port ${port} …`;
  if (kind === 'lmstudio') return (port) => `lms server start --port ${port}`;
  if (kind === 'vllm') return (port) => `vllm serve --port ${port} …`;
  return null;
}
