import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLinuxProcesses } from './linux-processes.ts';
import { parseLsof, parsePs } from './macos-processes.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import { parseNetstat, parseWindowsProcesses } from './windows-processes.ts';

const SOCKET = { port: 50_123, proxyPort: 11_435 };
const OTHER = { port: 50_124, proxyPort: 11_435 };
const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** As Linux 6.8 writes it. The first line is the proxy's own end of the connection. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:${hex(11_435)} 0100007F:${hex(50_123)} 01 00000000:00000000 00:00000000 00000000  1000        0 7001 1 0000000000000000 20 4 30 10 -1
   1: 0100007F:${hex(50_123)} 0100007F:${hex(11_435)} 01 00000000:00000000 02:00000B36 00000000  1000        0 7002 2 0000000000000000 20 4 26 10 -1
   2: 0100007F:${hex(50_124)} 0100007F:${hex(11_435)} 06 00000000:00000000 03:000017A3 00000000     0        0 0 3 0000000000000000
   3: garbage
`;
/** A dual-stack proxy. */
const TABLE_6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:${hex(50_124)} 0000000000000000FFFF00000100007F:${hex(11_435)} 01 00000000:00000000 00:00000000 00000000  1001        0 7003 1 0000000000000000 20 4 30 10 -1
`;

describe('Linux', () => {
  it("has the client's end of a connection in its table, not the proxy's", () => {
    const found = parseProcNetTcp(TABLE, [SOCKET, OTHER]);
    expect([...found]).toEqual([[SOCKET, { inode: 7002, uid: 1000 }]]);
    expect(parseProcNetTcp(TABLE_6, [OTHER]).get(OTHER)).toEqual({ inode: 7003, uid: 1001 });
    expect(parseProcNetTcp(TABLE, [{ ...SOCKET, proxyPort: 11_437 }]).size).toBe(0);
    expect(parseProcNetTcp('', [SOCKET]).size).toBe(0);
  });

  /** A `/proc` with one process of this user that holds a socket. */
  function fakeProc(processOf: { exe: string; cmdline: string }, inode = 7002): string {
    const proc = mkdtempSync(join(tmpdir(), 'tokwatt-proc-'));
    onTestFinished(() => rmSync(proc, { recursive: true }));
    mkdirSync(join(proc, 'net'));
    const table = TABLE.replaceAll(' 1000 ', ` ${process.getuid?.() ?? 0} `);
    writeFileSync(join(proc, 'net', 'tcp'), table);
    for (const pid of ['12', '4711']) mkdirSync(join(proc, pid, 'fd'), { recursive: true });
    symlinkSync('/dev/null', join(proc, '4711', 'fd', '0'));
    symlinkSync(`socket:[${inode}]`, join(proc, '4711', 'fd', '7'));
    symlinkSync(processOf.exe, join(proc, '4711', 'exe'));
    writeFileSync(join(proc, '4711', 'cmdline'), processOf.cmdline);
    return proc;
  }

  it.runIf(process.platform === 'linux')('finds the process that holds a socket', async () => {
    const secret = 'python3\0/home/me/agent.py\0--key\0sk-secret\0';
    const find = createLinuxProcesses({
      proc: fakeProc({ exe: '/usr/bin/python3.12', cmdline: secret }),
    });
    expect([...(await find([SOCKET, OTHER]))]).toEqual([[SOCKET, 'agent.py']]);
    // The process is known from now on.
    expect([...(await find([SOCKET]))]).toEqual([[SOCKET, 'agent.py']]);
  });

  it.runIf(process.platform === 'linux')('finds nothing for a socket of nobody', async () => {
    const proc = fakeProc({ exe: '/usr/bin/curl', cmdline: 'curl\0' }, 9999);
    expect((await createLinuxProcesses({ proc })([SOCKET])).size).toBe(0);
    expect((await createLinuxProcesses({ proc: join(proc, 'none') })([SOCKET])).size).toBe(0);
  });
});

describe('macOS', () => {
  it('has the process before its sockets in the output of lsof', () => {
    const text = [
      ...['p812', 'f21', 'n127.0.0.1:11435->127.0.0.1:50123', 'p4711', 'f9'],
      ...['n127.0.0.1:50123->127.0.0.1:11435', 'f11', 'n[::1]:50124->[::1]:11435', 'n*:50123', ''],
    ].join('\n');
    expect([...parseLsof(text, [SOCKET, OTHER])]).toEqual([
      [SOCKET, 4711],
      [OTHER, 4711],
    ]);
    expect(parseLsof('', [SOCKET]).size).toBe(0);
  });

  it('has paths with spaces in the output of ps', () => {
    const text =
      '  812 /Applications/LM Studio.app/Contents/MacOS/LM Studio\n 4711 /usr/bin/python3\n\n';
    expect([...parsePs(text)]).toEqual([
      [812, '/Applications/LM Studio.app/Contents/MacOS/LM Studio'],
      [4711, '/usr/bin/python3'],
    ]);
  });
});

describe('Windows', () => {
  it('has the process at the end of a line of netstat, in any language', () => {
    const text = [
      '\r\nAktive Verbindungen\r\n',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:11435        127.0.0.1:50123        HERGESTELLT      812',
      '  TCP    127.0.0.1:50123        127.0.0.1:11435        HERGESTELLT      4711',
      '  TCP    [::1]:50124            [::1]:11435            ESTABLISHED      4712',
      '  TCP    127.0.0.1:50125        127.0.0.1:11435        TIME_WAIT        0',
    ].join('\r\n');
    const gone = { port: 50_125, proxyPort: 11_435 };
    expect([...parseNetstat(text, [SOCKET, OTHER, gone])]).toEqual([
      [SOCKET, 4711],
      [OTHER, 4712],
    ]);
  });

  it('has one process or a list of them in the JSON of PowerShell', () => {
    const one =
      '{"ProcessId":4711,"Name":"python.exe","CommandLine":"\\"C:\\\\Python\\\\python.exe\\" agent.py"}';
    const facts = { executable: 'python.exe', args: ['agent.py'] };
    expect([...parseWindowsProcesses(one)]).toEqual([[4711, facts]]);
    const two = `[${one},{"ProcessId":5,"Name":"Zed.exe","CommandLine":null}]\r\n`;
    expect(parseWindowsProcesses(two).get(5)).toEqual({ executable: 'Zed.exe', args: [] });
    expect(parseWindowsProcesses('').size).toBe(0);
  });
});
