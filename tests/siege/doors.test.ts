/**
 * Who may use the proxy and the API: every combination of Host, Origin, method, content type and upgrade, each on a
 * connection of its own. Of what is refused, the server behind the proxy sees no connection.
 */
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessRules } from '../../electron/core/proxy/access.ts';
import { tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startProxy } from '../integration/proxy/lab.ts';

/** Names of a `Host`, and whether a name that an attacker's DNS controls could be it. */
const HOSTS: readonly (readonly [string, boolean])[] = [
  ['127.0.0.1:PORT', true],
  ['localhost:PORT', true],
  ['[::1]:PORT', true],
  ['192.168.1.20:PORT', true],
  ['lab-machine:PORT', true],
  ['printer.local:PORT', true],
  ['allowed.example', true],
  ['evil.example:PORT', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example:PORT', false],
  // No browser sends it, so it is of no page; some old clients do.
  ['', true],
];

/** Origins: of no page, of this machine, of applications, of the settings, and of other sites. */
const ORIGINS: readonly (readonly [string | null, boolean])[] = [
  [null, true],
  ['http://localhost:3000', true],
  ['http://127.0.0.1:8080', true],
  ['tauri://localhost', true],
  ['vscode-webview://1a2b', true],
  ['https://page.example', true],
  ['https://evil.example', false],
  ['http://localhost.evil.example', false],
  ['https://page.example.evil.example', false],
  ['null', false],
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'] as const;

interface Door {
  readonly host: string;
  readonly origin: string | null;
  readonly method: string;
  /** The content type of a body; null without one. */
  readonly type: string | null;
  readonly isUpgrade: boolean;
  readonly isOpen: boolean;
}

const DOORS: readonly Door[] = HOSTS.flatMap(([host, hostOpen]) =>
  ORIGINS.flatMap(([origin, originOpen]) =>
    METHODS.flatMap((method) =>
      (hasBody(method) ? TYPES : [null]).flatMap((type) =>
        [false, true].map((isUpgrade) => ({
          ...{ host, origin, method, type, isUpgrade },
          isOpen: hostOpen && originOpen,
        })),
      ),
    ),
  ),
);

function hasBody(method: string): boolean {
  return ['POST', 'PUT', 'PATCH'].includes(method);
}

function requestOf(door: Door, path: string, port: number, more: readonly string[] = []): string {
  const body = door.type === null ? '' : '{}';
  const lines = [
    `${door.method} ${path} HTTP/1.1`,
    `Host: ${door.host.replace('PORT', String(port))}`,
    ...(door.origin === null ? [] : [`Origin: ${door.origin}`]),
    ...(door.type === null ? [] : [`Content-Type: ${door.type}`, `Content-Length: ${body.length}`]),
    ...(door.isUpgrade
      ? [
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ]
      : ['Connection: close']),
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The status of the answer; the connection is closed as soon as it is known. */
function statusOf(port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let head = '';
    socket.setEncoding('latin1').on('data', (piece: string) => {
      head += piece;
      const status = /^HTTP\/1\.1 (\d{3}) [^]*\r\n\r\n/.exec(head)?.[1];
      if (status === undefined) return;
      socket.destroy();
      resolve(Number(status));
    });
    socket.on('error', reject);
    socket.on('end', () => reject(new Error(`no answer to ${JSON.stringify(request)}`)));
  });
}

/** Asks at many doors, some at once, and returns those whose status is none of the expected. */
async function wrongDoors(
  doors: readonly Door[],
  statusAt: (door: Door) => Promise<number>,
  isRight: (status: number, door: Door) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  const visit = async (): Promise<void> => {
    for (let door = doors[next++]; door !== undefined; door = doors[next++]) {
      const status = await statusAt(door);
      if (!isRight(status, door)) wrong.push(`${status} ${JSON.stringify(door)}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, visit));
  return wrong;
}

describe('the proxy', () => {
  it('lets through what belongs to this machine, and of the rest not one byte', async () => {
    const seen = new Set<string>();
    const server = net.createServer((socket) => {
      let head = '';
      socket.setEncoding('latin1').on('data', (piece: string) => {
        head += piece;
        const at = /^\S+ (\S+) /.exec(head)?.[1];
        if (at === undefined || !head.includes('\r\n\r\n')) return;
        seen.add(at);
        socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
      });
      socket.on('error', () => undefined);
    });
    let connections = 0;
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: upstream } = server.address() as AddressInfo;
    const access = accessRules(
      { allowedHosts: ['allowed.example'], allowedOrigins: ['https://page.example'] },
      'lab-machine',
    );
    const { port } = await startProxy(`http://127.0.0.1:${upstream}`, { access });
    const at = (door: Door): Promise<number> =>
      statusOf(port, requestOf(door, `/${DOORS.indexOf(door)}`, port));

    const closed = DOORS.filter(({ isOpen }) => !isOpen);
    expect(await wrongDoors(closed, at, (status) => status === 403)).toEqual([]);
    expect(closed.length).toBeGreaterThan(1_000);
    expect(connections).toBe(0);

    const open = DOORS.filter(({ isOpen }) => isOpen);
    expect(await wrongDoors(open, at, (status) => status === 204)).toEqual([]);
    expect(seen.size).toBe(open.length);
    server.close();
  });

  /** The heads that these clients send, and nothing of a browser. */
  it.each<[string, readonly string[]]>([
    ['curl', ['User-Agent: curl/8.5.0', 'Accept: */*']],
    ['the SDK of OpenAI', ['User-Agent: OpenAI/Python 1.99.0', 'Authorization: Bearer unused']],
    ['the SDK of Anthropic', ['User-Agent: Anthropic/JS 0.60.0', 'x-api-key: unused']],
    ['the ollama command', ['User-Agent: ollama/0.11.4 (amd64 linux) Go/go1.24.1']],
    [
      'a page that the server itself serves',
      ['Origin: http://127.0.0.1:PORT', 'Sec-Fetch-Site: same-origin'],
    ],
    ['Open WebUI, whose server asks', ['User-Agent: Python/3.11 aiohttp/3.12']],
    ['an extension of an editor', ['Origin: vscode-webview://1a2b', 'Sec-Fetch-Site: cross-site']],
    [
      'a page of a development server',
      ['Origin: http://localhost:5173', 'Sec-Fetch-Site: same-site'],
    ],
  ])('lets %s through', async (_client, headers) => {
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = await startProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const lines = headers.map((line) => line.replace('PORT', String(port)));
    const request = [`POST /v1/chat/completions HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...lines];
    const body = 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    expect(await statusOf(port, `${request.join('\r\n')}\r\n${body}`)).toBe(204);
    server.close();
  });
});

describe('the API', () => {
  let tokwatt: Headless;
  beforeAll(async () => {
    // Nothing listens there: what the API does is seen in its answers.
    tokwatt = await startHeadless({ args: ['--upstream', 'http://127.0.0.1:9'] });
  });
  afterAll(() => tokwatt.stop());

  it('is closed to every page but its own, whatever the method, type and token', async () => {
    const port = Number(new URL(tokwatt.api).port);
    const token = [`Authorization: Bearer ${tokenOf(tokwatt)}`];
    // The settings name no host here, and another machine's name is none of this one's.
    const known = HOSTS.slice(0, 4).map(([host]) => host);
    const closed = DOORS.filter(
      ({ host, origin }) => origin !== null || host.includes('example') || host === '',
    );
    const at = (door: Door): Promise<number> =>
      statusOf(port, requestOf(door, '/api/settings', port, token));
    expect(await wrongDoors(closed, at, (status) => status === 403)).toEqual([]);

    const open = DOORS.filter(
      ({ host, origin, isUpgrade }) => known.includes(host) && origin === null && !isUpgrade,
    );
    expect(open.length).toBeGreaterThan(40);
    expect(await wrongDoors(open, at, (status) => status !== 403)).toEqual([]);
    const page = open.map((door) => ({
      ...door,
      origin: `http://${door.host.replace('PORT', String(port))}`,
    }));
    expect(await wrongDoors(page, at, (status) => status !== 403)).toEqual([]);
  });
});
