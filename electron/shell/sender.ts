/** The sender of an IPC message, in the shape of Electron's event. */
export interface Sender {
  readonly sender: { readonly id: number };
  /** Null when the frame went away before its message was read. */
  readonly senderFrame: {
    readonly origin: string;
    /** Null for a main frame. */
    readonly parent: object | null;
  } | null;
}

/** Allowed senders: pages of one origin in Tokwatt's own windows. */
export interface Trust {
  readonly origin: string;
  isOurWindow(webContentsId: number): boolean;
}

/**
 * The reason to refuse a message; null if its sender is a main frame of ours that shows our page. The
 * frame's origin is compared, not its URL: a sandboxed page keeps its URL and loses its origin.
 */
export function distrust({ sender, senderFrame }: Sender, trust: Trust): string | null {
  if (senderFrame === null) return 'its frame is gone';
  if (senderFrame.parent !== null) return 'it is not a main frame';
  if (!trust.isOurWindow(sender.id)) return 'it is not a window of ours';
  if (senderFrame.origin !== trust.origin) return `its origin is ${senderFrame.origin}`;
  return null;
}
