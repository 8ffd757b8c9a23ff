/** `tokwatt service`, with files in a home of the test and a systemctl that only notes what it is told. */
import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEADLESS } from '../support/headless.ts';

let home: string;
let calls: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tokwatt-service-'));
  calls = join(home, 'bin', 'calls');
  mkdirSync(join(home, 'bin'));
  writeFileSync(calls, '');
  systemctl('exit 0');
});
afterEach(() => rmSync(home, { recursive: true }));

/** There is no service manager to test with, so its command notes each call and ends as told. */
function systemctl(end: string): void {
  const script = join(home, 'bin', 'systemctl');
  writeFileSync(script, `#!/bin/sh\necho "$*" >> "${calls}"\n${end}\n`);
  chmodSync(script, 0o755);
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function service(...args: readonly string[]): Promise<Ran> {
  const env = { HOME: home, XDG_RUNTIME_DIR: home, PATH: `${home}/bin:${process.env.PATH}` };
  return new Promise((settle) => {
    execFile(process.execPath, [HEADLESS, 'service', ...args], { env }, (error, stdout, stderr) => {
      settle({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const called = (): string[] => readFileSync(calls, 'utf8').trim().split('\n');
const units = (): string => join(home, '.config/systemd/user');
const tree = (): string[] =>
  readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('bin'))
    .toSorted();

describe.skipIf(process.platform !== 'linux')('tokwatt service', () => {
  it('installs, says so again, and leaves no trace when removed', async () => {
    expect(tree()).toEqual([]);
    const installed = await service('install', '--socket', '--upstream', 'http://127.0.0.1:9');
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    expect(installed.stdout).toMatch(/The service runs/);
    expect(called()).toContain('--user enable --now tokwatt.socket tokwatt.service');
    const text = readFileSync(join(units(), 'tokwatt.service'), 'utf8');
    expect(text).toMatch(/guard\.cjs --upstream http:\/\/127\.0\.0\.1:9$/m);
    writeFileSync(calls, '');
    const again = await service('install', '--socket', '--upstream', 'http://127.0.0.1:9');
    expect(again.stdout).toMatch(/nothing was changed/);
    expect(called()).toEqual([
      '--user is-active tokwatt.service',
      '--user is-active tokwatt.service',
    ]);
    expect((await service('status')).code).toBe(0);
    expect((await service('remove')).code).toBe(0);
    expect(tree()).toEqual([]);
    expect((await service('remove')).stdout).toMatch(/nothing was changed/);
  });

  it('replaces an earlier version, and its socket if it is not wanted any more', async () => {
    mkdirSync(join(home, '.config'));
    await service('install', '--socket');
    expect(readdirSync(units())).toEqual(['tokwatt.service', 'tokwatt.socket']);
    await service('install', '--no-guard', '--proxy-port', '9001');
    expect(readdirSync(units())).toEqual(['tokwatt.service']);
    const text = readFileSync(join(units(), 'tokwatt.service'), 'utf8');
    expect(text).toMatch(/headless\.cjs --proxy-port 9001$/m);
    await service('remove');
    expect(tree()).toEqual(['.config']);
  });

  it('changes nothing if a step fails, and says which', async () => {
    systemctl('echo "Unit is masked." >&2; exit 1');
    const failed = await service('install');
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('Unit is masked.') });
    expect(tree()).toEqual([]);
  });

  it('leaves files of others alone', async () => {
    mkdirSync(units(), { recursive: true });
    const own = join(units(), 'tokwatt.service');
    writeFileSync(own, '[Service]\nExecStart=/my/own\n');
    for (const name of ['install', 'remove']) {
      const refused = await service(name);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/not written by/) });
    }
    expect(readFileSync(own, 'utf8')).toMatch('/my/own');
    expect(readFileSync(calls, 'utf8')).toBe('');
  });

  it('shows everything and does nothing with --dry-run', async () => {
    const shown = await service('install', '--dry-run', '--system');
    expect(shown.stdout).toMatch(/would write \/etc\/systemd\/system\/tokwatt\.service/);
    expect(shown.stdout).toMatch(/DynamicUser=yes/);
    expect(readFileSync(calls, 'utf8')).toBe('');
    expect(tree()).toEqual([]);
  });

  it.each([
    [['install', '--no-such-flag'], /--no-such-flag/],
    [['install', '--proxy-port', '70000'], /65535/],
    [['install', '--system', '--data-dir', '/x'], /\/var\/lib\/tokwatt/],
    [['install', '--socket', '--proxy-port', '0'], /fixed ports/],
    [['instal'], /unknown command/],
  ])('refuses %j', async (args, reason) => {
    expect(await service(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(reason),
    });
    expect(tree()).toEqual([]);
  });

  it('writes units that systemd itself accepts without a word', async ({ skip }) => {
    try {
      execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
    } catch {
      skip('there is no systemd-analyze');
    }
    await service('install', '--socket', '--upstream', 'a "name" of $HOME 100%=http://127.0.0.1:9');
    const system = await service('install', '--dry-run', '--system', '--socket');
    const folder = join(home, 'system');
    mkdirSync(folder);
    for (const [, name = '', text = ''] of system.stdout.matchAll(
      /would write \S+\/(\S+):\n\n([^]*?)\n(?=would )/g,
    )) {
      writeFileSync(join(folder, name), text);
    }
    expect(readdirSync(folder)).toHaveLength(2);
    for (const [at, scope] of [
      [units(), '--user'],
      [folder, '--system'],
    ] as const) {
      const files = readdirSync(at).map((name) => join(at, name));
      const { stderr, code } = await new Promise<Ran>((settle) => {
        const env = { ...process.env, XDG_RUNTIME_DIR: home };
        execFile('systemd-analyze', ['verify', scope, ...files], { env }, (error, stdout, text) => {
          settle({ code: Number(error?.code ?? 0), stdout, stderr: text });
        });
      });
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    }
  });
});
