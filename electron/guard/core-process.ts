import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { readCoreMessage } from './messages.ts';
import type { GuardMessage, GuardedPort, PortAddress } from './messages.ts';

export interface CoreProcessOptions {
  /** The file that Node runs, with its arguments. */
  readonly command: readonly string[];
  /** Listening sockets that the core inherits, as descriptors or handles. */
  readonly sockets: readonly (number | object)[];
  readonly onBeat: (ports: readonly GuardedPort[]) => void;
  /** A listening socket of the core. The guard owns the handle from now on. */
  readonly onListener: (at: PortAddress, handle: Handle) => void;
  readonly onExit: (code: number | null, signal: NodeJS.Signals | null) => void;
}

/** A handle of a listening socket, as Node passes it between processes. */
export interface Handle {
  close(): void;
}

/** The core as a child process that inherits the listening sockets and sends heartbeats. */
export class CoreProcess {
  readonly #child: ChildProcess;
  #isOver = false;

  constructor({ command, sockets, onBeat, onListener, onExit }: CoreProcessOptions) {
    // Node passes a handle here as it passes a stream, which its types do not say.
    const inherited = sockets as number[];
    this.#child = spawn(process.execPath, [...process.execArgv, ...command], {
      stdio: ['inherit', 'inherit', 'inherit', ...inherited, 'ipc'],
      env: { ...process.env, TOKWATT_LISTEN_FDS: String(sockets.length), TOKWATT_SERVICE: '1' },
    });
    this.#child.on('message', (raw: unknown, handle: unknown) => {
      const message = readCoreMessage(raw);
      const socket = isHandle(handle) ? handle : null;
      if (this.#isOver || message === null || 'beat' in message) socket?.close();
      if (this.#isOver || message === null) return;
      if ('beat' in message) onBeat(message.beat);
      else if (socket !== null) onListener(message.listener, socket);
    });
    const over = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.#isOver) return;
      this.#isOver = true;
      onExit(code, signal);
    };
    this.#child.on('exit', over);
    this.#child.on('error', () => {
      // It could not be started, or a message could not be sent to a core that has just ended.
      if (this.#child.pid === undefined) over(1, null);
    });
  }

  tell(message: GuardMessage): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'close' in value;
}
