import * as zlib from 'node:zlib';
import { sentence } from '../../../../shared/sentences.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import { LedgerFailure } from './failures.ts';
import type { CaptureContent, CapturedMessage, HeaderList } from '../../meter/capture-content.ts';
import { redactCapture } from '../redaction/redact.ts';
import { asBytes, asNumber, asText } from './sql-values.ts';

export interface StoredMessage extends CapturedMessage {
  readonly truncated: boolean;
}

export interface StoredCapture {
  /** The exchange's id. */
  readonly id: number;
  readonly at: number;
  readonly request: StoredMessage;
  readonly response: StoredMessage;
}

export interface CaptureLimits {
  /** Largest size of each body before compression, bytes. The rest is cut off, with a mark. */
  readonly maxBodyBytes: number;
}

export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = { maxBodyBytes: 1024 * 1024 };

type Encoding = 'zstd' | 'br';

interface Zstd {
  zstdCompressSync(data: Uint8Array): Uint8Array;
  zstdDecompressSync(data: Uint8Array, options: zlib.ZlibOptions): Uint8Array;
}

/** Largest possible decompressed size, bytes. Damaged data can claim to be gigabytes. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Node has zstd from 22.15 on. */
function zstd(): Zstd | null {
  const candidate: Partial<Zstd> = zlib as unknown as Partial<Zstd>;
  const { zstdCompressSync, zstdDecompressSync } = candidate;
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return null;
  return { zstdCompressSync, zstdDecompressSync };
}

function compress(data: Uint8Array, encoding: Encoding): Uint8Array {
  if (data.length === 0) return data;
  if (encoding === 'zstd') return zstd()?.zstdCompressSync(data) ?? data;
  return zlib.brotliCompressSync(data, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: 4,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    },
  });
}

function decompress(data: Uint8Array, encoding: string | null): Uint8Array {
  if (data.length === 0) return data;
  const limit = { maxOutputLength: MAX_BODY_BYTES };
  if (encoding === 'br') return zlib.brotliDecompressSync(data, limit);
  const decoder = encoding === 'zstd' ? zstd() : null;
  if (decoder === null) {
    throw new LedgerFailure('other', sentence('capture_encoding', { encoding: encoding ?? '?' }));
  }
  return decoder.zstdDecompressSync(data, limit);
}

/**
 * Cuts bodies to their limit. Runs before a capture is posted to the thread, so that less is
 * copied.
 */
export function clipCapture(content: CaptureContent, limits: CaptureLimits): CaptureContent {
  const clip = (message: CapturedMessage): CapturedMessage => ({
    headers: message.headers,
    // A copy, because posting a view copies its whole buffer to the other thread.
    body: Uint8Array.from(message.body.subarray(0, limits.maxBodyBytes)),
    bodyBytes: Math.max(message.bodyBytes, message.body.length),
  });
  return { ...content, request: clip(content.request), response: clip(content.response) };
}

/**
 * Redacts a capture and stores it under its exchange's id, replacing an earlier one. Runs in the
 * writer thread, because redacting a megabyte takes tens of milliseconds.
 */
export function saveCapture(db: Db, id: number, at: number, content: CaptureContent): void {
  const encoding: Encoding = zstd() === null ? 'br' : 'zstd';
  const { request, response } = redactCapture(content);
  const blobs = [
    Buffer.from(JSON.stringify(request.headers)),
    Buffer.from(JSON.stringify(response.headers)),
    request.body,
    response.body,
  ].map((data) => compress(data, encoding));
  const stored = blobs.reduce((sum, blob) => sum + blob.length, 0);
  db.run(
    `INSERT OR REPLACE INTO capture
       (id, at, stored_bytes, encoding, request_bytes, request_truncated, response_bytes,
        response_truncated, request_headers, response_headers, request_body, response_body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      at,
      stored,
      encoding,
      request.bodyBytes,
      request.bodyBytes > request.body.length ? 1 : 0,
      response.bodyBytes,
      response.bodyBytes > response.body.length ? 1 : 0,
      ...blobs,
    ],
  );
}

const ROW = `SELECT ${numbers('at')}, ${bytes('encoding')},
    ${numbers('request_bytes', 'request_truncated', 'response_bytes', 'response_truncated')},
    ${bytes('request_headers', 'response_headers', 'request_body', 'response_body')}
  FROM capture WHERE id = ?`;

/**
 * Returns the capture of an exchange; null if there is none (any more). Throws for a damaged one.
 */
export function readCapture(db: Db, id: number): StoredCapture | null {
  const row = db.row(ROW, [id]);
  if (row === undefined) return null;
  try {
    return captureOf(id, row);
  } catch (error) {
    if (error instanceof LedgerFailure) throw error;
    throw new LedgerFailure('other', sentence('capture_damaged'), error);
  }
}

function captureOf(id: number, row: SqlRow): StoredCapture {
  const encoding = asText(row[1]);
  const blob = (index: number): Uint8Array =>
    decompress(asBytes(row[index]) ?? new Uint8Array(), encoding);
  const message = (place: 0 | 1): StoredMessage => ({
    headers: parseHeaders(blob(6 + place)),
    body: Uint8Array.from(blob(8 + place)),
    bodyBytes: asNumber(row[2 + place * 2]) ?? 0,
    truncated: row[3 + place * 2] === 1,
  });
  return { id, at: asNumber(row[0]) ?? 0, request: message(0), response: message(1) };
}

function parseHeaders(json: Uint8Array): HeaderList {
  const value: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown): HeaderList =>
    Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [],
  );
}
