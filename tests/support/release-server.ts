/** A server of plain files with ranges, as a host of releases is one. It can tamper, be slow, and die. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

export interface ReleaseRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body that were given to the connection. */
  sent: number;
}

export interface Release {
  readonly version: string;
  /** The AppImage. */
  readonly file: string;
  /** The size of the block map at its end, bytes; without it, only the whole file can be downloaded. */
  readonly blockMapSize?: number;
  readonly notes?: string;
}

/** Serves the files of a folder. `requests` has all that were asked, in order. */
export class ReleaseServer {
  readonly requests: ReleaseRequest[] = [];
  readonly #folder: string;
  readonly #server: Server;
  #latest = '';
  #port = 0;
  /** Each connection ends after so many bytes of an AppImage; null for never. */
  cutAfter: number | null = null;
  /** Ranges are answered with the whole file, as by servers that know none. */
  ignoresRanges = false;
  /** In the place of each byte of an AppImage is another. */
  isTampered = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) =>
      this.#server.listen(this.#port, '127.0.0.1', () => resolve()),
    );
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Announces a release, as electron-builder's `latest-linux.yml` does. */
  announce({ version, file, blockMapSize, notes }: Release): void {
    const hash = createHash('sha512').update(readFileSync(file)).digest('base64');
    const { size } = statSync(file);
    this.#latest = [
      `version: ${version}`,
      'files:',
      `  - url: ${basename(file)}`,
      `    sha512: ${hash}`,
      `    size: ${size}`,
      ...(blockMapSize === undefined ? [] : [`    blockMapSize: ${blockMapSize}`]),
      ...(notes === undefined ? [] : [`releaseNotes: ${JSON.stringify(notes)}`]),
      "releaseDate: '2026-11-28T00:00:00.000Z'",
      '',
    ].join('\n');
  }

  /** Announces what a file of electron-builder says. */
  announceFile(file: string): void {
    this.#latest = readFileSync(file, 'utf8');
  }

  /** Bytes of AppImages that were sent since the last call. */
  takeSent(): number {
    const files = this.requests.splice(0).filter(({ path }) => path.endsWith('.AppImage'));
    return files.reduce((sum, { sent }) => sum + sent, 0);
  }

  /** Ends all connections. A later `start` listens on the same port. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const entry: ReleaseRequest = { path, headers: request.headers, sent: 0 };
    this.requests.push(entry);
    if (path === '/latest-linux.yml') {
      response.end(this.#latest);
      return;
    }
    const file = join(this.#folder, basename(path));
    if (!path.endsWith('.AppImage')) response.writeHead(404).end();
    else this.#send(file, entry, response);
  }

  #send(file: string, entry: ReleaseRequest, response: ServerResponse): void {
    const { size } = statSync(file);
    const asked = this.ignoresRanges ? null : rangeOf(entry.headers.range, size);
    const { start, end } = asked ?? { start: 0, end: size - 1 };
    response.writeHead(asked === null ? 200 : 206, {
      'Content-Length': end - start + 1,
      'Accept-Ranges': 'bytes',
      ...(asked === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
    const stream = createReadStream(file, { start, end });
    response.on('close', () => stream.destroy());
    stream.on('data', (chunk) => {
      const bytes = Buffer.from(chunk);
      entry.sent += bytes.length;
      if (this.cutAfter !== null && entry.sent > this.cutAfter) {
        response.destroy();
        return;
      }
      const body = this.isTampered ? bytes.map((byte) => byte ^ 1) : bytes;
      if (response.write(body)) return;
      stream.pause();
      response.once('drain', () => stream.resume());
    });
    stream.on('end', () => response.end());
  }
}

/** One range of a `Range` header (RFC 9110, 14.2); null for none or for several. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | null {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (found === null) return null;
  const [, start = '', end = ''] = found;
  return { start: Number(start), end: end === '' ? size - 1 : Math.min(Number(end), size - 1) };
}
