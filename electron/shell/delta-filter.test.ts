import { expect, test } from 'vitest';
import type { Delta } from '../../shared/snapshot.ts';
import { createDeltaGate } from './delta-filter.ts';

function setup() {
  const sent: number[] = [];
  const window = { visible: true };
  const gate = createDeltaGate({
    isVisible: () => window.visible,
    send: ({ seq }) => sent.push(seq),
  });
  const offer = (seq: number): void => gate.offer({ seq, changed: {} } satisfies Delta);
  return { sent, window, gate, offer };
}

test('a visible window gets every delta', () => {
  const { sent, offer } = setup();
  [1, 2, 3].forEach(offer);
  expect(sent).toEqual([1, 2, 3]);
});

test('a hidden window gets none', () => {
  const { sent, window, offer } = setup();
  window.visible = false;
  [1, 2, 3].forEach(offer);
  expect(sent).toEqual([]);
});

test('a window that is shown again gets the newest withheld delta, once', () => {
  const { sent, window, gate, offer } = setup();
  window.visible = false;
  [1, 2, 3].forEach(offer);
  window.visible = true;
  gate.opened();
  gate.opened();
  expect(sent).toEqual([3]);
});

test('nothing is sent again when nothing was withheld', () => {
  const { sent, window, gate, offer } = setup();
  offer(1);
  window.visible = false;
  window.visible = true;
  gate.opened();
  expect(sent).toEqual([1]);
});

test('being told of a show while still hidden sends nothing', () => {
  const { sent, window, gate, offer } = setup();
  window.visible = false;
  offer(1);
  gate.opened();
  expect(sent).toEqual([]);
});
