import { randomBytes } from 'node:crypto';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import type { DeflateRaw } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionReader } from './connection-reader.ts';
import type { MessageSink, ReadLimits, Side } from './connection-reader.ts';

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly rsv1?: boolean;
  readonly payload: Buffer;
}

/** One frame as a sender writes it (RFC 6455, 5.2), written independently of the reader. */
function bytesOf({ opcode, isFinal, rsv1 = false, payload }: Frame, mask: Buffer | null): Buffer {
  const head = [(isFinal ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode];
  const flag = mask === null ? 0 : 0x80;
  if (payload.length < 126) head.push(flag | payload.length);
  else if (payload.length < 65_536)
    head.push(flag | 126, payload.length >> 8, payload.length & 255);
  else {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(payload.length));
    head.push(flag | 127, ...length);
  }
  const body = Buffer.from(payload);
  if (mask !== null) for (let i = 0; i < body.length; i += 1) body[i]! ^= mask[i % 4]!;
  return Buffer.concat([Buffer.from(head), mask ?? Buffer.alloc(0), body]);
}

interface Read {
  readonly messages: { readonly kind: string; readonly text: string }[];
  stopped: 'unreadable' | 'failed' | null;
  closed: boolean;
}

/** Collects the messages of one side. */
function collect(isDeflate = false, limits?: ReadLimits): [ConnectionReader, Read] {
  const read: Read = { messages: [], stopped: null, closed: false };
  let kind = '';
  let pieces: Buffer[] = [];
  const sink: MessageSink = {
    begin: (_, begun) => {
      kind = begun;
      pieces = [];
    },
    data: (_, bytes) => void pieces.push(Buffer.from(bytes)),
    end: () => void read.messages.push({ kind, text: Buffer.concat(pieces).toString('latin1') }),
    close: () => (read.closed = true),
    stop: (failure) => (read.stopped = failure === null ? 'unreadable' : 'failed'),
  };
  return [new ConnectionReader(isDeflate, sink, limits), read];
}

/** Compresses messages as a sender with permessage-deflate does (RFC 7692, 7.2.1). */
function compressor(keepsContext: boolean): (text: Buffer) => Promise<Buffer> {
  let stream: DeflateRaw | null = null;
  return async (message) => {
    if (!keepsContext) stream = null;
    const deflate = (stream ??= createDeflateRaw());
    const pieces: Buffer[] = [];
    const onData = (piece: Buffer): void => void pieces.push(piece);
    deflate.on('data', onData);
    await new Promise<void>((resolve) => {
      deflate.write(message);
      deflate.flush(constants.Z_SYNC_FLUSH, () => resolve());
    });
    deflate.off('data', onData);
    return Buffer.concat(pieces).subarray(0, -4);
  };
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 120, maxLength: 300 }),
  fc
    .record({ unit: fc.uint8Array({ minLength: 1, maxLength: 9 }), times: fc.nat(9_000) })
    .map(({ unit, times }) => new Uint8Array(Buffer.concat(Array<Uint8Array>(times).fill(unit)))),
);

/** A message, and how its sender fragments it. */
const message = fc.record({
  kind: fc.constantFrom('text' as const, 'binary' as const),
  payload: payload.map((bytes) => Buffer.from(bytes)),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  isCompressed: fc.boolean(),
  /** Whether a Ping or Pong comes between its fragments. */
  controls: fc.array(fc.constantFrom(0x9, 0xa), { maxLength: 2 }),
  mask: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
});

interface Message {
  readonly kind: 'text' | 'binary';
  readonly payload: Buffer;
  readonly cuts: readonly number[];
  readonly isCompressed: boolean;
  readonly controls: readonly number[];
  readonly mask: Buffer;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b)];
  return at.map((from, index) => bytes.subarray(from, at[index + 1] ?? bytes.length));
}

/** The bytes of messages on the wire. */
async function wire(
  messages: readonly Message[],
  isMasked: boolean,
  keepsContext: boolean | null,
): Promise<Buffer> {
  const compress = compressor(keepsContext ?? false);
  const frames: Buffer[] = [];
  for (const { kind, payload: whole, cuts, isCompressed, controls, mask } of messages) {
    const rsv1 = isCompressed && keepsContext !== null;
    const parts = pieces(rsv1 ? await compress(whole) : whole, cuts);
    parts.forEach((part, index) => {
      const opcode = index > 0 ? 0 : kind === 'text' ? 1 : 2;
      const isFinal = index === parts.length - 1;
      const key = isMasked ? mask : null;
      frames.push(bytesOf({ opcode, isFinal, rsv1: rsv1 && index === 0, payload: part }, key));
      const control = isFinal ? undefined : controls[index];
      if (control !== undefined) {
        frames.push(bytesOf({ opcode: control, isFinal: true, payload: mask }, key));
      }
    });
  }
  return Buffer.concat(frames);
}

describe('messages of any size, fragmentation and chunking', () => {
  const inputs = [
    fc.array(message, { maxLength: 5 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
  ] as const;

  test.each(['client', 'server'] as const)('are read from the %s', async (side) => {
    await fc.assert(
      fc.asyncProperty(...inputs, async (messages, cuts) => {
        const bytes = await wire(messages, side === 'client', null);
        const [reader, read] = collect();
        const before = Buffer.from(bytes);
        for (const chunk of pieces(bytes, cuts)) reader.push(side, chunk);
        expect(reader.settle()).toBeNull();
        expect(read.stopped).toBeNull();
        expect(read.messages).toEqual(
          messages.map((one) => ({ kind: one.kind, text: one.payload.toString('latin1') })),
        );
        expect(bytes.equals(before)).toBe(true);
      }),
    );
  });

  test.each([true, false])(
    'are decompressed; their sender keeps the context: %s',
    async (keeps) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom<Side>('client', 'server'),
          ...inputs,
          async (side, some, cuts) => {
            // The second of two equal messages refers to the first one.
            const messages = some.flatMap((one) => [one, one]);
            const bytes = await wire(messages, side === 'client', keeps);
            const [reader, read] = collect(true);
            for (const chunk of pieces(bytes, cuts)) reader.push(side, chunk);
            await reader.settle();
            reader.close();
            expect(read.stopped).toBeNull();
            expect(read.messages).toEqual(
              messages.map((one) => ({ kind: one.kind, text: one.payload.toString('latin1') })),
            );
          },
        ),
        { numRuns: 50 },
      );
    },
  );

  test('never throw when they are corrupt or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(null, false, true),
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (keepsContext, messages, changes, end) => {
          const whole = await wire(messages, true, keepsContext);
          for (const { at, byte } of changes) whole[Math.floor(at * whole.length)] = byte;
          const [reader, read] = collect(keepsContext !== null);
          for (const chunk of pieces(whole.subarray(0, end * whole.length), [0.3, 0.6])) {
            expect(() => reader.push('client', chunk)).not.toThrow();
          }
          await reader.settle();
          reader.close();
          expect(read.stopped).not.toBe('failed');
        },
      ),
    );
  });

  test('never throw when they are no messages at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const [reader] = collect(true);
        expect(() => reader.push('server', Buffer.from(bytes))).not.toThrow();
        await reader.settle();
        reader.close();
      }),
    );
  });
});

const text = (payload: string, more: Partial<Frame> = {}): Frame => ({
  opcode: 1,
  isFinal: true,
  payload: Buffer.from(payload),
  ...more,
});

describe('frames that break the protocol end the reading', () => {
  test.each<[string, Frame[]]>([
    ['a continuation without a message', [text('a', { opcode: 0 })]],
    ['a new message within a message', [text('a', { isFinal: false }), text('b')]],
    ['a fragmented control frame', [text('a', { opcode: 9, isFinal: false })]],
    ['a long control frame', [text('a'.repeat(126), { opcode: 9 })]],
    ['a reserved opcode', [text('a', { opcode: 3 })]],
    ['a reserved control opcode', [text('a', { opcode: 0xb })]],
    ['compression that was not negotiated', [text('a', { rsv1: true })]],
  ])('%s', (_, frames) => {
    const [reader, read] = collect();
    reader.push('server', bytesOf(text('before'), null));
    for (const frame of frames) reader.push('server', bytesOf(frame, null));
    reader.push('server', bytesOf(text('after'), null));
    expect(read.stopped).toBe('unreadable');
    expect(read.messages).toEqual([{ kind: 'text', text: 'before' }]);
  });

  test('a length beyond all numbers', () => {
    const [reader, read] = collect();
    reader.push('server', Buffer.from([0x81, 127, 255, 255, 255, 255, 255, 255, 255, 255]));
    expect(read.stopped).toBe('unreadable');
  });

  test('an extension bit on a later fragment', async () => {
    const [reader, read] = collect(true);
    reader.push('server', bytesOf(text('a', { isFinal: false }), null));
    reader.push('server', bytesOf(text('b', { opcode: 0, rsv1: true }), null));
    await reader.settle();
    expect(read.stopped).toBe('unreadable');
  });
});

test('nothing after a Close frame is read', () => {
  const [reader, read] = collect();
  reader.push('client', bytesOf(text('\u0003\u00e8', { opcode: 8 }), Buffer.from([1, 2, 3, 4])));
  reader.push('client', bytesOf(text('after'), Buffer.from([1, 2, 3, 4])));
  expect(read).toEqual({ messages: [], stopped: null, closed: true });
});

test('an error of the sink stops the reading and is reported once, also after decompression', async () => {
  for (const isDeflate of [false, true]) {
    const failures: unknown[] = [];
    const reader = new ConnectionReader(isDeflate, {
      begin: () => undefined,
      data: () => {
        throw new Error('sink');
      },
      end: () => undefined,
      close: () => undefined,
      stop: (failure) => void failures.push(failure?.error),
    });
    const payload = deflateRawSync(Buffer.from('hello'), { finishFlush: constants.Z_SYNC_FLUSH });
    const frame = !isDeflate ? text('a') : { ...text(''), rsv1: true, payload };
    for (let i = 0; i < 3; i += 1) reader.push('server', bytesOf(frame, null));
    await reader.settle();
    expect(failures).toEqual([new Error('sink')]);
  }
});

test('a message whose last block ends the stream is read, and the next one too', async () => {
  const [reader, read] = collect(true);
  // RFC 7692, 7.2.3.4: a block with BFINAL is followed by an empty one.
  const ended = Buffer.concat([deflateRawSync(Buffer.from('Hello')), Buffer.from([0])]);
  for (let i = 0; i < 2; i += 1) {
    reader.push('server', bytesOf({ ...text(''), rsv1: true, payload: ended }, null));
  }
  await reader.settle();
  expect(read.messages.map((one) => one.text)).toEqual(['Hello', 'Hello']);
});

test('a small message that decompresses to a large one stops the reading', async () => {
  const limits = { pendingBytes: 1e6, ratio: 100, freeBytes: 1_000 };
  const [reader, read] = collect(true, limits);
  const bomb = deflateRawSync(Buffer.alloc(1e6), { finishFlush: constants.Z_SYNC_FLUSH });
  reader.push('server', bytesOf({ ...text(''), rsv1: true, payload: bomb }, null));
  await reader.settle();
  expect(read).toMatchObject({ messages: [], stopped: 'unreadable' });
});

test('more bytes than may wait for their decompression stop the reading', async () => {
  const limits = { pendingBytes: 1_000, ratio: 400, freeBytes: 1e6 };
  const [reader, read] = collect(true, limits);
  const payload = deflateRawSync(randomBytes(300), { finishFlush: constants.Z_SYNC_FLUSH });
  const frame = bytesOf({ ...text(''), rsv1: true, payload }, null);
  for (let i = 0; i < 9; i += 1) reader.push('server', frame);
  await reader.settle();
  expect(read.stopped).toBe('unreadable');
});

test('more messages than may wait for their decompression stop the reading, even empty ones', async () => {
  const [reader, read] = collect(true);
  const frame = bytesOf({ ...text(''), rsv1: true, payload: Buffer.from([0]) }, null);
  const burst = Buffer.concat(Array<Buffer>(50_000).fill(frame));
  reader.push('server', burst);
  await reader.settle();
  expect(read.stopped).toBe('unreadable');
});
