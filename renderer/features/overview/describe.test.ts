import { describe, expect, it } from 'vitest';
import { createTranslator } from 'use-intl';
import { scenario } from '../../../tests/support/scenarios.ts';
import { describeCaveats, describeOutcome, describeRefusals, join, neverUsed } from './describe.ts';
import { en } from '../../../shared/messages/en/index.ts';

const text = createTranslator({ locale: 'en', messages: en, namespace: 'overview' });

describe('neverUsed', () => {
  const empty = scenario('empty', 0).state;
  const busy = scenario('traffic', 0).state;

  it('ends with the first exchange in flight, not only with the first finished one', () => {
    expect(neverUsed(empty)).toBe(true);
    expect(neverUsed({ ...empty, inFlight: busy.inFlight })).toBe(false);
    expect(neverUsed({ ...empty, totals: busy.totals })).toBe(false);
    expect(neverUsed({ ...empty, recent: busy.recent })).toBe(false);
  });
});

describe('describeOutcome', () => {
  it('names the status of an HTTP error, and copes without one', () => {
    expect(describeOutcome({ error: null, status: 200 }, text).short).toBe('OK');
    expect(describeOutcome({ error: 'http_error', status: 503 }, text).short).toBe('HTTP 503');
    expect(describeOutcome({ error: 'http_error', status: null }, text).short).toBe('HTTP');
    expect(describeOutcome({ error: 'client_aborted', status: 200 }, text).long).toMatch(
      /application/,
    );
    expect(describeOutcome({ error: 'cancelled_by_user', status: 200 }, text).long).toMatch(/You/);
    expect(describeOutcome({ error: 'metering_failed', status: 200 }, text).short).toBe(
      'Not metered',
    );
  });
});

describe('describeCaveats', () => {
  const clean = scenario('empty', 0).state.totals.today.all;

  it('is silent when there is nothing to add', () => {
    expect(describeCaveats(clean, text)).toBeNull();
  });

  it('names failures, gaps and estimates', () => {
    const sums = { ...clean, errors: 1, unmeteredRequests: 2, estimatedTokens: 312 };
    expect(describeCaveats(sums, text)).toBe(
      '1 request failed; 2 requests came without token counts; ≈ includes 312 tokens by estimate.',
    );
  });
});

describe('describeRefusals', () => {
  it('is empty if every figure was accepted', () => {
    expect(describeRefusals([])).toBeNull();
  });

  it('forms sentences from the reasons', () => {
    expect(describeRefusals(['server said 1 token, 214 chunks seen', 'server said 0'])).toBe(
      'Server said 1 token, 214 chunks seen. Server said 0.',
    );
  });
});

describe('join', () => {
  it('leaves out unknown values', () => {
    expect(join(['61 °C', null, '–', '318 W'])).toBe('61 °C\u00a0· 318 W');
  });
});
