/** The other end of a helper process: how it talks to the process that started it. */
export interface HelperPort {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  postMessage(message: object): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The port of this helper process, under Node (`fork`) as under Electron (`utilityProcess`). The
 * process ends when the one that started it is gone.
 */
export function helperPort(): HelperPort {
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort | null };
  if (parentPort !== undefined && parentPort !== null) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
    };
  }
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', listener),
  };
}
