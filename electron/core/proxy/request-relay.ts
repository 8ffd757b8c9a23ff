import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { HEAD_ALONE, trailerPairs } from './headers.ts';
import type { Observer } from './observer.ts';

/** The part of a request body that was held back, and whether it is all of it. */
export interface HeldBody {
  readonly chunks: readonly Buffer[];
  readonly complete: boolean;
}

/** A body on its way. */
export interface Upload {
  /** Whether the client sent any of it. */
  readonly begun: boolean;
}

/**
 * Passes a request's body on as it comes, its trailers included. Reading stops while the upstream
 * does not take more. Once the upstream is gone, the rest is read and dropped, so that the client
 * gets to reading the answer.
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
  // The upstream learns of the request before its body comes, but in one packet with it if it is
  // there already: data is handed out in the next tick.
  process.nextTick(() => {
    if (!upload.begun && !up.destroyed) up.write(HEAD_ALONE);
  });
  return upload;
}

/** Ends the upstream's request, with the client's trailers if it sent some. */
export function finishUpload(req: IncomingMessage, up: ClientRequest): void {
  const trailers = trailerPairs(req.rawTrailers);
  if (trailers !== null) up.addTrailers(trailers);
  up.end();
}

/**
 * Collects a request's body to its end, or until it is longer than `limit` bytes; then stops reading
 * and hands over what it has. Never calls back if the client goes away before.
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
 * After an early answer the body may still be on its way, and Node no longer tells the request of its
 * connection's end.
 */
export function followUpload(req: IncomingMessage, up: ClientRequest): void {
  const { socket } = req;
  const free = (): void => {
    up.destroy();
  };
  socket.once('close', free);
  up.once('close', () => socket.off('close', free));
}

/** On a new connection, bytes go out once it stands; looking at them can wait for that. */
export function forwardFirst(socket: Socket, observer: Observer): void {
  if (!socket.connecting) return;
  observer.hold();
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => observer.release());
  socket.once('close', () => observer.release());
}
