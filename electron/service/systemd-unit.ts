/** Texts of systemd's units. */
import { MARK, commandLine } from './service-spec.ts';
import type { ListenAddress, ServiceSpec } from './service-spec.ts';

export const SERVICE_UNIT = 'tokwatt.service';
export const SOCKET_UNIT = 'tokwatt.socket';

export interface UnitOptions extends ServiceSpec {
  /** `system`: for the machine, with a user of its own. `user`: of the account that installs it. */
  readonly scope: 'system' | 'user';
  /** True if {@link socketUnit} listens for it. */
  readonly hasSocket: boolean;
  /** Groups of this machine that may read GPUs; others would keep the service from starting. */
  readonly groups: readonly string[];
}

/** The kernel's protections that need no privilege to set up, so that a user's own service has them too. */
const SANDBOX = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  // Netlink lists the machine's addresses.
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
  'UMask=0077',
];

/**
 * Protections that only the system's manager sets up. Devices stay visible, because GPUs are among them: `PrivateDevices`
 * and `ProtectClock` would hide them. `MemoryDenyWriteExecute` would end JavaScript's compiler.
 */
const SYSTEM_SANDBOX = [
  'DynamicUser=yes',
  'StateDirectory=tokwatt',
  'StateDirectoryMode=0700',
  'Environment=TOKWATT_DATA_DIR=%S/tokwatt',
  'CapabilityBoundingSet=',
  'PrivateTmp=yes',
  'ProtectControlGroups=yes',
  'ProtectHome=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectSystem=strict',
];

/** Returns the text of {@link SERVICE_UNIT}. */
export function serviceUnit({ scope, hasSocket, groups, ...spec }: UnitOptions): string {
  const isSystem = scope === 'system';
  const names = isSystem && groups.length > 0 ? [`SupplementaryGroups=${groups.join(' ')}`] : [];
  return unit({
    Unit: [
      'Description=Tokwatt, the meter of local LLM use',
      ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
      ...(hasSocket ? [`Requires=${SOCKET_UNIT}`, `After=${SOCKET_UNIT}`] : []),
    ],
    Service: [
      'Type=exec',
      `ExecStart=${commandLine(spec).map(quoted).join(' ')}`,
      'ExecReload=/bin/kill -HUP $MAINPID',
      'Environment=TOKWATT_SERVICE=1',
      'Restart=on-failure',
      'RestartSec=1',
      '# A start that needs a correction is not repeated.',
      'RestartPreventExitStatus=2',
      '# The first process asks the others to end.',
      'KillMode=mixed',
      'TimeoutStopSec=15',
      ...(isSystem ? SYSTEM_SANDBOX : []),
      ...names,
      ...SANDBOX,
    ],
    Install: [
      `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
      ...(hasSocket ? [`Also=${SOCKET_UNIT}`] : []),
    ],
  });
}

/** Returns the text of {@link SOCKET_UNIT}: the addresses stay open while the service restarts. */
export function socketUnit(addresses: readonly ListenAddress[]): string {
  return unit({
    Unit: ['Description=The addresses of Tokwatt'],
    Socket: [
      ...addresses.map(({ address, port }) => `ListenStream=${literal(address)}:${port}`),
      'NoDelay=yes',
    ],
    Install: ['WantedBy=sockets.target'],
  });
}

function unit(sections: Readonly<Record<string, readonly string[]>>): string {
  const parts = Object.entries(sections).map(
    ([name, lines]) => `[${name}]\n${lines.map((line) => `${line}\n`).join('')}`,
  );
  return `# ${MARK}\n${parts.join('\n')}`;
}

/** Quotes one word of a command line, and keeps `%` and `$` from being replaced. */
function quoted(word: string): string {
  const text = word
    .replace(/[\\"]/g, String.raw`\$&`)
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text}"`;
}

function literal(address: string): string {
  if (address === 'localhost') return '127.0.0.1';
  return address.includes(':') ? `[${address.replace(/^\[|\]$/g, '')}]` : address;
}
