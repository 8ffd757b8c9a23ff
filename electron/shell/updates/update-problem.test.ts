import { expect, test } from 'vitest';
import { inEnglish } from '../../../shared/sentences.ts';
import { updateProblem } from './update-problem.ts';

function failure(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

test.each([
  ['check', failure('ERR_UPDATER_CHANNEL_FILE_NOT_FOUND'), /gave no usable answer/],
  ['check', new Error('net::ERR_CONNECTION_REFUSED\nat x'), /\(net::ERR_CONNECTION_REFUSED\)/],
  ['download', new Error('net::ERR_CONTENT_LENGTH_MISMATCH'), /^The download broke off/],
  ['download', failure('ERR_CHECKSUM_MISMATCH'), /^What was downloaded is not/],
  ['download', failure('ENOSPC'), /not enough room in \/there/],
  ['download', new Error('write failed: ENOSPC: no space left on device'), /not enough room/],
  ['install', failure('EDQUOT'), /not enough room in \/there/],
  ['install', failure('EROFS'), /may not write to \/there/],
  ['install', failure('EACCES'), /may not write to \/there/],
  ['install', failure('EIO'), /could not be put in place \(EIO\)/],
] as const)('%s: %s', (attempt, error, words) => {
  const text = inEnglish(updateProblem(attempt, error, '/there'));
  expect(text).toMatch(words);
  expect(text).not.toContain('\n');
});
