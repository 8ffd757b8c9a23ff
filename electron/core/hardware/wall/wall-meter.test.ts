import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'valibot';
import { wallMeterSchema } from '../../../../shared/hardware-settings.ts';
import { inEnglish } from '../../../../shared/sentences.ts';
import type { MachinePart } from '../machine/machine-source.ts';
import { connectLocally, isLocalAddress } from './local-connection.ts';
import { createWallMeterSource } from './wall-meter.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function http(listener: RequestListener): Promise<string> {
  return listening(createServer(listener));
}

/** A meter that answers each path with JSON, and 404 to any other. */
function meter(answers: Readonly<Record<string, unknown>>): Promise<string> {
  return http((request, response) => {
    const answer = answers[request.url ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { message: 'Entity not found.' }));
  });
}

async function read(
  setting: object,
  { token = null, signal }: { token?: string | null; signal?: AbortSignal } = {},
): Promise<MachinePart> {
  const source = createWallMeterSource({
    setting: parse(wallMeterSchema, setting),
    token: () => token,
  });
  return source.read(signal ?? new AbortController().signal);
}

async function powerOf(setting: object): Promise<number | null | undefined> {
  const { figures, note } = await read(setting);
  expect(note).toBeNull();
  return figures.wall?.powerW;
}

function words({ note }: MachinePart): string {
  return note === null ? '' : inEnglish(note);
}

describe('a wall meter over HTTP', () => {
  it('reads each kind at its own path', async () => {
    const address = await meter({
      '/status': { meters: [{ power: 10, is_valid: true, total: 60 }] },
      '/rpc/Shelly.GetStatus': { 'switch:0': { apower: 20, aenergy: { total: 1 } } },
      '/cm?cmnd=Status%208': { StatusSNS: { ENERGY: { Power: 30, Total: 1 } } },
      '/api/states/sensor.plug': { state: '0.04', attributes: { unit_of_measurement: 'kW' } },
      '/deep/meter?x=1': { rows: [{ watts: '50' }] },
    });
    expect(await powerOf({ kind: 'shelly-gen1', address })).toBe(10);
    expect(await powerOf({ kind: 'shelly-gen2', address: `http://${address}/` })).toBe(20);
    expect(await powerOf({ kind: 'tasmota', address })).toBe(30);
    expect(await powerOf({ kind: 'home-assistant', address, entity: 'sensor.plug' })).toBe(40);
    const json = { kind: 'json', address: `http://${address}/deep/meter?x=1` };
    expect(await powerOf({ ...json, path: 'rows[0].watts' })).toBe(50);
  });

  it('has the name of the settings and the counter in joules', async () => {
    const address = await meter({
      '/status': { meters: [{ power: 0, is_valid: true, total: 60 }] },
    });
    const { figures } = await read({ kind: 'shelly-gen1', address, name: 'Desk' });
    expect(figures.wall).toEqual({ name: 'Desk', powerW: 0, counterJoules: 3600 });
  });

  it('sends the token to Home Assistant and to no other kind', async () => {
    const seen: (string | undefined)[] = [];
    const address = await http((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await read({ kind: 'home-assistant', address, entity: 'sensor.a' }, { token: 'secret' });
    await read({ kind: 'tasmota', address }, { token: 'secret' });
    expect(seen).toEqual(['Bearer secret', undefined]);
  });

  it.each([
    [401, /asks for a password or token/],
    [404, /check kind, address and entity/],
    [500, /status 500/],
  ])('says what to do about status %d', async (status, note) => {
    const address = await http((_request, response) => {
      response.statusCode = status;
      response.end('{"power": 5}');
    });
    const part = await read({ kind: 'json', address, path: 'power' });
    expect(part.figures.wall).toBeNull();
    expect(words(part)).toMatch(note);
  });

  it.each([1e12, -12.5])('takes an impossible power of %s W as unknown', async (power) => {
    const address = await meter({ '/power': { power } });
    expect(
      await powerOf({ kind: 'json', address: `http://${address}/power`, path: 'power' }),
    ).toBeNull();
  });

  it('follows no redirect', async () => {
    let hits = 0;
    const other = await http((_request, response) => {
      hits += 1;
      response.end('{"power": 5}');
    });
    const address = await http((_request, response) => {
      response.writeHead(302, { location: `http://${other}/` });
      response.end('{"power": 5}');
    });
    const part = await read({ kind: 'json', address, path: 'power' });
    expect(words(part)).toMatch(/redirect/);
    expect(hits).toBe(0);
  });

  it.each([
    ['a page', '<html>', /did not answer with JSON/],
    ['nothing', '', /did not answer with JSON/],
    ['an endless answer', '1'.repeat(300_000), /too much/],
    ['another value', '{"power": null}', /no number at the path/],
  ])('says what to do about %s', async (_case, body, note) => {
    const address = await http((_request, response) => response.end(body));
    expect(words(await read({ kind: 'json', address, path: 'power' }))).toMatch(note);
  });

  it('says that nothing answers at a port without a server', async () => {
    const address = await http(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]!.close(resolve));
    const part = await read({ kind: 'tasmota', address, name: 'Desk' });
    expect(words(part)).toMatch(/“Desk” cannot be read: nothing answers at 127\.0\.0\.1 .*REFUSED/);
  });

  it('a meter that breaks off in the middle of an answer is told, and reads again later', async () => {
    let isBroken = true;
    const address = await http((request, response) => {
      response.writeHead(200, { 'content-length': '13' });
      response.write('{"power":');
      if (isBroken) request.socket.destroy();
      else response.end(' 50}');
    });
    expect(words(await read({ kind: 'json', address, path: 'power' }))).toMatch(/did not answer/);
    isBroken = false;
    expect(await powerOf({ kind: 'json', address, path: 'power' })).toBe(50);
  });

  it('gives up a meter that never answers when it is told to', async () => {
    const address = await http(() => undefined);
    const abort = new AbortController();
    const reading = read({ kind: 'tasmota', address }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    expect((await reading).figures.wall).toBeNull();
  });

  it('names the unit of a sensor that is no power', async () => {
    const address = await meter({
      '/api/states/sensor.t': { state: '21', attributes: { unit_of_measurement: '°C' } },
    });
    const part = await read({ kind: 'home-assistant', address, entity: 'sensor.t' });
    expect(words(part)).toMatch(/has °C, not a power/);
  });

  it('does not show 0 for a relay without a meter', async () => {
    const address = await meter({ '/status': { meters: [{ power: 0, is_valid: true }] } });
    const part = await read({ kind: 'shelly-gen1', address });
    expect(part.figures.wall?.powerW).toBeNull();
    expect(words(part)).toMatch(/has no meter/);
  });
});

describe('a UPS', () => {
  /** A server with a UPS named `ups`. */
  function nut(variables: Readonly<Record<string, string>>): Promise<string> {
    const answer = (line: string): string => {
      const [, , ups, name = ''] = line.split(' ');
      if (ups !== 'ups') return 'ERR UNKNOWN-UPS';
      const value = variables[name];
      return value === undefined ? 'ERR VAR-NOT-SUPPORTED' : `VAR ups ${name} "${value}"`;
    };
    const server = createTcpServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        for (const line of chunk.toString().split('\n').filter(Boolean)) {
          if (line === 'LOGOUT') socket.end('OK Goodbye\n');
          else socket.write(`${answer(line)}\n`);
        }
      });
    });
    return listening(server);
  }

  it('tells its power, or its load of a nominal power', async () => {
    expect(await powerOf({ kind: 'nut', address: await nut({ 'ups.realpower': '125' }) })).toBe(
      125,
    );
    const load = { 'ups.load': '15', 'ups.realpower.nominal': '900' };
    expect(await powerOf({ kind: 'nut', address: await nut(load) })).toBe(135);
  });

  it('says what to do about a wrong name and about missing figures', async () => {
    const address = await nut({ 'ups.load': '15' });
    expect(words(await read({ kind: 'nut', address, entity: 'apc' }))).toMatch(/upsc -l/);
    expect(words(await read({ kind: 'nut', address }))).toMatch(/neither its power nor its load/);
  });

  it('is not confused by another server, and not by one that hangs up', async () => {
    const hello = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    const part = await read({ kind: 'nut', address: await listening(hello) });
    expect(words(part)).toMatch(/does not answer as a NUT server/);
    const silent = createTcpServer((socket) => socket.destroy());
    expect((await read({ kind: 'nut', address: await listening(silent) })).note).not.toBeNull();
  });
});

describe('addresses', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.5', '169.254.1.1', '::1', 'fd00::1'])(
    '%s is local',
    (address) => expect(isLocalAddress(address)).toBe(true),
  );

  it.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '0.0.0.0', '2001:db8::1', '::', 'x', ''])(
    '%j is not',
    (address) => expect(isLocalAddress(address)).toBe(false),
  );

  it('an address of IPv4 written as IPv6 is what it is in IPv4', () => {
    expect(isLocalAddress('::ffff:8.8.8.8')).toBe(false);
    expect(isLocalAddress('::ffff:192.168.1.5')).toBe(true);
    expect(isLocalAddress('fe80::1%eth0')).toBe(true);
  });

  it('connects to no address outside of the local network', async () => {
    const target = { host: '203.0.113.7', port: 80, isTls: false };
    const connecting = connectLocally(target, new AbortController().signal);
    await expect(connecting).rejects.toThrow(/not in the local network/);
  });

  it('connects to a name that leads to this machine', async () => {
    const address = await meter({ '/': { power: 3 } });
    const port = address.split(':')[1];
    expect(await powerOf({ kind: 'json', address: `localhost:${port}`, path: 'power' })).toBe(3);
  });

  it('says that a name is unknown', async () => {
    const part = await read({ kind: 'tasmota', address: 'no-such-meter.invalid' });
    expect(words(part)).toMatch(/name no-such-meter\.invalid is unknown/);
  });
});
