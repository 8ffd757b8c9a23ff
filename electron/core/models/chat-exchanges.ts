import type { ActivityRecord } from '../../../shared/usage.ts';
import { putNewest } from '../newest-entries.ts';

/** Most chats whose rows are remembered. */
const MAX_KEPT = 500;

/** What is known of a chat: the id of its row, or null while it has none. */
interface Chat {
  row: number | null;
  onRow: (() => void)[];
}

/** Finds the rows of chats that went through Tokwatt's own proxy, by the ids of their requests. */
export class ChatExchanges {
  readonly #chats = new Map<string, Chat>();

  /** Call it before the request is sent. */
  begin(requestId: string): void {
    putNewest(this.#chats, requestId, { row: null, onRow: [] }, MAX_KEPT);
  }

  /** Takes a finished exchange with the id that its request named; null if it named none. */
  observe({ id }: ActivityRecord, requestId: string | null): void {
    const chat = requestId === null ? undefined : this.#chats.get(requestId);
    if (chat === undefined) return;
    chat.row = id;
    for (const tell of chat.onRow.splice(0)) tell();
  }

  /** The id of a chat's row; null if it has none yet, undefined for an unknown chat. */
  rowOf(requestId: string): number | null | undefined {
    return this.#chats.get(requestId)?.row;
  }

  /**
   * Waits for the row of a chat, which is made just after its answer. Null if there is none within
   * the limit, because metering is paused or failed.
   */
  async waitFor(requestId: string, limitMs: number): Promise<number | null> {
    const chat = this.#chats.get(requestId);
    if (chat?.row !== null) return chat?.row ?? null;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      chat.onRow.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    return chat.row;
  }
}
