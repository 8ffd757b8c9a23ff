import { expect, test } from 'vitest';
import { releaseNotes } from './release-notes.ts';

test('markup stays as it is', () => {
  expect(releaseNotes('<b>New</b>\r\n- faster\r')).toBe('<b>New</b>\n- faster');
});

test('several versions are joined', () => {
  const notes = [
    { version: '0.3.0', note: 'c' },
    { version: '0.2.0', note: null },
  ];
  expect(releaseNotes(notes)).toBe('0.3.0\nc\n\n0.2.0');
});

test.each([null, undefined, '', ' \n '])('%j says nothing', (notes) => {
  expect(releaseNotes(notes)).toBeNull();
});

test('endless notes are cut', () => {
  expect(releaseNotes('x'.repeat(100_000))?.length).toBeLessThan(10_000);
});
