import { describe, expect, it } from 'vitest';
import { readTally, secondAttempts } from './vitest-tally.mjs';

function file(status: string, ...tests: string[]): object {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

describe('readTally', () => {
  it('sums over files, and counts tests that neither passed nor failed as skipped', () => {
    const testResults = [
      file('passed', 'passed', 'skipped', 'todo'),
      file('failed', 'passed', 'failed', 'failed'),
      file('passed', 'pending'),
    ];
    expect(readTally(JSON.stringify({ testResults }))).toEqual({
      passed: 2,
      failed: 2,
      skipped: 3,
    });
  });

  it('counts a file that could not be run as one failure', () => {
    const testResults = [file('failed')];
    expect(readTally(JSON.stringify({ testResults }))).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('finds nothing in a run without files', () => {
    expect(readTally('{"testResults":[]}')).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

describe('secondAttempts', () => {
  it('names the tests that failed before they passed', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'at once', failureMessages: [] },
      { status: 'passed', fullName: 'later', failureMessages: ['too late'] },
      { status: 'failed', fullName: 'never', failureMessages: ['too late', 'too late'] },
    ];
    const testResults = [{ status: 'failed', assertionResults }];
    expect(secondAttempts(JSON.stringify({ testResults }))).toEqual(['later']);
  });
});
