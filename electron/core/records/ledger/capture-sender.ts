import type { Log } from '../../log.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import { DEFAULT_CAPTURE_LIMITS, clipCapture } from './captures.ts';
import type { CaptureLimits } from './captures.ts';
import type { WriterConnection } from './writer-connection.ts';

/** Most captures being sent to the writer; each may have some megabytes. */
const MAX_WAITING = 16;

/** Sends captures to the writer thread, a bounded number at the same time. */
export class CaptureSender {
  readonly #writer: WriterConnection;
  readonly #options: { readonly log: Log; readonly captureLimits?: CaptureLimits };
  #waiting = 0;

  constructor(
    writer: WriterConnection,
    options: { readonly log: Log; readonly captureLimits?: CaptureLimits },
  ) {
    this.#writer = writer;
    this.#options = options;
  }

  /** False if the capture was not stored, because too many wait or the file is not open. */
  async save(id: number, at: number, content: CaptureContent): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) return false;
    this.#waiting += 1;
    try {
      const limits = this.#options.captureLimits ?? DEFAULT_CAPTURE_LIMITS;
      await this.#writer.call('saveCapture', { id, at, content: clipCapture(content, limits) });
      return true;
    } catch (error) {
      this.#options.log.debug({ error: String(error) }, 'a capture was not stored');
      return false;
    } finally {
      this.#waiting -= 1;
    }
  }
}
