import { describe, expect, it } from 'vitest';
import * as zlib from 'node:zlib';
import { DECODE_LIMITS, createDecoder } from './decode.ts';
import type { DecodeLimits, DecodeOutcome } from './decode.ts';

const TEXT = Buffer.from(`data: ${JSON.stringify({ text: 'Grüße 🎈 '.repeat(3000) })}\n\n`);

async function decode(
  encoding: string,
  body: Buffer,
  size = 1000,
  limits?: DecodeLimits,
): Promise<{ outcome: DecodeOutcome; bytes: Buffer }> {
  const pieces: Buffer[] = [];
  const decoder = createDecoder(encoding, (chunk) => pieces.push(chunk), limits);
  if (decoder === null) throw new Error(`cannot decode ${encoding}`);
  for (let at = 0; at < body.length; at += size) decoder.push(body.subarray(at, at + size));
  const outcome = await decoder.end();
  return { outcome, bytes: Buffer.concat(pieces) };
}

/** At a quality that is quick: the default one is for files that are packed once. */
function brotli(bytes: Buffer): Buffer {
  return zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } });
}

const ENCODINGS: readonly [string, (bytes: Buffer) => Buffer][] = [
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ['X-GZip', (bytes) => zlib.gzipSync(bytes)],
  ['deflate', (bytes) => zlib.deflateSync(bytes)],
  ['deflate', (bytes) => zlib.deflateRawSync(bytes)],
  ['br', brotli],
  ['deflate, gzip', (bytes) => zlib.gzipSync(zlib.deflateSync(bytes))],
  ['identity', (bytes) => bytes],
  ['', (bytes) => bytes],
];

describe('createDecoder', () => {
  it.each(ENCODINGS)('decodes %j', async (encoding, encode) => {
    for (const size of [1, 100_000]) {
      const { outcome, bytes } = await decode(encoding, encode(TEXT), size);
      expect(outcome).toBe('whole');
      expect(bytes.equals(TEXT)).toBe(true);
    }
  });

  it('hands on what came before a cut', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 31) % 251));
    for (const [encoding, encode] of ENCODINGS.slice(0, 6)) {
      const encoded = encode(noise);
      const { outcome, bytes } = await decode(encoding, encoded.subarray(0, encoded.length - 20));
      expect(outcome).toBe('truncated');
      expect(bytes.equals(noise.subarray(0, bytes.length))).toBe(true);
    }
    const half = zlib.gzipSync(Buffer.concat([TEXT, noise]), { level: 0 }).subarray(0, 150_000);
    expect((await decode('gzip', half)).bytes.length).toBeGreaterThan(100_000);
  });

  it('gives up on what is not what it says', async () => {
    for (const [encoding] of ENCODINGS.slice(0, 6)) {
      expect((await decode(encoding, Buffer.from('{"not":"compressed at all"}'))).outcome).not.toBe(
        'whole',
      );
    }
    const damaged = zlib.gzipSync(TEXT);
    damaged.fill(0xaa, 30, 40);
    expect((await decode('gzip', damaged)).outcome).toBe('unreadable');
  });

  it('takes an empty body for whole', async () => {
    expect((await decode('gzip', Buffer.alloc(0))).outcome).toBe('whole');
  });

  it('gives up on a body that expands beyond reason', async () => {
    const limits = { ...DECODE_LIMITS, freeBytes: 512 * 1024 };
    const bomb = brotli(Buffer.alloc(8 * 1024 * 1024));
    const { outcome, bytes } = await decode('br', bomb, 1000, limits);
    expect(outcome).toBe('unreadable');
    expect(bytes.length).toBeLessThan(limits.freeBytes + 256 * 1024);
  });

  it('gives up when more waits than it may hold', async () => {
    const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i * 31) % 251));
    const limits = { ...DECODE_LIMITS, pendingBytes: 10_000 };
    expect((await decode('gzip', zlib.gzipSync(noise, { level: 0 }), 1000, limits)).outcome).toBe(
      'unreadable',
    );
  });

  it('says which encodings it cannot decode', () => {
    const onData = (): void => undefined;
    expect(createDecoder('compress', onData)).toBeNull();
    expect(createDecoder('gzip, sdch', onData)).toBeNull();
    expect(createDecoder('gzip, gzip, gzip, gzip', onData)).toBeNull();
    expect(createDecoder('zstd', onData) === null).toBe(!('createZstdDecompress' in zlib));
    expect(createDecoder(undefined, onData)).not.toBeNull();
  });
});
