/** What is known about who sent an IPC message; Electron's event has this shape. */
export interface Sender {
  readonly sender: { readonly id: number };
  /** Null when the frame went away before its message was read. */
  readonly senderFrame: {
    readonly origin: string;
    /** Null for a main frame. */
    readonly parent: object | null;
  } | null;
}

/** Who may send: pages of one origin, in the windows Tokwatt opened itself. */
export interface Trust {
  readonly origin: string;
  isOurWindow(webContentsId: number): boolean;
}

/**
 * Why a message is refused, or null if its sender is trusted: a main frame of ours, showing our page.
 * The frame's origin is asked, not its address: a sandboxed page keeps its address and loses its origin.
 */
export function distrust({ sender, senderFrame }: Sender, trust: Trust): string | null {
  if (senderFrame === null) return 'its frame is gone';
  if (senderFrame.parent !== null) return 'it is not a main frame';
  if (!trust.isOurWindow(sender.id)) return 'it is not a window of ours';
  if (senderFrame.origin !== trust.origin) return `its origin is ${senderFrame.origin}`;
  return null;
}
