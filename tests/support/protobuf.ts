/**
 * Reads protobuf's wire format, as far as OTLP needs it. Written independently of the exporter
 * under test.
 */

/** A field in its wire form. */
interface Field {
  readonly number: number;
  /** The value of a varint or fixed64; 0 for bytes. */
  readonly value: bigint;
  readonly bytes: Buffer;
}

/** A message whose fields are read by number. */
export class Message {
  readonly #fields: readonly Field[];

  /** @throws {Error} if the bytes are not a message */
  constructor(bytes: Buffer) {
    this.#fields = readFields(bytes);
  }

  messages(number: number): Message[] {
    return this.#of(number).map(({ bytes }) => new Message(bytes));
  }

  message(number: number): Message | null {
    return this.messages(number)[0] ?? null;
  }

  has(number: number): boolean {
    return this.#of(number).length > 0;
  }

  text(number: number): string {
    return this.bytes(number).toString('utf8');
  }

  bytes(number: number): Buffer {
    return this.#of(number).at(-1)?.bytes ?? Buffer.alloc(0);
  }

  /** An unsigned varint or fixed64; 0 if it is missing, as in proto3. */
  integer(number: number): bigint {
    return this.#of(number).at(-1)?.value ?? 0n;
  }

  double(number: number): number {
    return asDouble(this.integer(number));
  }

  /** Repeated fixed64 values, packed or not. */
  fixed64s(number: number): bigint[] {
    return this.#of(number).flatMap(({ bytes, value }) =>
      bytes.length === 0
        ? [value]
        : Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigUInt64LE(i * 8)),
    );
  }

  doubles(number: number): number[] {
    return this.fixed64s(number).map(asDouble);
  }

  #of(number: number): Field[] {
    return this.#fields.filter((field) => field.number === number);
  }
}

function asDouble(bits: bigint): number {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(bits);
  return buffer.readDoubleLE();
}

function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a field is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = key >> 3;
    const none = Buffer.alloc(0);
    switch (key & 7) {
      case 0:
        fields.push({ number, value: varint(), bytes: none });
        break;
      case 1:
        fields.push({ number, value: take(8).readBigUInt64LE(), bytes: none });
        break;
      case 2:
        fields.push({ number, value: 0n, bytes: take(Number(varint())) });
        break;
      case 5:
        fields.push({ number, value: BigInt(take(4).readUInt32LE()), bytes: none });
        break;
      default:
        throw new Error(`wire type ${key & 7} is not of this format`);
    }
  }
  return fields;
}
