import { posix, win32 } from 'node:path';
import { TokwattError } from '../core/errors.ts';
import { AGENT_LABEL, launchAgent } from './launch-agent.ts';
import { TASK_NAME, scheduledTask } from './scheduled-task.ts';
import type { ListenAddress, ServiceSpec } from './service-spec.ts';
import { SERVICE_UNIT, SOCKET_UNIT, serviceUnit, socketUnit } from './systemd-unit.ts';

/** A command with its arguments. */
export type Command = readonly [string, ...string[]];

export interface PlannedFile {
  readonly path: string;
  /** Null: this service does not have the file, but an earlier one may have had it. */
  readonly text: string | null;
  readonly encoding: 'utf8' | 'utf16le';
  /** True if it is only handed to a command, and deleted then. */
  readonly isTemporary: boolean;
}

/** All that installing, removing and asking do. */
export interface ServicePlan {
  readonly files: readonly PlannedFile[];
  /** After the files are there. */
  readonly install: readonly Command[];
  /** Before the files are deleted; a failure means that there is nothing to end. */
  readonly stop: readonly Command[];
  /** After the files are deleted. */
  readonly forget: readonly Command[];
  /** Succeeds while the service runs. */
  readonly status: Command;
}

/** The machine and the account. */
export interface ServiceHost {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Effective user id; null where there is none. */
  readonly uid: number | null;
  readonly groups: readonly string[];
}

export interface ServiceRequest extends ServiceSpec {
  readonly isSystem: boolean;
  /** The addresses that systemd opens; empty if the core opens them. */
  readonly addresses: readonly ListenAddress[];
}

/** Returns what a service needs on a machine. Throws a `usage` error where it cannot be had, with what to do. */
export function servicePlan(host: ServiceHost, request: ServiceRequest): ServicePlan {
  const { platform } = host;
  if (platform === 'linux') return systemdPlan(host, request);
  if (request.isSystem || request.addresses.length > 0) {
    const flag = request.isSystem ? '--system' : '--socket';
    throw new TokwattError(
      'usage',
      `${flag} needs systemd; leave it out for a service of your account.`,
    );
  }
  if (platform === 'darwin') return launchdPlan(host, request);
  if (platform === 'win32') return windowsPlan(host, request);
  throw new TokwattError(
    'usage',
    `There is no known service manager on ${platform}; start Tokwatt with the one that you use.`,
  );
}

function systemdPlan({ home, env, groups }: ServiceHost, request: ServiceRequest): ServicePlan {
  const { isSystem, addresses } = request;
  const own = env.XDG_CONFIG_HOME ?? posix.join(home, '.config');
  const folder = isSystem ? '/etc/systemd/system' : posix.join(own, 'systemd/user');
  const hasSocket = addresses.length > 0;
  const control = (...words: string[]): Command => [
    'systemctl',
    ...(isSystem ? [] : ['--user']),
    ...words,
  ];
  const units = hasSocket ? [SOCKET_UNIT, SERVICE_UNIT] : [SERVICE_UNIT];
  const scope = isSystem ? 'system' : 'user';
  const file = (name: string, text: string | null): PlannedFile => ({
    ...{ path: posix.join(folder, name), text, encoding: 'utf8', isTemporary: false },
  });
  return {
    files: [
      file(SERVICE_UNIT, serviceUnit({ ...request, scope, hasSocket, groups })),
      file(SOCKET_UNIT, hasSocket ? socketUnit(addresses) : null),
    ],
    install: [control('daemon-reload'), control('enable', '--now', ...units)],
    stop: [control('disable', '--now', SERVICE_UNIT), control('disable', '--now', SOCKET_UNIT)],
    forget: [control('daemon-reload'), control('reset-failed', SERVICE_UNIT)],
    status: control('is-active', SERVICE_UNIT),
  };
}

function launchdPlan({ home, uid }: ServiceHost, request: ServiceRequest): ServicePlan {
  const path = posix.join(home, 'Library/LaunchAgents', `${AGENT_LABEL}.plist`);
  const log = posix.join(home, 'Library/Logs/tokwatt.log');
  const domain = `gui/${uid ?? 0}`;
  const agent = `${domain}/${AGENT_LABEL}`;
  return {
    files: [{ path, text: launchAgent(request, log), encoding: 'utf8', isTemporary: false }],
    install: [['launchctl', 'bootstrap', domain, path]],
    stop: [['launchctl', 'bootout', agent]],
    forget: [],
    status: ['launchctl', 'print', agent],
  };
}

function windowsPlan({ env, home }: ServiceHost, request: ServiceRequest): ServicePlan {
  const user = `${env.USERDOMAIN ?? '.'}\\${env.USERNAME ?? ''}`;
  const path = win32.join(env.TEMP ?? home, 'tokwatt-task.xml');
  const text = `\uFEFF${scheduledTask(request, user)}`;
  return {
    files: [{ path, text, encoding: 'utf16le', isTemporary: true }],
    install: [
      ['schtasks', '/Create', '/TN', TASK_NAME, '/XML', path, '/F'],
      ['schtasks', '/Run', '/TN', TASK_NAME],
    ],
    stop: [
      ['schtasks', '/End', '/TN', TASK_NAME],
      ['schtasks', '/Delete', '/TN', TASK_NAME, '/F'],
    ],
    forget: [],
    status: ['schtasks', '/Query', '/TN', TASK_NAME],
  };
}
