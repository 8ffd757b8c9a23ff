import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { headerLines } from './headers.ts';
import { tellConnection } from './connection-header.ts';
import type { ErrorBody } from './tap.ts';

/** An error answer of the proxy itself. */
export interface Refusal {
  readonly status: number;
  /** For programs: lower case with underscores. */
  readonly code: string;
  /** One or two sentences for a person. */
  readonly message: string;
  /** Further header lines: name, value, name, value. */
  readonly headers?: readonly string[];
}

/** The header lines of a refusal. */
export type RefusalHeaders = readonly string[];

/**
 * Sends a refusal through Node's response. The body has the shape that clients of the path expect.
 * Returns the header lines sent.
 */
export function refuse(
  res: ServerResponse,
  request: { readonly method: string; readonly path: string },
  refusal: Refusal,
  errorBody: ErrorBody,
  close: boolean,
): RefusalHeaders {
  const { headers, body } = render(request, refusal, errorBody);
  res.sendDate = false;
  tellConnection(res, headers, close, res.req.httpVersionMinor);
  // Explicitly, because a head of the upstream that Node rejected may have left its own phrase.
  res.writeHead(refusal.status, STATUS_CODES[refusal.status] ?? '', headers);
  res.end(body);
  return headers;
}

/** Writes a refusal to a raw socket and closes it. Returns the header lines sent. */
export function refuseRaw(
  socket: Duplex,
  request: { readonly method: string; readonly path: string },
  refusal: Refusal,
  errorBody: ErrorBody,
): RefusalHeaders {
  const { headers, body } = render(request, refusal, errorBody);
  headers.push('Connection', 'close');
  if (socket.writable) {
    const phrase = STATUS_CODES[refusal.status] ?? '';
    const head = `HTTP/1.1 ${refusal.status} ${phrase}\r\n${headerLines(headers)}\r\n`;
    socket.end(head + (request.method === 'HEAD' ? '' : body), () => socket.destroy());
  } else {
    socket.destroy();
  }
  return headers;
}

function render(
  request: { readonly method: string; readonly path: string },
  refusal: Refusal,
  errorBody: ErrorBody,
): { headers: string[]; body: string } {
  let body: string;
  try {
    body = errorBody(request.method, request.path, refusal);
  } catch {
    body = JSON.stringify({ error: refusal.message });
  }
  const length = String(Buffer.byteLength(body));
  const more = refusal.headers ?? [];
  return { headers: ['Content-Type', 'application/json', 'Content-Length', length, ...more], body };
}
