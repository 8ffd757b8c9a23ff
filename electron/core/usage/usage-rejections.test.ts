import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { englishOf } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import { SILENT_LOG } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { UsageRejections } from './usage-rejections.ts';

const upstream = (): Upstream => ({ name: 'u', url: new URL('http://h'), exactUsage: true });

describe('an upstream that rejects requests for usage', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is left alone for an hour, with one warning', () => {
    const told: (string | null)[] = [];
    const tell = (_: string, message: Message | null): void =>
      void told.push(message && englishOf(message));
    const rejections = new UsageRejections({ log: SILENT_LOG, tell });
    const one = upstream();
    expect(rejections.isRecent(one)).toBe(false);
    rejections.add(one, 400);
    rejections.add(one, 400);
    expect(told).toEqual([expect.stringMatching(/^u rejects .* 400\..*Switch exactUsage off/)]);
    vi.advanceTimersByTime(59 * 60_000);
    expect(rejections.isRecent(one)).toBe(true);
    expect(rejections.isRecent(upstream())).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(rejections.isRecent(one)).toBe(false);
    rejections.forget(one);
    expect(told.at(-1)).toBeNull();
  });
});
