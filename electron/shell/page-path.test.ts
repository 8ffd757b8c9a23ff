import { expect, test } from 'vitest';
import { filePathFor } from './page-path.ts';

const ORIGIN = 'app://tokwatt';

test.each([
  ['app://tokwatt', 'index.html'],
  ['app://tokwatt/', 'index.html'],
  ['app://tokwatt/?page=models#top', 'index.html'],
  ['app://tokwatt/index.html', 'index.html'],
  ['app://tokwatt/assets/index-B2x_.js', 'assets/index-B2x_.js'],
])('%s names %s', (address, file) => {
  expect(filePathFor(address, ORIGIN)).toBe(file);
});

test.each([
  'app://tokwatt/../main.cjs',
  'app://tokwatt/assets/../../main.cjs',
  'app://tokwatt/%2e%2e/main.cjs',
  'app://tokwatt/..%2fmain.cjs',
  'app://tokwatt/..\\main.cjs',
  'app://tokwatt/assets//etc/passwd',
  'app://tokwatt//etc/passwd',
  'app://tokwatt/C:/Windows/win.ini',
  'app://tokwatt/.hidden',
  'app://tokwatt/a\u0000b',
  'app://other/index.html',
  'app://tokwatt.evil/index.html',
  'file:///etc/passwd',
])('%s names nothing', (address) => {
  expect(filePathFor(address, ORIGIN)).toBeNull();
});
