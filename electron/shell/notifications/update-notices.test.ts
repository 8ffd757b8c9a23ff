import { expect, test } from 'vitest';
import type { AppUpdateState, UpdateMode } from '../../../shared/app-update.ts';
import { updateNews } from './update-notices.ts';

const FOUND: AppUpdateState = {
  ...{ kind: 'appimage', replacesItself: true, source: '', step: 'found', checkedAt: 1 },
  found: { version: '0.2.0', notes: null, bytes: null, command: null },
  ...{ progress: null, message: null, messageSentence: null },
};

test.each<[string, Partial<AppUpdateState>, UpdateMode, boolean | null]>([
  ['found, and the rest is left to the user', {}, 'tell', false],
  ['found, and downloaded next', {}, 'download', null],
  ['found by a package manager only', { replacesItself: false }, 'download', false],
  ['found because the user asked', {}, 'off', null],
  ['on its way', { step: 'downloading' }, 'download', null],
  ['ready', { step: 'ready' }, 'off', true],
  ['nothing found', { step: 'idle', found: null }, 'tell', null],
])('%s', (_name, given, mode, isReady) => {
  expect(updateNews({ ...FOUND, ...given }, mode, '0.1.0')?.isReady ?? null).toBe(isReady);
});

test('without updates there is nothing to tell', () => {
  expect(updateNews(null, 'tell', '0.1.0')).toBeNull();
});
