import type { Core, Ready } from '../../core/core-contract.ts';
import { createLog } from '../../core/log.ts';
import type { ClosableLog } from '../../core/log.ts';
import { ownSession } from '../own-session.ts';
import type { Session, SessionOptions } from '../session.ts';
import { CurrentCore } from './current-core.ts';
import type { FoundCore } from './find-core.ts';
import { RemoteCore } from './remote-core.ts';

/**
 * Shows a core that runs in another process, which keeps the data folder, until a core is started
 * here. The log file and all documents of the folder belong to that process.
 */
export class AttachedSession implements Session {
  readonly core: Core;
  readonly log: ClosableLog;
  readonly #options: SessionOptions;
  readonly #found: FoundCore;
  readonly #current: CurrentCore;
  readonly #stderr: ClosableLog;
  #own: Session | null = null;
  #starting: Promise<void> | null = null;

  constructor(options: SessionOptions, found: FoundCore) {
    const { dataDir: folder, version, flags } = options;
    this.#options = options;
    this.#found = found;
    this.#stderr = createLog(flags.logLevel);
    this.log = currentLog(() => this.#own?.log ?? this.#stderr);
    this.#current = new CurrentCore(new RemoteCore({ folder, version, found, log: this.log }));
    this.core = this.#current;
  }

  start(): Promise<Ready> {
    const { pid, version } = this.#found.holder;
    const note = 'showing a headless Tokwatt, which keeps its own servers, ports and settings';
    this.log.info({ pid, version }, note);
    return this.#current.start();
  }

  startHere(): Promise<void> {
    if (this.#own !== null) return Promise.resolve();
    this.#starting ??= this.#startOwn().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  announceEnd(): void {
    this.#own?.announceEnd();
  }

  close(): void {
    this.#own?.close();
    this.#stderr.flush();
  }

  async #startOwn(): Promise<void> {
    const own = await ownSession(this.#options);
    try {
      await own.start();
    } catch (error) {
      own.close();
      throw error;
    }
    this.#own = own;
    await this.#current.replace(own.core);
  }
}

/** The log file is this process's as soon as the core is. */
function currentLog(current: () => ClosableLog): ClosableLog {
  return {
    get file() {
      return current().file;
    },
    debug: (fields, message) => current().debug(fields, message),
    info: (fields, message) => current().info(fields, message),
    warn: (fields, message) => current().warn(fields, message),
    error: (fields, message) => current().error(fields, message),
    flush: () => current().flush(),
  };
}
