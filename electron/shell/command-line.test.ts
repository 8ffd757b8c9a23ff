import { expect, test } from 'vitest';
import { readCommandLine } from './command-line.ts';

test('flags after the application folder belong to Tokwatt', () => {
  const argv = [
    'electron',
    '--no-sandbox',
    '/home/me/app',
    '--proxy-port',
    '0',
    '--data-dir',
    '/d',
  ];
  expect(readCommandLine(argv, true)).toEqual({
    flags: ['--proxy-port', '0', '--data-dir', '/d'],
    hidden: false,
    link: null,
  });
});

test('the packaged application has no folder argument', () => {
  expect(readCommandLine(['/opt/Tokwatt/tokwatt', '--api-port', '0'], false).flags).toEqual([
    '--api-port',
    '0',
  ]);
});

test.each([
  '--no-sandbox',
  '--inspect=0',
  '--remote-debugging-port=9222',
  '--ozone-platform-hint=auto',
  '--enable-features=WaylandWindowDecorations',
  '--disable-gpu',
  '--lang=de',
  '--user-data-dir=/tmp/x',
  '--v=1',
  '--proxy-server=http://127.0.0.1:3128',
  '-psn_0_12345',
])('%s belongs to the engine at any position', (word) => {
  expect(readCommandLine(['tokwatt', word, '--proxy-port=0', word], false).flags).toEqual([
    '--proxy-port=0',
  ]);
});

test.each(['--upstream', '--proxy-port', '--api-port', '--bind', '--data-dir', '--log-level'])(
  '%s is never taken for an engine switch',
  (flag) => {
    expect(readCommandLine(['tokwatt', flag, `${flag}=1`], false).flags).toEqual([
      flag,
      `${flag}=1`,
    ]);
  },
);

test('a mistyped flag reaches our parser, which refuses it', () => {
  expect(readCommandLine(['tokwatt', '--prot', '1'], false).flags).toEqual(['--prot', '1']);
});

test('--hidden is read and not passed on', () => {
  expect(readCommandLine(['tokwatt', '--hidden'], false)).toEqual({
    flags: [],
    hidden: true,
    link: null,
  });
});

test('a link is no flag, and nothing behind -- is one', () => {
  const link = 'tokwatt://models/qwen3:8b';
  expect(readCommandLine(['tokwatt', '--hidden', link], false)).toEqual({
    flags: [],
    hidden: true,
    link,
  });
  const injected = ['tokwatt', '--', link, '--data-dir', '/elsewhere', '--hidden'];
  expect(readCommandLine(injected, false)).toEqual({ flags: [], hidden: false, link });
});
