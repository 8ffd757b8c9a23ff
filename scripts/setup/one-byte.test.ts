import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { oneByteSource } from './one-byte.mjs';

test('a program does the same with one byte for each character', () => {
  const code =
    "[`${'暂停'} – 😀 é`, 'ab暂停 😀'.replace(/[暂停]/g, '…'), /^😀$/u.test('😀'), /[一-龥]/.test('停')]";
  const made = oneByteSource(code);
  expect(made).not.toMatch(/[\u0100-\uffff]/);
  expect(made).toContain('é');
  expect(runInNewContext(made)).toEqual(runInNewContext(code));
});
