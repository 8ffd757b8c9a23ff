import type { ChildProcess } from 'node:child_process';

const KILL_AFTER_MS = 1000;

/** Ends a child, by force if SIGTERM does not help. Resolves when it is gone. */
export function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(force);
      // A grandchild may keep the pipes open. Their content is no longer needed.
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve();
    });
    child.kill();
  });
}
