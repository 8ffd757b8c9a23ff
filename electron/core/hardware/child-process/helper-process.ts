import { fork } from 'node:child_process';
import { endChild } from './end-child.ts';

/** A child process of this program. It calls a driver's library, whose crash must not end Tokwatt. */
export interface HelperProcess {
  postMessage(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once when the process is gone. `how` is a phrase for people, such as `signal SIGABRT`. */
  onExit(listener: (how: string) => void): void;
  /** Ends the process. Resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a bundle entry as a helper. The packaged Electron does not run as Node, so the shell has
 * its own way to do it.
 */
export type StartHelper = (path: string) => HelperProcess;

/** Starts a helper under plain Node. */
export const startNodeHelper: StartHelper = (path) => {
  const child = fork(path, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  // An error in sending means that the process ends, which `exit` tells.
  child.on('error', () => undefined);
  return {
    postMessage: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', (code, signal) => {
        listener(signal === null ? `exit code ${code}` : `signal ${signal}`);
      });
    },
    kill: () => endChild(child),
  };
};
