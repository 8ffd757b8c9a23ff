import { expect, test } from 'vitest';
import type { Delta } from '../../shared/snapshot.ts';
import { createDeltaFilter } from './delta-filter.ts';

function setup() {
  const sent: number[] = [];
  const window = { visible: true };
  const filter = createDeltaFilter({
    isVisible: () => window.visible,
    send: ({ seq }) => sent.push(seq),
  });
  const offer = (seq: number): void => filter.offer({ seq, changed: {} } satisfies Delta);
  return { sent, window, filter, offer };
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
  const { sent, window, filter, offer } = setup();
  window.visible = false;
  [1, 2, 3].forEach(offer);
  window.visible = true;
  filter.opened();
  filter.opened();
  expect(sent).toEqual([3]);
});

test('nothing is sent again when nothing was withheld', () => {
  const { sent, window, filter, offer } = setup();
  offer(1);
  window.visible = false;
  window.visible = true;
  filter.opened();
  expect(sent).toEqual([1]);
});

test('a show event while still hidden sends nothing', () => {
  const { sent, window, filter, offer } = setup();
  window.visible = false;
  offer(1);
  filter.opened();
  expect(sent).toEqual([]);
});
