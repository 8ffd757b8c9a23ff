/** A server moves, and Tokwatt listens where it was, with a real Tokwatt and plain processes. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Takeover } from '../../shared/takeover.ts';
import { ask, call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { runHeadless, startHeadless } from '../support/headless.ts';
import type { Finished, Headless } from '../support/headless.ts';
import { eventually } from '../support/settings-lab.ts';

const PROGRAM = new URL('../support/movable-server.mjs', import.meta.url).pathname;

/** The answer in the API's own names. */
interface Wire extends Pick<Takeover, 'upstream' | 'status' | 'note'> {
  readonly waits_for: string | null;
  readonly plan: {
    readonly port: number;
    readonly server_port: number;
    readonly installation: string;
    readonly can_run: boolean;
    readonly steps: readonly { readonly kind: string; readonly commands: readonly string[] }[];
  } | null;
}

let folder: string;
let port: number;
let server: ChildProcess | null;
let tokwatt: Headless;
/** Of the Tokwatt that was started last. */
let environment: Readonly<Record<string, string>> = {};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-takeover-'));
  port = await freePort();
  server = null;
});
afterEach(async () => {
  await tokwatt.stop();
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(at: number): Promise<void> {
  server = spawn(process.execPath, [PROGRAM, `127.0.0.1:${at}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout!, 'data');
}

async function stop(): Promise<void> {
  if (server === null) return;
  const ended = once(server, 'exit');
  server.kill();
  await ended;
  server = null;
}

async function launch(env: Readonly<Record<string, string>> = {}): Promise<void> {
  environment = env;
  tokwatt = await startHeadless({
    args: ['--log-level', 'error'],
    dataDir: join(folder, 'data'),
    env: { OLLAMA_BASE_URL: `http://127.0.0.1:${port}`, ...env },
  });
}

const list = async (): Promise<Wire> =>
  ((await tokwatt.get('/api/takeovers')) as { takeovers: Wire[] }).takeovers[0]!;
const post = (path: string, body: object = {}): Promise<Wire> =>
  ask(tokwatt, 'POST', `/api/takeovers${path}`, { name: 'ollama', ...body });
const until = (status: string): Promise<Wire> =>
  eventually(async () => {
    const found = await list();
    return found.status === status ? found : null;
  });

function giveBack(): Promise<Finished> {
  return runHeadless(['--data-dir', join(folder, 'data'), '--give-back'], environment);
}

function saved(name: string): object {
  return JSON.parse(readFileSync(join(folder, 'data', name), 'utf8')) as object;
}

/** What a client does that nobody told about Tokwatt. */
async function chat(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/chat`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages: [], stream: false }),
  });
  return answer.status;
}

const recognised = (): Promise<true> =>
  eventually(async () => {
    const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
      upstreams: { kind: string }[];
    };
    return upstreams[0]?.kind === 'ollama' ? true : null;
  });

describe('a port', () => {
  it('is taken when the server has left it, and given back, while the client changes nothing', async () => {
    await start(port);
    await launch();
    await recognised();
    const plan = (await list()).plan!;
    expect(plan).toMatchObject({ port, installation: 'process', can_run: false });
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['stop', 'start']);
    expect(plan.steps[1]!.commands).toEqual([
      `OLLAMA_HOST=127.0.0.1:${plan.server_port} ollama serve`,
    ]);
    expect(await chat()).toBe(200);

    expect(await post('')).toMatchObject({ status: 'waiting', waits_for: 'server' });
    const again = await call(tokwatt, 'POST', '/api/takeovers', { name: 'ollama' });
    expect([again.status, again.body.code]).toEqual([409, 'takeover']);
    // A second server at the new port is not enough, as long as the first one has the old one.
    const first = server;
    await start(plan.server_port);
    await eventually(async () => ((await list()).waits_for === 'port' ? true : null));
    const second = server;
    server = first;
    await stop();
    server = second;
    await until('held');
    expect(await chat()).toBe(200);
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({ upstream: 'ollama', model: 'm', usage: { output_tokens: 2 } });

    // It is known after a restart too.
    await tokwatt.stop();
    await launch();
    expect(await list()).toMatchObject({ status: 'held', plan: { port } });
    expect(await chat()).toBe(200);

    expect(await post('/end')).toMatchObject({ status: 'possible', plan: { port } });
    await stop();
    await start(port);
    expect(await chat()).toBe(200);
    const file = readFileSync(join(folder, 'data/settings.json'), 'utf8');
    const settings = JSON.parse(file) as { upstreams: object[] };
    expect(settings.upstreams).toMatchObject([{ url: `http://127.0.0.1:${port}`, port: null }]);
  });

  it('is taken too if the server left it before that was asked for', async () => {
    await start(port);
    await launch();
    await recognised();
    const { plan } = await list();
    await stop();
    await start(plan!.server_port);
    expect((await list()).plan).toEqual(plan);
    await post('');
    await until('held');
    expect(await chat()).toBe(200);
  });

  it('is given back by --give-back, through the Tokwatt that runs or without one', async () => {
    await start(port);
    await launch();
    await recognised();
    expect((await giveBack()).stdout).toBe('No port is taken over.\n');
    const { plan } = await list();
    await stop();
    await start(plan!.server_port);
    await post('');
    await until('held');
    const running = await giveBack();
    expect([running.status, running.stderr]).toEqual([0, '']);
    expect(running.stdout).toContain(`Tokwatt has left port ${port}.`);
    expect(running.stdout).toContain(`  OLLAMA_HOST=127.0.0.1:${port} ollama serve\n`);
    expect(await list()).toMatchObject({ status: 'possible', plan: { port } });

    await post('');
    await until('held');
    await tokwatt.stop();
    const alone = await giveBack();
    expect([alone.status, alone.stderr]).toEqual([0, '']);
    expect(alone.stdout).toBe(
      `Tokwatt has left port ${port}.\nStop "ollama", which is on port ${plan!.server_port}, and start it on port ${port}.\n`,
    );
    expect(saved('settings.json')).toMatchObject({
      upstreams: [{ url: `http://127.0.0.1:${port}`, port: null }],
    });
    expect(saved('takeovers.json')).toEqual({ takeovers: [] });
  });

  it('is no longer awaited when that is given up', async () => {
    await start(port);
    await launch();
    await recognised();
    const { plan } = await post('');
    expect(await post('/end')).toMatchObject({ status: 'possible' });
    await stop();
    await start(plan!.server_port);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await expect(chat()).rejects.toThrow();
    expect((await list()).status).toBe('possible');
  });

  it('of another machine, or of a server that a flag names, cannot be taken', async () => {
    tokwatt = await startHeadless({
      args: ['--upstream', 'flag=http://127.0.0.1:1', '--log-level', 'error'],
      dataDir: join(folder, 'data'),
    });
    expect(await list()).toMatchObject({ status: 'impossible', plan: null });
    expect((await list()).note).toContain('--upstream names the servers');
    const answer = await call(tokwatt, 'POST', '/api/takeovers', { name: 'flag' });
    expect(answer.status).toBe(409);
    expect((await call(tokwatt, 'POST', '/api/takeovers', { name: 'nobody' })).status).toBe(404);
  });
});

/** `systemctl --user` of one unit: it starts the server with the environment of its overrides. */
const SYSTEMCTL = `#!/bin/sh
unit="$HOME/.config/systemd/user/ollama.service.d"
[ "$2" = daemon-reload ] && exit 0
[ -f "$HOME/pid" ] && kill "$(cat "$HOME/pid")" && while kill -0 "$(cat "$HOME/pid")" 2>/dev/null; do sleep 0.05; done
setting="$(sed -n 's/^Environment="OLLAMA_HOST=\\(.*\\)"$/\\1/p' "$unit"/*.conf 2>/dev/null)"
OLLAMA_HOST="\${setting:-$DEFAULT_HOST}" "$NODE" "$PROGRAM" > /dev/null 2>&1 &
echo $! > "$HOME/pid"
`;

describe.skipIf(process.platform !== 'linux')('a service of this user', () => {
  const pid = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'));
  const override = (): string => join(folder, '.config/systemd/user/ollama.service.d/tokwatt.conf');

  it('is moved and moved back by the commands that were shown, when that is asked for', async () => {
    mkdirSync(join(folder, '.config/systemd/user'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, '.config/systemd/user/ollama.service'), '[Service]\n');
    writeFileSync(join(folder, 'bin/systemctl'), SYSTEMCTL);
    chmodSync(join(folder, 'bin/systemctl'), 0o755);
    await launch({
      ...{ HOME: folder, XDG_CONFIG_HOME: join(folder, '.config') },
      PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
      ...{ NODE: process.execPath, PROGRAM, DEFAULT_HOST: `127.0.0.1:${port}` },
    });
    const unit = spawn(join(folder, 'bin/systemctl'), ['--user', 'restart', 'ollama'], {
      env: {
        ...process.env,
        HOME: folder,
        NODE: process.execPath,
        PROGRAM,
        DEFAULT_HOST: `127.0.0.1:${port}`,
      },
    });
    await once(unit, 'exit');
    try {
      await recognised();
      expect((await list()).plan).toMatchObject({ installation: 'systemd-user', can_run: true });
      expect(existsSync(override())).toBe(false);
      await post('', { run: true });
      const { plan } = await until('held');
      expect(readFileSync(override(), 'utf8')).toBe(
        `[Service]\nEnvironment="OLLAMA_HOST=127.0.0.1:${plan!.server_port}"\n`,
      );
      expect(await chat()).toBe(200);
      expect((await tokwatt.activity(1))[0]?.endpoint).toBe('/api/chat');
      const before = pid();
      await tokwatt.stop();
      const given = await giveBack();
      expect([given.status, given.stderr]).toEqual([0, '']);
      expect(given.stdout).toContain(
        `"ollama" was moved back to it from port ${plan!.server_port}`,
      );
      expect(given.stdout).toContain('  systemctl --user restart ollama\n');
      expect([existsSync(override()), pid() === before]).toEqual([false, false]);
      await eventually(async () => ((await chat().catch(() => 0)) === 200 ? true : null));
    } finally {
      process.kill(pid());
    }
  });
});
