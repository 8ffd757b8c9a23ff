import { describe, expect, it } from 'vitest';
import { estimatedProgress, reportedProgress } from './prefill-progress.ts';

const SIZE = { tokens: 1_000, isReported: true };

describe('the progress of a prompt', () => {
  it('follows the reports of the server, with the speed between them', () => {
    const reports = { first: { processed: 0, at: 5_000 }, last: { processed: 0.5, at: 7_000 } };
    expect(reportedProgress(reports, SIZE, 9, 7_500)).toEqual({
      fraction: 0.5,
      processedTokens: 500,
      totalTokens: 1_000,
      provenance: 'reported',
      totalProvenance: 'reported',
      tokensPerSecond: 250,
      remainingMs: 1_500,
    });
  });

  it('takes the usual speed until the second report', () => {
    const first = { processed: 0.2, at: 5_000 };
    const progress = reportedProgress({ first, last: first }, SIZE, 400, 5_000);
    expect(progress).toMatchObject({ tokensPerSecond: 400, remainingMs: 2_000 });
    expect(reportedProgress({ first, last: first }, SIZE, null, 5_000)).toMatchObject({
      fraction: 0.2,
      tokensPerSecond: null,
      remainingMs: null,
    });
  });

  it('has a time but no speed if only the part is known, as of LM Studio', () => {
    const reports = { first: { processed: 0, at: 0 }, last: { processed: 0.25, at: 1_000 } };
    expect(reportedProgress(reports, { tokens: null, isReported: false }, null, 1_000)).toEqual({
      fraction: 0.25,
      processedTokens: null,
      totalTokens: null,
      provenance: 'reported',
      totalProvenance: null,
      tokensPerSecond: null,
      remainingMs: 3_000,
    });
  });

  it('is estimated from the usual speed without reports', () => {
    const size = { tokens: 1_000, isReported: false };
    expect(estimatedProgress(250, size, 500)).toEqual({
      fraction: 0.25,
      processedTokens: 250,
      totalTokens: 1_000,
      provenance: 'estimated',
      totalProvenance: 'estimated',
      tokensPerSecond: 500,
      remainingMs: 1_500,
    });
  });

  it('promises no time once the estimate is exceeded', () => {
    expect(estimatedProgress(1_200, SIZE, 500)).toMatchObject({ fraction: 1, remainingMs: null });
    const reports = { first: { processed: 0, at: 0 }, last: { processed: 0.5, at: 1_000 } };
    expect(reportedProgress(reports, SIZE, null, 2_500).remainingMs).toBeNull();
  });

  it('is unknown without a usual speed or a size', () => {
    expect(estimatedProgress(null, SIZE, null)).toBeNull();
    expect(estimatedProgress(10, { tokens: null, isReported: false }, 500)).toBeNull();
  });
});
