import type { SendHandle } from 'node:child_process';
import type { AddressInfo, Server } from 'node:net';
import process from 'node:process';
import { readGuardMessage } from '../guard/messages.ts';
import type { CoreMessage, PortAddress } from '../guard/messages.ts';
import type { HostedCore } from './core-contract.ts';
import type { InheritedSockets } from './startup/inherited-sockets.ts';

const BEAT_MS = 1_000;

/**
 * Connects a core with the guard that started it; does nothing without one. The guard gets each listening socket and,
 * once a second, a sign that the event loop runs. Resolves when it has all sockets, from which on it can step in.
 */
export async function linkToGuard(
  core: Pick<HostedCore, 'service'>,
  sockets: InheritedSockets,
): Promise<void> {
  if (process.send === undefined) return;
  const donate = (server: Server): void => {
    const listener = addressOf(server);
    if (listener !== null) void send({ listener }, handleOf(server));
  };
  const beat = (): Promise<void> => {
    const targets = core.service.targets();
    const ports = sockets.open.map(addressOf).filter((each) => each !== null);
    return send({ beat: ports.map((each) => ({ ...each, to: targets.get(each.port) ?? null })) });
  };
  process.on('message', (raw) => {
    const message = readGuardMessage(raw);
    if (message === null) return;
    if ('donate' in message) {
      sockets.open.forEach(donate);
      void beat();
    } else core.service.noteUnmetered(message.unmetered);
  });
  sockets.follow(donate);
  setInterval(() => void beat(), BEAT_MS);
  await beat();
}

/**
 * Resolves when the message is sent, after the handles before it have arrived. Errors mean that the guard has ended.
 * The core goes on without it.
 */
function send(message: CoreMessage, handle?: SendHandle): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, handle, {}, () => resolve());
    else resolve();
  });
}

function addressOf(server: Server): PortAddress | null {
  const { address, port } = (server.address() ?? {}) as Partial<AddressInfo>;
  return address === undefined || port === undefined ? null : { address, port };
}

/**
 * The handle below a server. A server itself cannot be sent: the receiver would accept its connections at once.
 */
function handleOf(server: Server): SendHandle | undefined {
  return (server as { _handle?: SendHandle })._handle;
}
