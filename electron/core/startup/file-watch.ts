import fs from 'node:fs';
import { basename, dirname } from 'node:path';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';

/** How long a file must be left alone before it is looked at: editors write in several steps. */
const QUIET_MS = 200;
const POLL_MS = 2_000;

export interface FileWatchOptions {
  readonly path: string;
  /** Called a moment after the file may have changed, appeared or gone. */
  readonly onChange: () => void;
  readonly log: Log;
  /** `fs.watch` unless given. */
  readonly watch?: typeof fs.watch;
}

/**
 * Watches a file through its folder, because editors replace files by renaming. A symbolic link is
 * watched in both places. Where folders cannot be watched (a limit of the system, some network file
 * systems), the file is polled every two seconds. Returns the function that ends the watch; the watch
 * itself keeps no process alive.
 */
export function watchFile(options: FileWatchOptions): () => void {
  const { path, onChange, log, watch = fs.watch } = options;
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS).unref();
  };
  const endings: (() => void)[] = [() => clearTimeout(timer)];
  const poll = (error: unknown): void => {
    log.info({ code: systemCode(error) }, `${basename(path)} is polled: it cannot be watched here`);
    endings.push(pollFile(path, changed));
  };
  for (const place of places(path)) {
    const name = basename(place);
    try {
      const watcher = watch(dirname(place), { persistent: false }, (_event, file) => {
        if (file === null || file === name) changed();
      });
      watcher.on('error', (error) => log.warn({ code: systemCode(error) }, 'a watch ended'));
      endings.push(() => watcher.close());
    } catch (error) {
      poll(error);
      break;
    }
  }
  return () => endings.forEach((end) => end());
}

/** Compares with the file as it is now. `fs.watchFile` would miss a change before its first poll. */
function pollFile(path: string, onChange: () => void): () => void {
  let last = stampOf(statsOf(path));
  const timer = setInterval(() => {
    fs.stat(path, (_error, stats?: fs.Stats) => {
      const stamp = stampOf(stats);
      if (stamp !== last) onChange();
      last = stamp;
    });
  }, POLL_MS).unref();
  return () => clearInterval(timer);
}

function statsOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path);
  } catch {
    return undefined;
  }
}

/** Differs after a change. Undefined stats, of a file that cannot be read, have one of their own. */
function stampOf(stats: fs.Stats | undefined): string {
  return stats === undefined ? '' : [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join();
}

function places(path: string): string[] {
  try {
    return [...new Set([path, fs.realpathSync(path)])];
  } catch {
    // There is no file yet.
    return [path];
  }
}
