import * as fs from 'node:fs';
import { promisify } from 'node:util';

/** The file and its predecessor take at most twice this. */
const MAX_BYTES = 1_000_000;
/** Lines that wait for a slow disk; further ones are dropped. Standard error has them too. */
const MAX_WAITING = 256 * 1024;
/** The log tells of clients and models, so other users of the machine may not read it. */
const PRIVATE = 0o600;

const write = promisify(fs.write);
const close = promisify(fs.close);
const truncate = promisify(fs.ftruncate);

/**
 * A file that the log is appended to, for people who cannot see standard error. Writes are asynchronous. A
 * full file is renamed to `NAME.1`, which replaces the one before. A failed write loses its lines and nothing
 * else.
 *
 * pino's own file destination is not used: its `flushSync` waits for ever on a full disk.
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
    // Opening a pipe would wait for its reader.
    const known = fs.statSync(path, { throwIfNoEntry: false });
    if (known !== undefined && !known.isFile()) throw new TypeError(`${path} is not a file`);
    this.#fd = fs.openSync(path, 'a', PRIVATE);
    if (known !== undefined) fs.chmodSync(path, PRIVATE);
    this.#bytes = fs.fstatSync(this.#fd).size;
  }

  /** Appends a line soon. Never throws. */
  write(line: string): void {
    if (this.#waiting.length + line.length > MAX_WAITING) return;
    this.#waiting += line;
    if (!this.#isWriting) void this.#drain();
  }

  /** Writes what waits, for the end of the process. Never throws. */
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
      // The file may not grow without a bound, so what cannot be put aside is emptied.
      await truncate(full, 0);
      this.#bytes = 0;
      return;
    }
    this.#bytes = 0;
    await close(full);
  }
}
