import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCoreMessage, readGuardMessage } from './messages.ts';

const port = fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.double(), fc.string());
const name = fc.oneof(fc.string(), fc.constant('127.0.0.1'), fc.integer());
const guarded = fc.record(
  {
    address: name,
    port,
    to: fc.oneof(fc.constant(null), fc.record({ host: name, port }), fc.anything()),
  },
  { requiredKeys: [] },
);
const hostile = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
  fc.record({ beat: fc.oneof(fc.array(guarded), fc.anything()) }),
  fc.record({ listener: fc.oneof(guarded, fc.anything()) }),
  fc.record({ unmetered: fc.record({ from: port, to: port, connections: port }) }),
);

test('any message is read as a whole one or as none', () => {
  fc.assert(
    fc.property(hostile, (raw) => {
      const message = readCoreMessage(raw);
      if (message === null) return;
      const ports = 'beat' in message ? message.beat : [message.listener];
      for (const each of ports) {
        expect(typeof each.address).toBe('string');
        expect(each.port).toBeGreaterThan(0);
        expect(each.port).toBeLessThan(65_536);
        if ('to' in each && each.to !== null) expect(each.to).toEqual(expect.any(Object));
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a gap that ends before it begins, or is no number, is none', () => {
  fc.assert(
    fc.property(hostile, (raw) => {
      const message = readGuardMessage(raw);
      if (message === null || 'donate' in message) return;
      const { from, to, connections } = message.unmetered;
      expect(Number.isSafeInteger(from + to + connections)).toBe(true);
      expect(to).toBeGreaterThanOrEqual(from);
    }),
    { numRuns: 3_000 },
  );
});

test('what the core says is read as it is', () => {
  const beat = [
    { address: '127.0.0.1', port: 11_435, to: { host: 'localhost', port: 11_434 } },
    { address: '::1', port: 11_436, to: null },
  ];
  expect(readCoreMessage({ beat })).toEqual({ beat });
  expect(readCoreMessage({ listener: { address: '::1', port: 1 } })).toEqual({
    listener: { address: '::1', port: 1 },
  });
  expect(readCoreMessage({ beat: Array.from({ length: 300 }, () => beat[0]) })).toBeNull();
  expect(readGuardMessage({ donate: true })).toEqual({ donate: true });
});
