import { expect, test } from 'vitest';
import { distrust } from './sender.ts';

const trust = { origin: 'app://tokwatt', isOurWindow: (id: number) => id === 1 };
const ours = { sender: { id: 1 }, senderFrame: { origin: 'app://tokwatt', parent: null } };

test('our page in our window is trusted', () => {
  expect(distrust(ours, trust)).toBeNull();
});

test.each([
  ['a frame that is gone', { ...ours, senderFrame: null }],
  ['a frame inside our page', { ...ours, senderFrame: { ...ours.senderFrame, parent: {} } }],
  ['our page in a window we did not open', { ...ours, sender: { id: 2 } }],
  [
    'a foreign page in our window',
    { ...ours, senderFrame: { ...ours.senderFrame, origin: 'https://example.org' } },
  ],
  ['an opaque origin', { ...ours, senderFrame: { ...ours.senderFrame, origin: 'null' } }],
  [
    'an origin that begins like ours',
    { ...ours, senderFrame: { ...ours.senderFrame, origin: 'app://tokwatt.evil' } },
  ],
])('%s is refused', (_, sender) => {
  expect(distrust(sender, trust)).not.toBeNull();
});
