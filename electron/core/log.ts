import { join } from 'node:path';
import pino from 'pino';
import { foreignJson } from '../../shared/foreign-name.ts';
import { LogFile } from './log-file.ts';

/** The core's interface to the log. Prompts and keys are never logged. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ClosableLog extends Log {
  /** The path of the log file; null if there is none. */
  readonly file: string | null;
  /** Writes out buffered lines; call it last. */
  flush(): void;
}

/**
 * A logger that writes JSON lines to standard error and to `tokwatt.log` in a folder. Writes are
 * asynchronous: a reader of standard error that stalls must not stop the proxy.
 * @param folder an existing data folder; null for standard error only
 */
export function createLog(level: LogLevel, folder: string | null = null): ClosableLog {
  const stderr = pino.destination({ fd: 2, sync: false });
  let isBroken = false;
  // Without a listener, a full disk behind standard error would cause an uncaught exception.
  stderr.on('error', () => (isBroken = true));
  const file = folder === null ? null : openLogFile(join(folder, 'tokwatt.log'));
  const streams = [stderr, ...(file === null ? [] : [file])].map((stream) => ({
    // Names of models and programs must not turn a terminal's line round.
    write: (line: string) => stream.write(foreignJson(line)),
  }));
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream(streams.map((stream) => ({ level, stream }))),
  );
  return {
    file: file?.path ?? null,
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: () => {
      file?.flush();
      try {
        // pino waits forever for a descriptor that accepts no data.
        if (!isBroken) stderr.flushSync();
      } catch {
        // Nothing was opened yet, or the descriptor is closed, so there is nowhere to report it.
      }
    },
  };
}

/**
 * Opens the log file. Null on failure: Tokwatt works without it, and standard error has the same
 * lines.
 */
function openLogFile(path: string): LogFile | null {
  try {
    return new LogFile(path);
  } catch {
    return null;
  }
}

/** A log that drops everything, for tests. */
export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
