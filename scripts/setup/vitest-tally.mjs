// @ts-check
/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 *
 * The parts of vitest's JSON report that are read here.
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] }} TestResult
 * @typedef {{ status: string, assertionResults: TestResult[] }} FileResult
 */

/**
 * Adds tallies up.
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of tallies) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/** @param {Tally} tally */
export function format(tally) {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

/**
 * Counts the tests in a report of vitest's `json` reporter. A file that failed as a whole, for
 * example at an import, counts as one failure. A test that neither passed nor failed counts as
 * skipped.
 * @param {string} report
 * @returns {Tally}
 */
export function readTally(report) {
  /** @type {unknown} */
  const json = JSON.parse(report);
  const { testResults } = /** @type {{ testResults: FileResult[] }} */ (json);
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of testResults) {
    const failures = assertionResults.filter((test) => test.status === 'failed').length;
    const passes = assertionResults.filter((test) => test.status === 'passed').length;
    tally.passed += passes;
    tally.failed += status === 'failed' ? Math.max(failures, 1) : failures;
    tally.skipped += assertionResults.length - passes - failures;
  }
  return tally;
}

/**
 * The full names of tests in such a report that passed only at the second attempt.
 * @param {string} report
 * @returns {string[]}
 */
export function secondAttempts(report) {
  /** @type {unknown} */
  const json = JSON.parse(report);
  const { testResults } = /** @type {{ testResults: FileResult[] }} */ (json);
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName = '' }) => fullName);
}
