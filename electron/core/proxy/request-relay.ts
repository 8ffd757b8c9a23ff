import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { HEAD_ALONE, trailerPairs } from './headers.ts';
import type { Observer } from './observer.ts';

/** The buffered start of a request body. `complete` is true if it is the whole body. */
export interface HeldBody {
  readonly chunks: readonly Buffer[];
  readonly complete: boolean;
}

/** A request body while it is relayed. */
export interface Upload {
  /** True once the client has sent the first byte of the body. */
  readonly begun: boolean;
}

/**
 * Relays a request's body and trailers to the upstream as they arrive. Reading pauses while the
 * upstream accepts no more data. If the upstream connection closes, the rest of the body is read
 * and dropped, because many clients read the answer only after they have sent everything.
 */
export function relayUpload(
  req: IncomingMessage,
  up: ClientRequest,
  observer: Observer,
  held: readonly Buffer[] = [],
): Upload {
  const upload = { begun: held.length > 0 };
  const onData = (chunk: Buffer): void => {
    upload.begun = true;
    if (!up.write(chunk)) req.pause();
    observer.requestChunk(chunk);
  };
  for (const chunk of held) up.write(chunk);
  req.on('data', onData);
  up.on('drain', () => req.resume());
  req.on('end', () => {
    if (up.destroyed) return;
    finishUpload(req, up);
    observer.requestEnd();
  });
  up.on('close', () => {
    req.off('data', onData);
    req.resume();
  });
  req.resume();
  // Sends the head without waiting for the body. Node emits body data that has already arrived in
  // the next tick, so head and body then still share one packet.
  process.nextTick(() => {
    if (!upload.begun && !up.destroyed) up.write(HEAD_ALONE);
  });
  return upload;
}

/** Ends the upstream request and adds the client's trailers, if there are any. */
export function finishUpload(req: IncomingMessage, up: ClientRequest): void {
  const trailers = trailerPairs(req.rawTrailers);
  if (trailers !== null) up.addTrailers(trailers);
  up.end();
}

/**
 * Buffers a request's body until it ends or exceeds `limit` bytes, then pauses reading and calls
 * `onHeld`. `onHeld` is not called if the client disconnects first.
 */
export function holdUpload(
  req: IncomingMessage,
  limit: number,
  observer: Observer,
  onHeld: (held: HeldBody) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const release = (complete: boolean): void => {
    req.off('data', onData);
    req.off('end', onEnd);
    req.pause();
    onHeld({ chunks, complete });
  };
  const onEnd = (): void => release(true);
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    observer.requestChunk(chunk);
    if (length > limit) release(false);
  };
  req.on('data', onData);
  req.on('end', onEnd);
}

/**
 * Destroys the upstream request if the client disconnects while it still uploads after an early
 * answer. Node no longer reports the closed connection on the request at that point.
 */
export function followUpload(req: IncomingMessage, up: ClientRequest): void {
  const { socket } = req;
  const free = (): void => {
    up.destroy();
  };
  socket.once('close', free);
  up.once('close', () => socket.off('close', free));
}

/**
 * Delays the observer until a new connection is established: the bytes are sent only then, and
 * observing must not come before sending.
 */
export function forwardFirst(socket: Socket, observer: Observer): void {
  if (!socket.connecting) return;
  observer.hold();
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => observer.release());
  socket.once('close', () => observer.release());
}
