import pino from 'pino';

/** What the core logs through. Prompts and keys never reach it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ClosableLog extends Log {
  /** Writes out what is buffered; call it last. */
  flush(): void;
}

/**
 * A logger that writes JSON lines to standard error. Writes are asynchronous: a reader of standard
 * error that stalls must not stop the proxy.
 */
export function createLog(level: LogLevel): ClosableLog {
  const destination = pino.destination({ fd: 2, sync: false });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    flush: () => {
      try {
        destination.flushSync();
      } catch {
        // Nothing was opened yet or the descriptor is gone: there is nobody left to tell.
      }
    },
  };
}

/** A log that keeps nothing, for tests of parts that need one. */
export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
