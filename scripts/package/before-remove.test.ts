import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../build/linux/before-remove.sh');

/** With users of its own, and a `runuser` that prints what it was to run. */
describe.skipIf(process.platform !== 'linux')('the script before a package is removed', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-remove-'));
    const home = (name: string): string => join(folder, name);
    record(home('ada'), '{"takeovers":[{"port":11434,"serverPort":11500}]}');
    record(home('bob'), '{"takeovers":[]}');
    record(home('daemon'), '{"takeovers":[{"port":11434,"serverPort":11500}]}');
    const users = [
      `daemon:x:2:2::${home('daemon')}:/bin/sh`,
      ...['ada', 'bob', 'eve'].map((name) => `${name}:x:1000:1000::${home(name)}:/bin/sh`),
    ];
    tool('getent', `printf '%s\\n' ${users.map((user) => `'${user}'`).join(' ')}`);
    tool('runuser', 'echo "run: $*"; exit 1');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function record(home: string, text: string): void {
    mkdirSync(join(home, '.config', 'Tokwatt'), { recursive: true });
    writeFileSync(join(home, '.config', 'Tokwatt', 'takeovers.json'), text);
  }

  function tool(name: string, line: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const PATH = [folder, process.env.PATH].join(delimiter);
    const { status, stdout, stderr } = spawnSync('/bin/sh', [SCRIPT, ...args], {
      env: { PATH },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  it.each(['remove', '0'])('gives back the ports of each user who has some: %s', (why) => {
    const { status, stdout, stderr } = run(why);
    // A user whose ports cannot be given back keeps nobody from removing the package.
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toEqual([
      'The ports that Tokwatt has taken over for ada go back to their servers:',
      expect.stringMatching(/^run: -u ada -- .*tokwatt --ozone-platform=headless --give-back$/),
    ]);
  });

  it.each(['upgrade', '1'])('does nothing before another version comes: %s', (why) => {
    expect(run(why, '0.2.0')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
