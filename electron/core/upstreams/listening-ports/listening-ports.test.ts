import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listeningPorts } from './listening-ports.ts';
import { parseNetstat } from './netstat.ts';
import { parseProcNetListeners } from './proc-net-listeners.ts';

describe.skipIf(process.platform !== 'linux')('the listening ports of this machine', () => {
  it('have a server while it listens, on IPv4, IPv6 and any address', async () => {
    for (const host of ['127.0.0.1', '::1', '::', '0.0.0.0']) {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      const { port } = server.address() as AddressInfo;
      expect([host, (await listeningPorts()).includes(port)]).toEqual([host, true]);
      await new Promise((resolve) => server.close(resolve));
      expect([host, (await listeningPorts()).includes(port)]).toEqual([host, false]);
    }
  });

  it('are none where the system does not tell', async () => {
    expect(await listeningPorts({ proc: '/nowhere' })).toEqual([]);
    expect(await listeningPorts({ platform: 'aix' })).toEqual([]);
  });
});

it('reads /proc/net/tcp: only listeners, and only those that loopback reaches', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2CAA 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 1 1
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 2 1
   2: 0A01A8C0:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 3 1
   3: 0100007F:2CAA 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000 0 4 1
`;
  expect(parseProcNetListeners(table)).toEqual([11434, 8080]);
  const six = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 0A
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A
   3: 000080FE000000000000000001000000:0053 00000000000000000000000000000000:0000 0A
`;
  expect(parseProcNetListeners(six)).toEqual([80, 81, 82]);
});

it('reads netstat of macOS and of Windows in any language', () => {
  const macos = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp4       0      0  127.0.0.1.11434        *.*                    LISTEN
tcp46      0      0  *.1234                 *.*                    LISTEN
tcp6       0      0  ::1.8080               *.*                    LISTEN
tcp4       0      0  192.168.1.7.5000       *.*                    LISTEN
tcp4       0      0  127.0.0.1.50001        127.0.0.1.11434        ESTABLISHED
`;
  expect(parseNetstat(macos)).toEqual([11434, 1234, 8080]);
  const windows = `
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status
  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN
  TCP    127.0.0.1:11434        0.0.0.0:0              ABHÖREN
  TCP    127.0.0.1:50001        127.0.0.1:11434        HERGESTELLT
  TCP    [::1]:1234             [::]:0                 ABHÖREN
  TCP    10.0.0.2:139           0.0.0.0:0              ABHÖREN
`;
  expect(parseNetstat(windows.replaceAll('\n', '\r\n'))).toEqual([135, 11434, 1234]);
});
