import { expect, test } from 'vitest';
import { MeteringClock } from './metering-spans.ts';

const START = 1_000_000;

test('a span is due when it begins, then about once a minute, then when it ends', () => {
  const clock = new MeteringClock();
  const due: number[] = [];
  for (let second = 0; second <= 150; second += 1) {
    if (!clock.note(START + second * 1_000, second < 150)) continue;
    due.push(second);
    clock.take();
  }
  expect(due).toEqual([0, 60, 120, 150]);
});

test('a pause, sleep and a clock that is set end a span', () => {
  const clock = new MeteringClock();
  const times: readonly (readonly [number, boolean])[] = [
    ...([
      [0, true],
      [1, true],
      [2, false],
      [3, false],
    ] as const),
    ...([
      [10, true],
      [11, true],
    ] as const),
    // The computer slept.
    ...([
      [500, true],
      [501, true],
    ] as const),
    // The clock was set back.
    ...([
      [300, true],
      [301, true],
    ] as const),
  ];
  for (const [second, isOn] of times) clock.note(START + second * 1_000, isOn);
  const spans = clock.take().map(({ began, ended }) => [began - START, ended - START]);
  expect(spans).toEqual([
    [0, 2_000],
    [10_000, 11_000],
    [500_000, 501_000],
    [300_000, 301_000],
  ]);
});

test('what could not be stored is taken again, with the newest end', () => {
  const clock = new MeteringClock();
  clock.note(START, true);
  clock.putBack(clock.take());
  clock.note(START + 1_000, true);
  expect(clock.isDue).toBe(true);
  expect(clock.take()).toEqual([{ began: START, ended: START + 1_000 }]);
  expect(clock.isDue).toBe(false);
});
