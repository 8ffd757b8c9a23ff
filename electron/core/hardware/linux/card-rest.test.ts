import { describe, expect, it } from 'vitest';
import { CardRest, unknownCard } from './card-rest.ts';

const ACTIVE = { isSuspended: false, maySleep: true };
const IDLE = { ...unknownCard('nvidia', 0, null), utilizationPercent: 0 };

/** What is done with an idle card at each of some seconds. */
function course(rest: CardRest, seconds: readonly number[], power = ACTIVE): string[] {
  return seconds.map((second) => {
    const decision = rest.decide(power, false, second * 1_000);
    if (decision === 'read') rest.note(IDLE, second * 1_000);
    return decision;
  });
}

describe('a card that may sleep', () => {
  it('is left alone after a minute without work, so that it can fall asleep', () => {
    const rest = new CardRest();
    expect(course(rest, [0, 30, 59, 60, 79])).toEqual(['read', 'read', 'read', 'rest', 'rest']);
    expect(rest.decide({ isSuspended: true, maySleep: true }, false, 70_000)).toBe('asleep');
  });

  it('is read again, and left alone more rarely, if something else keeps it awake', () => {
    const rest = new CardRest();
    expect(course(rest, [0, 60, 80, 199, 200])).toEqual(['read', 'rest', 'read', 'read', 'rest']);
  });

  it('is read all the time while it works or holds a model', () => {
    for (const busy of [{ utilizationPercent: 3 }, { memoryUsedBytes: 8 * 2 ** 30 }]) {
      const rest = new CardRest();
      for (let second = 0; second < 600; second += 10) {
        expect(rest.decide(ACTIVE, false, second * 1_000)).toBe('read');
        rest.note({ ...IDLE, ...busy }, second * 1_000);
      }
    }
  });

  it('is read at once when an exchange begins, but not woken', () => {
    const rest = new CardRest();
    course(rest, [0, 60]);
    expect(rest.decide(ACTIVE, true, 61_000)).toBe('read');
    expect(rest.decide({ isSuspended: true, maySleep: true }, true, 62_000)).toBe('asleep');
  });

  it('is always read if the system does not let it sleep', () => {
    const power = { isSuspended: false, maySleep: false };
    expect(course(new CardRest(), [0, 100, 1_000], power)).toEqual(['read', 'read', 'read']);
  });
});
