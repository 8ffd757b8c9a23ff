import { describe, expect, it } from 'vitest';
import { Hops } from './hop.ts';
import type { HopsOptions } from './hop.ts';

const KEY = 'a'.repeat(43);
const OTHER = 'b'.repeat(43);

function hops(key: string, given: Partial<HopsOptions> = {}): Hops {
  return new Hops({ key, trusted: () => ({}), ...given });
}

/** The header with one of its parts changed. */
function changed(header: string, part: number, to: (text: string) => string): string {
  return header
    .split('.')
    .map((text, index) => (index === part ? to(text) : text))
    .join('.');
}

describe('a hop header', () => {
  it('counts if it is signed with a trusted key or with the own one', () => {
    const near = hops(KEY);
    expect(near.judge(near.sign())).toBe('counted');
    expect(hops(OTHER, { trusted: () => ({ near: KEY }) }).judge(near.sign())).toBe('counted');
  });

  it('is a claim from anybody else, and none where there is no header', () => {
    const far = hops(OTHER);
    expect(far.judge(hops(KEY).sign())).toBe('claimed');
    expect(far.judge(undefined)).toBe('none');
    for (const value of ['', 'control', 'other', '1', '1.2.3.4.5', `1.${far.instance}.1.x.y`]) {
      expect(far.judge(value)).toBe('claimed');
    }
  });

  it('is a claim if any part of it was changed', () => {
    const near = hops(KEY);
    const other = hops(OTHER);
    const far = hops('c'.repeat(43), { trusted: () => ({ near: KEY, other: OTHER }) });
    expect(far.judge(changed(near.sign(), 1, () => other.instance))).toBe('claimed');
    expect(far.judge(changed(near.sign(), 2, (seconds) => `${Number(seconds) + 1}`))).toBe(
      'claimed',
    );
    expect(far.judge(changed(near.sign(), 3, (nonce) => `${nonce}x`))).toBe('claimed');
    expect(far.judge(changed(near.sign(), 4, (tag) => `${tag.slice(1)}A`))).toBe('claimed');
    expect(far.judge(near.sign().replace('1.', '2.'))).toBe('claimed');
  });

  it('counts once with each instance', () => {
    const header = hops(KEY).sign();
    const trusted = (): Record<string, string> => ({ near: KEY });
    const [one, two] = [hops(OTHER, { trusted }), hops('c'.repeat(43), { trusted })];
    expect([one.judge(header), one.judge(header), two.judge(header)]).toEqual([
      'counted',
      'claimed',
      'counted',
    ]);
  });

  it('is never used up by another’s, however many there were', () => {
    const near = hops(KEY);
    const headers = Array.from({ length: 1_000 }, () => near.sign());
    expect(new Set(headers).size).toBe(1_000);
    expect(headers.every((header) => near.judge(header) === 'counted')).toBe(true);
  });

  it('is good for five minutes, whichever clock is ahead', () => {
    let seconds = 1_800_000_000;
    const near = hops(KEY, { now: () => 1_800_000_000_000 });
    const far = hops(OTHER, { trusted: () => ({ near: KEY }), now: () => seconds * 1_000 });
    for (const [ahead, verdict] of [
      [-301, 'claimed'],
      [-300, 'counted'],
      [300, 'counted'],
      [301, 'claimed'],
    ] as const) {
      seconds = 1_800_000_000 + ahead;
      expect(far.judge(near.sign())).toBe(verdict);
    }
  });

  it('is used up for as long as it is good', () => {
    let seconds = 1_800_000_000;
    const far = hops(OTHER, { trusted: () => ({ near: KEY }), now: () => seconds * 1_000 });
    // Dated ahead: it stays good for the longest time there is.
    const header = hops(KEY, { now: () => (seconds + 300) * 1_000 }).sign();
    expect(far.judge(header)).toBe('counted');
    for (seconds += 100; seconds <= 1_800_000_600; seconds += 100) {
      expect(far.judge(hops(KEY, { now: () => seconds * 1_000 }).sign())).toBe('counted');
      expect(far.judge(header)).toBe('claimed');
    }
  });

  it('follows the trusted keys as they are now', () => {
    let trusted: Record<string, string> = {};
    const near = hops(KEY);
    const far = hops(OTHER, { trusted: () => trusted });
    expect(far.judge(near.sign())).toBe('claimed');
    trusted = { near: KEY };
    expect(far.judge(near.sign())).toBe('counted');
    trusted = {};
    expect(far.judge(near.sign())).toBe('claimed');
  });

  it('holds neither the key nor a part of it', () => {
    const key = 'S3cretS3cretS3cretS3cretS3cretS3cretS3cretX';
    const near = hops(key);
    const shown = `${near.sign()} ${near.instance}`;
    const encoded = [key, Buffer.from(key).toString('hex'), Buffer.from(key).toString('base64')];
    for (const form of encoded) {
      for (let at = 0; at + 8 <= form.length; at += 1) {
        expect(shown).not.toContain(form.slice(at, at + 8));
      }
    }
  });
});
