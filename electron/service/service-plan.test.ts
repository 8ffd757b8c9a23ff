import { expect, test } from 'vitest';
import { servicePlan } from './service-plan.ts';
import type { ServiceHost, ServiceRequest } from './service-plan.ts';

const REQUEST: ServiceRequest = {
  ...{ node: '/usr/bin/node', script: '/opt/guard.cjs', args: [], isSystem: false, addresses: [] },
};
const LINUX: ServiceHost = {
  ...{ platform: 'linux', home: '/home/ann', env: {}, uid: 1000, groups: ['render'] },
};

test.each([
  [LINUX, false, '/home/ann/.config/systemd/user/tokwatt.service'],
  [{ ...LINUX, env: { XDG_CONFIG_HOME: '/c' } }, false, '/c/systemd/user/tokwatt.service'],
  [LINUX, true, '/etc/systemd/system/tokwatt.service'],
  [
    { ...LINUX, platform: 'darwin' },
    false,
    '/home/ann/Library/LaunchAgents/dev.tokwatt.core.plist',
  ],
  [{ ...LINUX, platform: 'win32', env: { TEMP: 'C:\\T' } }, false, 'C:\\T\\tokwatt-task.xml'],
] as const)('has its file where the manager looks for it: %#', (host, isSystem, path) => {
  expect(servicePlan(host, { ...REQUEST, isSystem }).files[0]?.path).toBe(path);
});

test('commands of an account never touch the machine', () => {
  const { install, stop, forget, status } = servicePlan(LINUX, REQUEST);
  for (const command of [...install, ...stop, ...forget, status]) {
    expect(command.slice(0, 2)).toEqual(['systemctl', '--user']);
  }
});

test.each(['darwin', 'win32', 'freebsd'] as const)('says what %s has not', (platform) => {
  const host: ServiceHost = { ...LINUX, platform };
  expect(() => servicePlan(host, { ...REQUEST, isSystem: true })).toThrow(/--system needs systemd/);
  const addresses = [{ address: '::1', port: 1 }];
  expect(() => servicePlan(host, { ...REQUEST, addresses })).toThrow(/--socket needs systemd/);
});

test('an unknown system is told to use its own manager', () => {
  expect(() => servicePlan({ ...LINUX, platform: 'freebsd' }, REQUEST)).toThrow(/freebsd/);
});
