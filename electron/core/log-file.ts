import * as fs from 'node:fs';
import { promisify } from 'node:util';

/** Largest size of the file, bytes. With its predecessor it takes twice as much. */
const MAX_BYTES = 1_000_000;
/** Most bytes waiting for a slow disk; further lines are dropped. Standard error has them too. */
const MAX_WAITING = 256 * 1024;
/** The log names clients and models, so other users of the machine must not read it. */
const PRIVATE = 0o600;

const write = promisify(fs.write);
const close = promisify(fs.close);
const truncate = promisify(fs.ftruncate);

/**
 * A file to which the log is appended, for users who cannot see standard error. Writes are
 * asynchronous. A full file is renamed to `NAME.1`, which replaces the previous one. After a failed
 * write, only its own lines are lost.
 *
 * This is not pino's own file destination, because its `flushSync` waits forever on a full disk.
 */
export class LogFile {
  readonly path: string;
  readonly #maxBytes: number;
  #fd: number;
  #bytes: number;
  #waiting = '';
  #isWriting = false;

  /** Throws a system error if the file cannot be opened, or is not a regular file. */
  constructor(path: string, maxBytes = MAX_BYTES) {
    this.path = path;
    this.#maxBytes = maxBytes;
    // Opening a pipe would block until it has a reader.
    const known = fs.statSync(path, { throwIfNoEntry: false });
    if (known !== undefined && !known.isFile()) throw new TypeError(`${path} is not a file`);
    this.#fd = fs.openSync(path, 'a', PRIVATE);
    if (known !== undefined) fs.chmodSync(path, PRIVATE);
    this.#bytes = fs.fstatSync(this.#fd).size;
  }

  /** Appends a line asynchronously. Never throws. */
  write(line: string): void {
    if (this.#waiting.length + line.length > MAX_WAITING) return;
    this.#waiting += line;
    if (!this.#isWriting) void this.#drain();
  }

  /** Writes the waiting lines before the process ends. Never throws. */
  flush(): void {
    try {
      if (this.#waiting !== '') fs.writeSync(this.#fd, this.#waiting);
    } catch {
      // The disk is full or gone.
    }
    this.#waiting = '';
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting !== '') {
      const lines = Buffer.from(this.#waiting);
      this.#waiting = '';
      try {
        await this.#append(lines);
      } catch {
        // The disk is full or gone.
      }
    }
    this.#isWriting = false;
  }

  async #append(lines: Buffer): Promise<void> {
    if (this.#bytes > 0 && this.#bytes + lines.length > this.#maxBytes) await this.#rotate();
    for (let done = 0; done < lines.length;) {
      const { bytesWritten } = await write(this.#fd, lines, done, lines.length - done, null);
      done += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }

  async #rotate(): Promise<void> {
    const full = this.#fd;
    try {
      await fs.promises.rename(this.path, `${this.path}.1`);
      this.#fd = await promisify(fs.open)(this.path, 'a', PRIVATE);
    } catch {
      // The file must not grow without limit, so it is emptied if it cannot be renamed.
      await truncate(full, 0);
      this.#bytes = 0;
      return;
    }
    this.#bytes = 0;
    await close(full);
  }
}
