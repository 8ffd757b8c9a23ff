import { describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import { ClientProcesses } from './client-processes.ts';
import type { FindProcesses, LocalSocket } from './process-finder.ts';

const connection = (remotePort: number, isLocal = true) => ({
  ...{ isLocal, remotePort, localPort: 11_435 },
});

/** A search whose end the test decides. */
function held(): { find: FindProcesses; searches: LocalSocket[][]; end: (name?: string) => void } {
  const searches: LocalSocket[][] = [];
  let end = (): void => undefined;
  let named = '';
  const find: FindProcesses = async (sockets) => {
    searches.push([...sockets]);
    await new Promise<void>((resolve) => (end = resolve));
    return new Map(sockets.map((socket) => [socket, `${named}${socket.port}`]));
  };
  return {
    ...{ find, searches },
    end: (name = 'p') => {
      named = name;
      end();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('the program of a connection', () => {
  it('is searched once, is unknown until then, and is kept for the connection', async () => {
    const { find, searches, end } = held();
    const processes = new ClientProcesses({ isEnabled: () => true, log: SILENT_LOG, find });
    const first = connection(1);
    expect([processes.nameOf(first), processes.nameOf(first)]).toEqual([null, null]);
    end();
    await settled();
    for (let n = 0; n < 1_000; n += 1) expect(processes.nameOf(first)).toBe('p1');
    expect(searches).toHaveLength(1);
  });

  it('is searched anew for another connection with the same port', async () => {
    const { find, searches, end } = held();
    const processes = new ClientProcesses({ isEnabled: () => true, log: SILENT_LOG, find });
    const [before, after] = [connection(1), connection(1)];
    processes.nameOf(before);
    end('old');
    await settled();
    processes.nameOf(after);
    await expect.poll(() => searches.length).toBe(2);
    end('new');
    await settled();
    expect([processes.nameOf(before), processes.nameOf(after)]).toEqual(['old1', 'new1']);
  });

  it('is searched for all that wait at once, at most for the newest 256', async () => {
    const { find, searches, end } = held();
    const processes = new ClientProcesses({ isEnabled: () => true, log: SILENT_LOG, find });
    const all = Array.from({ length: 301 }, (_, port) => connection(port));
    for (const each of all) processes.nameOf(each);
    expect(searches).toHaveLength(1);
    end();
    await expect.poll(() => searches.length).toBe(2);
    expect(searches[1]?.map(({ port }) => port)).toEqual(
      Array.from({ length: 256 }, (_, index) => index + 45),
    );
  });

  it('is not searched for clients on other machines, nor while the setting is off', () => {
    const { find, searches } = held();
    let isEnabled = false;
    const processes = new ClientProcesses({ isEnabled: () => isEnabled, log: SILENT_LOG, find });
    expect(processes.nameOf(connection(1))).toBeNull();
    isEnabled = true;
    expect([processes.nameOf(connection(1, false)), processes.nameOf(null)]).toEqual([null, null]);
    expect(searches).toEqual([]);
  });

  it('stays unknown where the search fails, which the log has once', async () => {
    const lines: string[] = [];
    const log = { ...SILENT_LOG, warn: (_: object, line: string) => void lines.push(line) };
    let searches = 0;
    const find: FindProcesses = () => {
      searches += 1;
      return Promise.reject(new Error('no such tool'));
    };
    const processes = new ClientProcesses({ isEnabled: () => true, log, find });
    const tried = [connection(1), connection(2)];
    for (const [index, each] of tried.entries()) {
      processes.nameOf(each);
      await expect.poll(() => searches).toBe(index + 1);
    }
    await settled();
    expect(tried.map((each) => processes.nameOf(each))).toEqual([null, null]);
    expect(lines).toEqual(["clients' processes cannot be found on this system"]);
  });
});
